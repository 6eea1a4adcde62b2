"""The one road that every request of a page walks, so that no page can leave out a step.

    session → tenant → role → permission → form and CSRF → step-up → handler → look recorded → rendered

Rules:
- Whoever is not signed in is sent to sign in; a tenant at which somebody has no role does not exist to them (404);
  a page that their role may not see is refused (403).
- A form that changes something comes with the session's token (`csrf`), or changes nothing.
- A look that cannot be recorded shows nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.catalogue.catalogue import Language
from gateway.desk.errors import Refused
from gateway.desk.page import Answer, Download, Page, Redirect
from gateway.desk.roles import MAY, Permission
from gateway.desk.visit import Session, Visit
from gateway.model.codes import Tenant
from gateway.model.look import Look

if TYPE_CHECKING:
    from gateway.desk.desk import Desk

Handler = Callable[["Desk", Visit], Awaitable[Answer]]
SAID = "said"
LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Route:
    """`path`: below the tenant (`/verstrekkingen`, `/regels/{year}/{number}`, or empty for the first page)."""

    method: Literal["GET", "POST"]
    path: str
    permission: Permission
    handler: Handler
    step_up: bool = False


class Road:
    """`cookie`: the name of the session's."""

    def __init__(self, desk: Desk, cookie: str) -> None:
        self._desk, self._cookie = desk, cookie

    def endpoint(self, route: Route) -> Callable[[Request], Awaitable[Response]]:
        async def walk(request: Request) -> Response:
            session = await self._session(request)
            if session is None:
                return RedirectResponse(f"/aanmelden?verder={quote(_here(request))}", 303)
            visit = await self._visit(request, session, route)
            if route.step_up and not self._desk.fresh(session):
                return await self._desk.step_up(request, visit)
            return await self.answer(await route.handler(self._desk, visit), visit)

        return walk

    async def answer(self, answer: Answer, visit: Visit) -> Response:
        """What a handler gave, after its look was recorded."""
        if isinstance(answer, Redirect):
            if answer.said:
                visit.session.kept[SAID] = [answer.said, dict(answer.values)]
                await run_in_threadpool(self._desk.sessions.save, visit.session)
            return RedirectResponse(f"/{visit.tenant}{answer.path}", 303)
        look = Look(visit.who, visit.role, answer.look.what, answer.look.filter, answer.look.count)
        await self._desk.audit.looked(visit.tenant, look)
        if isinstance(answer, Download):
            named = {"Content-Disposition": f'attachment; filename="{answer.filename}"'}
            return Response(answer.content, media_type=answer.media_type, headers=named)
        return await self._rendered(answer, visit)

    async def _rendered(self, page: Page, visit: Visit) -> Response:
        desk, said = self._desk, visit.session.kept.pop(SAID, None)
        if said is not None:
            await run_in_threadpool(desk.sessions.save, visit.session)
        words = page.template.partition("/")[0]
        context = {
            "title": desk.renderer.text(words, visit.language, page.title, **page.titled),
            "said": said and desk.renderer.text(words, visit.language, said[0], **said[1]),
            "alarm": await desk.alarm(visit),
            "tenants": [each for each in visit.session.roles if each is not visit.tenant],
            **page.context,
        }
        text = desk.renderer.page(page.template, visit.language, visit.now, visit, **context)
        return Response(text, page.status, media_type="text/html")

    async def _session(self, request: Request) -> Session | None:
        token = request.cookies.get(self._cookie)
        if not token:
            return None
        return await run_in_threadpool(self._desk.sessions.find, token, self._desk.clock.now())

    async def _visit(self, request: Request, session: Session, route: Route) -> Visit:
        name = request.path_params["tenant"]
        tenant = next((each for each in Tenant if each == name), None)
        role = session.roles.get(tenant) if tenant else None
        if tenant is None or role is None:
            raise Refused(404)
        if route.permission not in MAY[role]:
            raise Refused(403, permission=route.permission)
        form = FormData()
        if request.method == "POST":
            form = await request.form(max_files=1, max_fields=2000, max_part_size=1 << 20)
            sent = form.get("csrf")
            if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), session.csrf.encode()):
                raise Refused(403, why="csrf")
        return Visit(
            session=session,
            role=role,
            tenant=tenant,
            path={key: value for key, value in request.path_params.items() if key != "tenant"},
            query=request.query_params,
            form=form,
            language=_language(session),
            now=self._desk.clock.now(),
            htmx=request.headers.get("hx-request") == "true",
            url=_here(request),
        )


def _language(session: Session) -> Language:
    return "en" if session.kept.get(LANGUAGE) == "en" else "nl"


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def all_routes() -> Sequence[Route]:
    """Those of every page."""
    from gateway.desk.pages import ROUTES

    return ROUTES
