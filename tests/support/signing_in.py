"""A provider on loopback, honest or lying, and a browser that walks from the desk to it and back."""

import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.crypto.compact import encode
from gateway.crypto.keys import PrivateKey
from gateway.crypto.signing import JwsSigner
from gateway.desk.app import create_desk
from gateway.desk.desk import Desk
from gateway.desk.page import Download, Seen
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.visit import Visit
from gateway.model.canonical import canonical
from gateway.sandbox.provider import Door, Issued
from tests.support.desk import SECRET, URL, OpenDesk, make_signin, opened
from tests.support.serving import serving
from tests.support.simulators import SettableClock


async def take(desk: Desk, visit: Visit) -> Download:
    """What somebody takes along: what their form said, or what they asked."""
    said = [f"{name}={value}" for name, value in (*visit.form.multi_items(), *visit.query.multi_items())]
    return Download("\n".join(said).encode(), "proef.txt", "text/plain", Seen("proef", count=len(said)))


TAKING = (
    Route("POST", "/proef/mee", Permission.EXPORT, take, step_up=True),
    Route("GET", "/proef/mee", Permission.EXPORT, take, step_up=True),
)


@dataclass
class Lies:
    """What a lying provider changes. `claims`: None takes one out; `answer`: of what the browser brings back."""

    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str | None] = field(default_factory=dict)
    algorithm: str = ""
    typ: str = "JWT"
    another_key: bool = False


class LyingDoor(Door):
    """The sandbox's provider, which lies as it is told."""

    def __init__(self, issuer: str, desk_url: str, secret: str) -> None:
        super().__init__(issuer, desk_url, secret)
        self.lies = Lies()

    async def metadata(self, request: Request) -> Response:
        document = httpx.Response(200, content=(await super().metadata(request)).body).json()
        return JSONResponse({key: value for key, value in (document | self.lies.metadata).items() if value is not None})

    def claims(self, issued: Issued, now: int) -> dict[str, Any]:
        told = super().claims(issued, now) | self.lies.claims
        return {name: value for name, value in told.items() if value is not None}

    def signed(self, claims: Mapping[str, Any]) -> str:
        if self.lies.algorithm == "none":
            return f"{encode(canonical({'alg': 'none', 'typ': 'JWT'}))}.{encode(canonical(claims))}."
        if self.lies.algorithm == "HS256":
            header = {"alg": "HS256", "typ": "JWT", "kid": self.key.kid}
            said = f"{encode(canonical(header))}.{encode(canonical(claims))}"
            public = self.key.native.as_pem(private=False)
            return f"{said}.{encode(hmac.digest(public, said.encode(), 'sha256'))}"
        key = PrivateKey.generate("ES256") if self.lies.another_key else self.key
        return JwsSigner(key).sign(claims, typ=self.lies.typ, header={"kid": self.key.kid})


@dataclass
class Scene:
    """An open desk, its provider, and somebody's browser."""

    desk: OpenDesk
    door: LyingDoor
    outside: httpx.AsyncClient
    browser: httpx.AsyncClient

    def begin(self) -> None:
        """Nobody is signed in, nothing is remembered of the provider, and it tells the truth."""
        self.door.lies = Lies()
        signin = make_signin(self.desk.desk, self.door.issuer)
        self.desk.app = create_desk(self.desk.desk, signin)
        for route in TAKING:
            self.desk.app.add_route(f"/{{tenant}}{route.path}", signin.road.endpoint(route), methods=[route.method])
        self.browser = self.desk.browser()

    async def there(self, place: str = "/aanmelden") -> str:
        """The address at the provider to which the desk sends somebody."""
        sent = await self.browser.get(place)
        assert sent.status_code == 302, sent.text
        return sent.headers["location"]

    async def pick(self, there: str, sub: str) -> str:
        """The address with which the provider sends somebody back, with its lies."""
        sent = await self.outside.post(there, data={"sub": sub})
        assert sent.status_code == 303, sent.text
        parts = urlsplit(sent.headers["location"])
        told = {**dict(parse_qsl(parts.query)), **self.door.lies.answer}
        return urlunsplit(parts._replace(query=urlencode({k: v for k, v in told.items() if v is not None})))

    async def sign_in(self, sub: str = "fenna-fg-zvh", place: str = "/aanmelden") -> httpx.Response:
        return await self.browser.get(await self.pick(await self.there(place), sub))

    def csrf(self) -> str:
        """The token in the forms of whoever is signed in."""
        session = self.desk.sessions.find(self.browser.cookies["sluis"], self.desk.clock.now())
        assert session is not None
        return session.csrf


@asynccontextmanager
async def at_the_door(state: Path) -> AsyncIterator[Scene]:
    """The clock of the desk is the provider's, which is the real one."""
    door = LyingDoor("", URL, SECRET)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await door.app()(scope, receive, send)

    async with serving(app) as port, httpx.AsyncClient(trust_env=False) as outside:
        door.issuer = f"http://127.0.0.1:{port}"
        clock = SettableClock(datetime.now(UTC) - timedelta(hours=2))
        async with opened(state, clock=clock, issuer=door.issuer) as desk:
            yield Scene(desk, door, outside, desk.browser())
