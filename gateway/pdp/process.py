"""The gateway's end of one worker process: starts it, speaks its frames, ends it.

Rules: a worker is asked one thing at a time. It gets no environment (it needs no secret, and `RUST_BACKTRACE` would
slow its errors), no module path of the caller, and no descriptor but its socket. An answer that is larger than its
bounds allow ends it. Ended means killed and reaped.
"""

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import orjson

from gateway.errors import Fault
from gateway.pdp.bundle import Bundle
from gateway.pdp.port import ENTRYPOINT, Failure, Outcome
from gateway.pdp.worker import FRAME_IN, FRAME_OUT

PROGRAM = Path(__file__).with_name("worker.py")
LOAD_TIMEOUT = 10.0
GRACE = 1.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a worker is asked for, and what it may take.

    `memory`: bytes of address space, of which the allocator reserves 1 GiB where `environment` does not say less;
    `answer`: bytes.
    """

    entrypoint: str = ENTRYPOINT
    memory: int = 2 << 30
    answer: int = 256 << 20
    environment: Mapping[str, str] = field(default_factory=dict)


OF_THE_LAW = Bounds()


class Worker(asyncio.Protocol):
    """`gone`: its socket is closed, it will answer nothing more."""

    def __init__(self, lost: Callable[["Worker"], None], longest: int) -> None:
        self.gone = False
        self._longest = longest
        self._lost = lost
        self._received = bytearray()
        self._answer: asyncio.Future[tuple[bytes, bytes]] | None = None
        self._transport: asyncio.Transport
        self._process: asyncio.subprocess.Process

    @classmethod
    async def start(cls, lost: Callable[["Worker"], None], bounds: Bounds = OF_THE_LAW) -> Self:
        """Start a process; `lost` is called once when it is gone, whatever the cause."""
        ours, theirs = socket.socketpair()
        worker = cls(lost, bounds.answer)
        with theirs:
            worker._transport, _ = await asyncio.get_running_loop().create_unix_connection(lambda: worker, sock=ours)
            try:
                worker._process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-I",
                    str(PROGRAM),
                    bounds.entrypoint,
                    str(bounds.memory),
                    stdin=theirs,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                    env={name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
                    | dict(bounds.environment),
                )
            except BaseException:
                worker._transport.abort()
                raise
        return worker

    async def load(self, bundle: Bundle) -> None:
        """Give it policies and data; a fault with the engine's own words where it does not accept them."""
        for path, text in bundle.policies.items():
            self._send(b"P", f"{path}\0{text}".encode(), LOAD_TIMEOUT)
        self._send(b"D", bundle.data, LOAD_TIMEOUT)
        kind, words = await self.ask(b"L", b"", LOAD_TIMEOUT)
        if kind != b"!":
            raise Fault(Failure.POLICIES, log=words.decode())

    async def ask(self, kind: bytes, payload: bytes, timeout: float) -> tuple[bytes, bytes]:
        """Send one frame and wait for its answer. Whoever stops waiting kills the worker."""
        if self.gone:
            raise Fault(Failure.UNAVAILABLE, log="the worker ended")
        self._answer = asyncio.get_running_loop().create_future()
        self._send(kind, payload, timeout)
        try:
            return await self._answer
        except asyncio.CancelledError:
            self._kill()
            raise
        finally:
            self._answer = None

    async def end(self) -> None:
        """Kill it, and return when the system has forgotten it."""
        self._kill()
        await self._process.wait()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if len(self._received) < FRAME_OUT.size:
            return
        kind, length = FRAME_OUT.unpack_from(self._received)
        if length > self._longest:
            self._transport.abort()
            return
        if len(self._received) == FRAME_OUT.size + length and self._answer is not None and not self._answer.done():
            self._answer.set_result((kind, bytes(self._received[FRAME_OUT.size :])))
            self._received.clear()

    def connection_lost(self, error: Exception | None) -> None:
        self.gone = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Fault(Failure.UNAVAILABLE, log="the worker ended"))
        self._lost(self)

    def _send(self, kind: bytes, payload: bytes, timeout: float) -> None:
        alarm = int((timeout + GRACE) * 1000)
        self._transport.write(FRAME_IN.pack(kind, alarm, len(payload)) + payload)

    def _kill(self) -> None:
        self.gone = True
        self._transport.abort()
        with suppress(ProcessLookupError):
            self._process.kill()


def read_outcomes(frames: bytes, revision: str) -> Iterator[Outcome | Fault]:
    """What a worker's answer to many facts means, one by one: an outcome, or the fault in its place."""
    begin = 0
    while begin < len(frames):
        kind, length = FRAME_OUT.unpack_from(frames, begin)
        begin += FRAME_OUT.size
        try:
            yield read_outcome(kind, frames[begin : begin + length], revision)
        except Fault as fault:
            yield fault
        begin += length


def read_outcome(kind: bytes, payload: bytes, revision: str) -> Outcome:
    """What a worker's answer to facts means."""
    match kind:
        case b"R":
            return _outcome(payload, revision)
        case b"U":
            raise Fault(Failure.UNDEFINED, log="the policy gives no decision")
        case _:
            raise Fault(Failure.ERROR, log=f"the policy failed at {payload.decode() or 'an unknown place'}")


def _outcome(payload: bytes, revision: str) -> Outcome:
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise Fault(Failure.ERROR, log="the answer is no JSON") from error
    if not isinstance(document, dict):
        raise Fault(Failure.ERROR, log="the answer is no object")
    return Outcome(document, revision)
