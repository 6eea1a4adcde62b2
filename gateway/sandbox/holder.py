"""The sandbox holder: a process of its own that speaks the holder protocol for real, about people who do not exist.

`python -m gateway.sandbox.holder --port 8401 --keys .sluis/sandbox`: every source of the region answers at
`/{oin}/{source}`.

Rules: it answers only the gateway that it was told to trust; it says the same about somebody whom it does not know
as about somebody of whom it recorded nothing; it writes no file and no line about a person. It counts for which
requests values were asked, and tells that at `/{oin}/{source}/counts` (`workbench/reconcile/parties.py`). It always
tells the truth: holders that lie stand in `tests/support`.
"""

import argparse
import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from gateway.crypto.errors import CryptoError
from gateway.crypto.signing import JwsSigner
from gateway.crypto.subject import subject_proof
from gateway.holders.protocol import CONTENT_TYPE, LIFETIME, REPLY_TYPE, Call
from gateway.sandbox.keys import SandboxKeys, Trusted
from gateway.sandbox.reception import LIMIT, Received, Reception, Refused
from gateway.sandbox.region import Holding, Region

SLOW = 30.0
"""Seconds that a slow holding takes: longer than any gateway waits."""
LOOK = 0.1
"""Seconds between two looks whether anybody still waits."""
KEEP_ALIVE = 30
_CALLS = frozenset(call.value for call in Call)


class Clock(Protocol):
    def now(self) -> datetime: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SandboxSource:
    """One source: its door, its voice, and what it has (BSN → holding)."""

    def __init__(
        self, oin: str, name: str, holdings: Mapping[str, Holding], keys: SandboxKeys, trusted: Trusted, clock: Clock
    ) -> None:
        pair = keys.holder_pair(oin, name)
        self._oin, self._name = oin, name
        self._given: dict[str, None] = {}
        self._reception = Reception(oin, name, trusted, pair.decryption)
        self._signer = JwsSigner(pair.signing)
        self._holdings = holdings
        self._issuer = trusted.issuer
        self._clock = clock

    async def answer(self, token: bytes, call: Call, gone: Callable[[], Awaitable[bool]]) -> str:
        """The signed reply to one call. Raises `Refused`. `gone`: whether the caller has hung up."""
        received = self._reception.receive(token, call, self._clock.now())
        holding = self._holdings.get(received.bsn, Holding())
        if call is Call.FIELDS:
            self._given[received.claims["request_id"]] = None
        if holding.slow:
            await _dawdle(gone)
        return self._signer.sign(self._envelope(received) | say(holding, call, received.fields), typ=REPLY_TYPE)

    def counts(self) -> dict[str, Any]:
        """The requests for which values were asked since it started, to hold the gateway's log against."""
        requests = list(self._given)
        return {"version": 1, "role": "holder", "oin": self._oin, "source": self._name, "requests": requests}

    def _envelope(self, received: Received) -> dict[str, Any]:
        moment = int(self._clock.now().timestamp())
        return {
            "iss": self._oin,
            "aud": self._issuer,
            "iat": moment,
            "exp": moment + LIFETIME,
            "reply_to": received.claims["jti"],
            "request_id": received.claims["request_id"],
            "call": received.claims["call"],
            "subject_proof": subject_proof(received.nonce, received.bsn),
        }


async def _dawdle(gone: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(int(SLOW / LOOK)):
        if await gone():
            raise Refused("nobody waits any more")
        await asyncio.sleep(LOOK)


def say(holding: Holding, call: Call, fields: tuple[str, ...]) -> dict[str, Any]:
    """What a holding says on a call: its word, or the values of the asked fields that it has."""
    if call is Call.FIELDS:
        return {"values": {name: holding.values[name] for name in fields if name in holding.values}}
    if holding.statement is None:
        return {"assessed": False}
    return {"assessed": True, "statement": dict(holding.statement)}


def build(keys: SandboxKeys, trusted: Trusted, *, region: Region | None = None, clock: Clock | None = None) -> FastAPI:
    """The application for a region, to serve or to test."""
    region, clock = region or Region.load(), clock or SystemClock()
    sources = {
        (oin, name): SandboxSource(oin, name, region.holdings(oin, name), keys, trusted, clock)
        for oin, name in region.sources()
    }
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/livez")
    async def livez() -> Response:
        return Response(status_code=204)

    @app.get("/{oin}/{source}/counts")
    async def counts(oin: str, source: str) -> Response:
        found = sources.get((oin, source))
        return Response(status_code=404) if found is None else JSONResponse(found.counts())

    @app.post("/{oin}/{source}/{call}")
    async def answer(oin: str, source: str, call: str, request: Request) -> Response:
        found = sources.get((oin, source))
        if found is None or call not in _CALLS:
            return Response(status_code=404)
        token = bytearray()
        async for chunk in request.stream():
            token += chunk
            if len(token) > LIMIT:
                return Response(status_code=413)
        try:
            return Response(
                await found.answer(bytes(token), Call(call), request.is_disconnected), media_type=CONTENT_TYPE
            )
        except Refused:
            return Response(status_code=401)

    return app


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="A holder with people who do not exist, on loopback alone.")
    parser.add_argument("--port", type=int, required=True, help="0: any free port, told on standard output")
    parser.add_argument("--keys", type=Path, required=True, help="the folder of the sandbox's keys")
    arguments = parser.parse_args(argv)
    keys = SandboxKeys(arguments.keys)
    try:
        app = build(keys, keys.trusted())
        listener = socket.create_server(("127.0.0.1", arguments.port))
    except (OSError, CryptoError, ValueError, KeyError) as error:
        print(f"sandbox holder: cannot start: {_why(error, arguments)}", file=sys.stderr)
        return 1
    print(f"sandbox holder on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(config).run(sockets=[listener])
    return 0


def _why(error: Exception, arguments: argparse.Namespace) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{arguments.keys} does not say which gateway to trust; start it with `gateway run`"
    if isinstance(error, OSError):
        return f"port {arguments.port} is in use or may not be opened"
    return f"the keys in {arguments.keys} cannot be read; remove that folder and it is made anew"


if __name__ == "__main__":
    sys.exit(main())
