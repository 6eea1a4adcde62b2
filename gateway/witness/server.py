"""The witness over HTTP: `POST /add-checkpoint` (judge.py), `GET /` its verifier keys, `GET /healthz`.

Specification: C2SP tlog-witness (https://c2sp.org/tlog-witness).

Rules:
- Persisted before it is signed: a head that moved lies on the disk before a cosignature is made. Whoever lost the
  answer asks again with the size that the 409 tells.
- The moment of a cosignature lies between the look at the head and its move, so that what is signed as the largest was
  the largest at that moment, whoever else asks at the same time.
- Nothing of what is sent is written to a log; the service log counts by status, and names a log that forked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.crypto.notes import Cosigner, system_clock
from gateway.errors import Fault
from gateway.verify.checkpoint import Checkpoint
from gateway.verify.keys import VerifierKey
from gateway.verify.note import signature_lines
from gateway.witness import judge
from gateway.witness.judge import MAX_BODY, Refused, TrustedLog

SERVING = {
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "lifespan": "off",
    "timeout_keep_alive": 75,  # longer than a proxy or a log keeps its own idle connections
    "timeout_graceful_shutdown": 5,
}
"""How uvicorn serves the application."""
_log = structlog.get_logger()


class State(Protocol):
    """What a witness remembers; `Fault` store-unavailable from each where that fails."""

    def logs(self) -> tuple[tuple[str, bool], ...]:
        """The logs that are followed: verifier key, and whether it speaks for later years too."""

    def head(self, origin: str) -> Checkpoint | None:
        """The last checkpoint of a log that was cosigned."""

    def advance(self, seen: Checkpoint | None, to: Checkpoint, note: str, at: datetime) -> bool:
        """Move a head from exactly `seen`, on the disk before it returns; False where the head is another."""

    def keep_fork(self, to: Checkpoint, note: str, at: datetime) -> None:
        """Keep a note that has another root than the head of its size."""


class Witness:
    """Answers one request at a time for each thread that asks; `cosigners`: its keys, all under its one name."""

    def __init__(
        self, cosigners: Sequence[Cosigner], state: State, clock: Callable[[], datetime] = system_clock
    ) -> None:
        self.cosigners, self.state, self._clock = tuple(cosigners), state, clock

    def add_checkpoint(self, body: bytes) -> str:
        """The cosignatures, a signature line each. Raises `Refused`, and `Fault` where it cannot remember."""
        request = judge.read(body)
        checkpoint = request.checkpoint
        judge.authenticate(request, self._logs(), self._clock())
        while True:
            seen, at = self.state.head(checkpoint.origin), self._clock()
            try:
                judge.judge(request, seen)
            except Refused as refused:
                if refused.fork:
                    _log.error("log-forked", origin=checkpoint.origin, size=checkpoint.size)
                    self.state.keep_fork(checkpoint, request.note, at)
                raise
            if self.state.advance(seen, checkpoint, request.note, at):
                return signature_lines(checkpoint.to_text(), [each.at(at) for each in self.cosigners])

    def _logs(self) -> list[TrustedLog]:
        return [TrustedLog(VerifierKey.parse(vkey), every_year) for vkey, every_year in self.state.logs()]


def make_app(witness: Witness) -> Starlette:
    """The application; `SERVING` says how it is served."""

    async def add_checkpoint(request: Request) -> Response:
        try:
            body = await _body(request)
            return _plain(await asyncio.to_thread(witness.add_checkpoint, body))
        except Refused as refused:
            return _plain(refused.body, refused.status, refused.media)
        except Fault as fault:
            _log.error("fault", code=fault.code, why=fault.log)
            return _plain("nothing was cosigned: what is cosigned cannot be remembered\n", 503)

    async def keys(_: Request) -> Response:
        return _plain("".join(f"{each.verifier}\n" for each in witness.cosigners))

    async def healthz(_: Request) -> Response:
        try:
            await asyncio.to_thread(witness.state.logs)
        except Fault:
            return _plain("what is cosigned cannot be remembered\n", 503)
        return _plain("ok\n")

    return Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/", keys),
            Route("/healthz", healthz),
        ]
    )


async def _body(request: Request) -> bytes:
    received = bytearray()
    try:
        async for chunk in request.stream():
            received += chunk
            if len(received) > MAX_BODY:
                raise Refused(413, f"more than {MAX_BODY} bytes")
    except ClientDisconnect:
        raise Refused(400, "the request ended early") from None
    return bytes(received)


def _plain(text: str, status: int = 200, media: str = judge.PLAIN) -> Response:
    headers = {"Content-Type": media, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(text, status, headers)
