"""The outermost layer: what every response carries, and one line in the access log for each request.

Headers: API Design Rules of NLgov (`/core/transport/security-headers`, `/core/version-header`), W3C `traceparent`. The
line has the route's template, never the path: an id or a query could tell of somebody. It names a client system, never
a person.
"""

import secrets
import time
from collections.abc import Callable

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.api.context import KEY, Context, begin

SECURITY: tuple[tuple[bytes, bytes], ...] = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
HUNG_UP = 499
"""Logged where the caller left before an answer began."""


class Edge:
    """`version`: of the API, semantic (`API-Version`)."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        version: str,
        token_hex: Callable[[int], str] = secrets.token_hex,
        seconds: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._app, self._token_hex, self._seconds = app, token_hex, seconds
        self._always = (*SECURITY, (b"api-version", version.encode()))
        self._log = structlog.get_logger("gateway.access")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = self._seconds(), HUNG_UP
        context = scope[KEY] = begin(dict(scope["headers"]), self._token_hex)

        async def send_dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name for name, _ in message["headers"]}
                added = [header for header in self._always if header[0] not in present]
                added.append((b"traceparent", context.traceparent.encode()))
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        try:
            await self._app(scope, receive, send_dressed)
        finally:
            self._tell(context, scope["method"], status, self._seconds() - begun)

    def _tell(self, context: Context, method: str, status: int, seconds: float) -> None:
        line = {
            "method": method if method.isalpha() and len(method) < 8 else "-",
            "route": context.route,
            "status": status,
        }
        line |= {"ms": round(seconds * 1000, 3), "client": context.client, "code": context.code}
        self._log.info("request", trace_id=context.trace_id, **line)
