"""The one road that every request of a page walks, so that no page can leave out a step.

    session → tenant → role → permission → form and CSRF → step-up → handler → look recorded → rendered

Rules:
- Whoever is not signed in is sent to sign in; a tenant at which somebody has no role does not exist to them (404);
  a page that none of their roles there may see is refused (403). A refusal shows nothing, so it leaves no look.
- A form comes from a page of this desk, by what the browser says of it, and with the session's token (`csrf`); any
  other does nothing.
- What needs a fresh proof of who somebody is waits for it (`held.py`).
- A look that cannot be recorded shows nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.catalogue.catalogue import Language
from gateway.desk.errors import Refused
from gateway.desk.page import Answer, Download, Page, Redirect
from gateway.desk.roles import Permission, acting
from gateway.desk.signin.held import FIELD, Held
from gateway.desk.visit import Session, Visit
from gateway.model.look import Look

if TYPE_CHECKING:
    from gateway.desk.desk import Desk

Handler = Callable[["Desk", Visit], Awaitable[Answer]]
SAID, LANGUAGE, HELD = "said", "language", "held"
PROVE_AGAIN, CONFIRM = "/opnieuw-aanmelden", "/bevestigen"


@dataclass(frozen=True, slots=True)
class Route:
    """`path`: below the tenant (`/verstrekkingen`, `/regels/{year}/{number}`, or empty for the first page). `step_up`:
    only for who proved a short while ago who they are.
    """

    method: Literal["GET", "POST"]
    path: str
    permission: Permission
    handler: Handler
    step_up: bool = False


class Road:
    """`cookie`: the name of the session's; `origin`: of the desk, as browsers know it."""

    def __init__(self, desk: Desk, cookie: str, origin: str) -> None:
        self._desk, self._cookie, self._origin = desk, cookie, origin

    def endpoint(self, route: Route) -> Callable[[Request], Awaitable[Response]]:
        async def walk(request: Request) -> Response:
            request.scope["sluis.route"] = f"/{{tenant}}{route.path}"
            session = await self.session(request)
            if session is None:
                if request.method == "POST":
                    raise Refused(401)
                return RedirectResponse(f"/aanmelden?verder={quote(_here(request))}", 303)
            visit = await self._visit(request, session, route)
            if route.step_up and not self._desk.fresh(session):
                return await self._hold(visit, request.method == "POST")
            return await self.answer(await route.handler(self._desk, visit), visit)

        return walk

    async def session(self, request: Request) -> Session | None:
        """The session of whoever asks, whose language counts from here on."""
        token = request.cookies.get(self._cookie)
        session = await run_in_threadpool(self._desk.sessions.find, token, self._desk.clock.now()) if token else None
        if session is not None:
            request.scope["sluis.language"] = _language(session)
        return session

    async def form(self, request: Request, session: Session) -> FormData:
        """What was sent by a form of this desk. `Refused` 403 where it was not."""
        if not self._is_ours(request.headers.get("sec-fetch-site"), request.headers.get("origin")):
            raise Refused(403, why="csrf")
        form = await request.form(max_files=1, max_fields=2000, max_part_size=1 << 20)
        sent = form.get("csrf")
        if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), session.csrf.encode()):
            raise Refused(403, why="csrf")
        return form

    def _is_ours(self, sent_from: str | None, origin: str | None) -> bool:
        """Whether a browser says that a form is of this desk. Where no referrer is sent, browsers say `null` of its
        origin: then what they say of the site it was sent from counts.
        """
        if sent_from is not None:
            return sent_from == "same-origin" and origin in (None, "null", self._origin)
        return origin in (None, self._origin)

    async def answer(self, answer: Answer, visit: Visit) -> Response:
        """What a handler gave, after its look was recorded."""
        if isinstance(answer, Redirect):
            if answer.said:
                visit.session.kept[SAID] = [_path(answer.path, visit), answer.said, dict(answer.values)]
                await run_in_threadpool(self._desk.sessions.save, visit.session)
            return RedirectResponse(f"/{visit.tenant}{answer.path}", 303)
        look = Look(visit.who, visit.role, answer.look.what, answer.look.filter, answer.look.count)
        await self._desk.audit.looked(visit.tenant, look)
        if isinstance(answer, Download):
            named = {"Content-Disposition": f'attachment; filename="{answer.filename}"'}
            return Response(answer.content, media_type=answer.media_type, headers=named)
        return await self._rendered(answer, visit)

    async def _rendered(self, page: Page, visit: Visit) -> Response:
        desk, said = self._desk, await self._said(visit)
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

    async def _said(self, visit: Visit) -> tuple[str, dict[str, Any]] | None:
        """What is to be told here once: on the page that a redirect led to, and on no other."""
        place, *said = visit.session.kept.get(SAID) or [""]
        if not said or place != visit.url.partition("?")[0]:
            return None
        del visit.session.kept[SAID]
        await run_in_threadpool(self._desk.sessions.save, visit.session)
        return said[0], said[1]

    async def _visit(self, request: Request, session: Session, route: Route) -> Visit:
        desk, now = self._desk, self._desk.clock.now()
        tenant = next((each for each in session.roles if each == request.path_params["tenant"]), None)
        if tenant is None:
            raise Refused(404)
        role = acting(session.roles[tenant], route.permission)
        if role is None:
            raise Refused(403, permission=route.permission)
        form = await self.form(request, session) if request.method == "POST" else FormData()
        if FIELD in form:
            held = desk.held.take(form[FIELD], session.who, _here(request), now)
            if held is None:
                raise Refused(422, why="held")
            form = held
        await run_in_threadpool(desk.sessions.visiting, session, tenant, now)
        return Visit(
            session=session,
            role=role,
            tenant=tenant,
            path={key: value for key, value in request.path_params.items() if key != "tenant"},
            query=request.query_params,
            form=form,
            language=_language(session),
            now=now,
            htmx=request.headers.get("hx-request") == "true",
            url=_here(request),
        )

    async def _hold(self, visit: Visit, posted: bool) -> Response:
        held = Held(visit.who, visit.url, visit.form if posted else None, visit.now)
        visit.session.kept[HELD] = self._desk.held.keep(held)
        await run_in_threadpool(self._desk.sessions.save, visit.session)
        return RedirectResponse(f"/{visit.tenant}{PROVE_AGAIN}", 303)


def _language(session: Session) -> Language:
    return "en" if session.kept.get(LANGUAGE) == "en" else "nl"


def _path(place: str, visit: Visit) -> str:
    return f"/{visit.tenant}{place}".partition("#")[0].partition("?")[0]


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def all_routes() -> Sequence[Route]:
    """Those of every page."""
    from gateway.desk.pages import ROUTES

    return ROUTES
