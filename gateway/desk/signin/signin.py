"""Signing in, proving it again, and signing out.

Rules:
- Whoever signs in gets a new session; one that the browser had before is ended, so that no number from before counts.
- A claim of roles that is not understood whole opens nothing. The page says what was expected, never what was there.
- Proving it again is for the same person, with a moment of proof that lies after the asking; roles are read anew.
- Afterwards one returns to a place of this desk and to nowhere else.
- What throttles guessing is the provider's: no password comes here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway.desk.desk import Desk
from gateway.desk.failures import spoken
from gateway.desk.headers import CODE, REFERENCE, ROUTE
from gateway.desk.roles import NotUnderstood, grants
from gateway.desk.routes import CONFIRM, HELD, Road
from gateway.desk.signin.held import Held
from gateway.desk.signin.provider import LEEWAY, NotProved, Proved, Provider
from gateway.desk.signin.sessions import ABSOLUTE, ATTEMPT
from gateway.desk.visit import Session

BACK = "/aanmelden/terug"
NEVER = datetime.fromtimestamp(0, UTC)
"""When somebody proved who they are, where the provider does not say: never fresh enough."""
Endpoint = Callable[[Request], Awaitable[Response]]


class SignIn:
    """`url`: of the desk. Over https its cookies are bound to this host alone (`__Host-`)."""

    def __init__(self, desk: Desk, provider: Provider, *, url: str) -> None:
        self._desk, self._provider, self._url = desk, provider, url
        self._secure = urlsplit(url).scheme == "https"
        prefix = "__Host-" if self._secure else ""
        self.cookie, self._attempt = f"{prefix}sluis", f"{prefix}sluis-aanmelden"
        self.road = Road(desk, self.cookie, url)
        self._log = structlog.get_logger("gateway.desk.signin")

    def routes(self) -> list[tuple[str, str, Endpoint]]:
        """Method, path and endpoint of each."""
        return [
            ("GET", "/", self._asked("/", self.first)),
            ("GET", "/aanmelden", self._asked("/aanmelden", self.start)),
            ("GET", "/aanmelden/opnieuw", self._asked("/aanmelden/opnieuw", self.again)),
            ("GET", BACK, self._asked(BACK, self.back)),
            ("POST", "/afmelden", self._asked("/afmelden", self.leave)),
            ("GET", "/afgemeld", self._asked("/afgemeld", self.left)),
        ]

    async def first(self, request: Request) -> Response:
        """The first tenant at which whoever is signed in has a role."""
        session = await self.road.session(request)
        return RedirectResponse("/aanmelden" if session is None else f"/{next(iter(session.roles))}", 303)

    async def start(self, request: Request) -> Response:
        place = local(request.query_params.get("verder", ""))
        if await self.road.session(request) is not None:
            return RedirectResponse(place, 303)
        return await self._send(request, {"verder": place}, max_age=ABSOLUTE, again=False)

    async def again(self, request: Request) -> Response:
        """To the provider, for what is held."""
        session = await self.road.session(request)
        if session is None or self._held(session) is None:
            return RedirectResponse("/", 303)
        return await self._send(request, {"again": session.id}, max_age=timedelta(0), again=True)

    async def back(self, request: Request) -> Response:
        now = self._desk.clock.now()
        token = request.cookies.get(self._attempt, "")
        agreed = await run_in_threadpool(self._desk.sessions.take, token, now)
        if agreed is None:
            raise NotProved("answer", "nothing was agreed with this browser")
        proved = await self._provider.received(request, agreed["kept"], now)
        old = await self.road.session(request)
        if "again" in agreed:
            response = await self._proved_again(old, agreed, proved)
        else:
            response = await self._signed_in(old, agreed, proved, now)
        response.delete_cookie(self._attempt, path="/", secure=self._secure, httponly=True, samesite="lax")
        return response

    async def leave(self, request: Request) -> Response:
        session = await self.road.session(request)
        response = RedirectResponse("/afgemeld", 303)
        if session is not None:
            await self.road.form(request, session)
            await run_in_threadpool(self._desk.sessions.end, session)
        response.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True, samesite="lax")
        return response

    async def left(self, request: Request) -> Response:
        return self._page(request, "left", 200, elsewhere=await self._provider.leave(f"{self._url}/afgemeld"))

    async def _signed_in(self, old: Session | None, agreed: dict, proved: Proved, now: datetime) -> Response:
        at = proved.authenticated_at or NEVER
        if proved.authenticated_at is not None and now - at > ABSOLUTE + timedelta(seconds=LEEWAY):
            raise NotProved("answer", "proved longer ago than was asked")
        try:
            roles = grants(proved.roles)
        except NotUnderstood as error:
            raise NotProved("roles", str(error)) from None
        if old is not None:
            await run_in_threadpool(self._desk.sessions.end, old)
        self._log.info("signed-in", roles=[f"{role}:{tenant}" for tenant, held in roles.items() for role in held])
        token, _ = await run_in_threadpool(
            lambda: self._desk.sessions.start(
                who=proved.who, name=proved.name, roles=roles, authenticated_at=at, now=now
            )
        )
        return self._with_session(RedirectResponse(agreed["verder"], 303), token)

    async def _proved_again(self, session: Session | None, agreed: dict, proved: Proved) -> Response:
        if session is None or session.id != agreed["again"]:
            raise NotProved("answer", "another session than the one that asked")
        if proved.who != session.who:
            raise NotProved("other_person", "another sub")
        asked = datetime.fromisoformat(agreed["at"])
        if proved.authenticated_at is None or proved.authenticated_at < asked - timedelta(seconds=LEEWAY):
            raise NotProved("not_again", "no auth_time, or one from before the asking")
        held = self._held(session)
        try:
            roles = grants(proved.roles)
        except NotUnderstood as error:
            await run_in_threadpool(self._desk.sessions.end, session)
            raise NotProved("roles", str(error)) from None
        token = await run_in_threadpool(
            lambda: self._desk.sessions.prove_again(
                session, name=proved.name, roles=roles, authenticated_at=proved.authenticated_at
            )
        )
        if token is None:
            raise NotProved("answer", "the session ended meanwhile")
        tenant = held.place.split("/")[1] if held is not None else ""
        return self._with_session(RedirectResponse(f"/{tenant}{CONFIRM}" if tenant else "/", 303), token)

    async def _send(self, request: Request, agreed: dict, *, max_age: timedelta, again: bool) -> Response:
        response, kept = await self._provider.send(request, max_age=max_age, again=again)
        now = self._desk.clock.now()
        agreed |= {"kept": kept, "at": now.isoformat()}
        token = await run_in_threadpool(self._desk.sessions.begin, agreed, now)
        self._set(response, self._attempt, token, int(ATTEMPT.total_seconds()))
        return response

    def _held(self, session: Session) -> Held | None:
        return self._desk.held.find(session.kept.get(HELD), session.who, self._desk.clock.now())

    def _with_session(self, response: Response, token: str) -> Response:
        self._set(response, self.cookie, token, None)
        return response

    def _set(self, response: Response, name: str, value: str, seconds: int | None) -> None:
        response.set_cookie(name, value, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite="lax")

    def _asked(self, route: str, endpoint: Endpoint) -> Endpoint:
        async def ask(request: Request) -> Response:
            request.scope[ROUTE] = route
            try:
                return await endpoint(request)
            except NotProved as error:
                request.scope[CODE] = f"not-proved-{error.why}"
                self._log.warning("not-proved", reference=request.scope[REFERENCE], why=error.why, log=error.log)
                return self._page(request, "failed", 503 if error.why == "provider" else 403, why=error.why)

        return ask

    def _page(self, request: Request, name: str, status: int, **context: object) -> Response:
        language = spoken(request.scope)
        common = {"title": self._desk.renderer.text("signin", language, f"title.{name}")}
        common |= {"claim": self._provider.roles_claim, "reference": request.scope[REFERENCE]}
        page = self._desk.renderer.page(
            f"signin/{name}.html.j2", language, self._desk.clock.now(), None, **common, **context
        )
        return HTMLResponse(page, status)


def local(place: str) -> str:
    """A place of this desk, or its first page: never another host, whatever a browser makes of backslashes."""
    plain = place.isascii() and place.isprintable() and "\\" not in place and len(place) <= 4096
    return place if plain and place.startswith("/") and not place.startswith("//") else "/"
