"""How often one client may ask: a token bucket for each client system whose token was proved, and one for each address
otherwise.

Rules: only a proved token costs its client anything, so that nobody can use up another's rate with a forged one; a
bucket may go into debt by what was in flight, and pays it back. Probes of the platform are not counted.
"""

import binascii
import time
from base64 import urlsafe_b64decode
from collections import OrderedDict
from collections.abc import Callable, Mapping

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.api import context
from gateway.errors import TooMany

UNCOUNTED = frozenset({"/livez", "/readyz"})
MOST_BUCKETS = 10_000


class Buckets:
    """`per_minute` requests, and as many at once. Beyond `MOST_BUCKETS` those unused longest are forgotten."""

    def __init__(self, per_minute: int, seconds: Callable[[], float]) -> None:
        self._size, self._pace, self._seconds = float(per_minute), per_minute / 60, seconds
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, name: str) -> int:
        """Whole seconds until the next request may come; 0 for now."""
        level = self._level(name)
        return 0 if level >= 1 else int((1 - level) / self._pace) + 1

    def spend(self, name: str) -> None:
        self._levels[name] = (self._level(name) - 1, self._seconds())
        self._levels.move_to_end(name)
        if len(self._levels) > MOST_BUCKETS:
            self._levels.popitem(last=False)

    def _level(self, name: str) -> float:
        level, then = self._levels.get(name, (self._size, 0.0))
        return min(self._size, level + (self._seconds() - then) * self._pace)


class Rate:
    def __init__(self, app: ASGIApp, *, per_minute: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._app, self._buckets = app, Buckets(per_minute, seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in UNCOUNTED:
            await self._app(scope, receive, send)
            return
        address = f"address {(scope.get('client') or ('unknown',))[0]}"
        claimed = claimed_client(dict(scope["headers"]))
        if wait := max(self._buckets.wait(address), self._buckets.wait(f"client {claimed}") if claimed else 0):
            raise TooMany("too-many-requests", retry_after=wait)
        try:
            await self._app(scope, receive, send)
        finally:
            proved = context.of(scope).client
            self._buckets.spend(f"client {proved}" if proved else address)


def claimed_client(headers: Mapping[bytes, bytes]) -> str | None:
    """The `client_id` that the access token claims (RFC 9068 section 2.2), not proved; None where it claims none."""
    _, _, token = headers.get(b"authorization", b"").partition(b" ")
    parts = token.split(b".")
    if len(parts) != 3:
        return None
    try:
        claims = orjson.loads(urlsafe_b64decode(parts[1] + b"=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error):
        return None
    client = claims.get("client_id") if isinstance(claims, dict) else None
    return client if isinstance(client, str) and len(client) <= 256 else None
