"""The outermost layer: what every answer of the desk carries, and one line in the service log for each request.

Rules: nothing comes from elsewhere, and nothing inline runs. The line has the route's template, never the path: a
number or a filter could tell of somebody. It names nobody; the reference is what an error page asks people to tell.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SECURITY: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", CSP.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
NOT_KEPT = (b"cache-control", b"no-store")
REFERENCE, ROUTE, CODE = "sluis.reference", "sluis.route", "sluis.code"
HUNG_UP = 499
"""Logged where the browser left before an answer began."""
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Signs that nobody mishears or misreads: no 0, 1, I or O."""


class Edge:
    def __init__(self, app: ASGIApp, *, seconds: Callable[[], float] = time.perf_counter) -> None:
        self._app, self._seconds = app, seconds
        self._log = structlog.get_logger("gateway.desk.access")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = self._seconds(), HUNG_UP
        scope[REFERENCE] = new_reference()

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(message["headers"])
                names = {name.lower() for name, _ in headers}
                headers += [each for each in (*SECURITY, NOT_KEPT) if each[0] not in names]
                message = message | {"headers": headers}
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        finally:
            self._tell(scope, status, self._seconds() - begun)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"]
        self._log.info(
            "request",
            reference=scope[REFERENCE],
            method=method if method.isalpha() and len(method) < 8 else "-",
            route=scope.get(ROUTE, "-"),
            status=status,
            code=scope.get(CODE),
            ms=round(seconds * 1000, 3),
        )


def new_reference() -> str:
    """`7F3K-22`: 30 bits, to be said over a telephone."""
    said = "".join(secrets.choice(SIGNS) for _ in range(6))
    return f"{said[:4]}-{said[4:]}"
