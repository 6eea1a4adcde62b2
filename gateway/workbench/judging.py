"""Many questions to the policies that somebody is working on: all cores, one engine a set of policies.

Rules:
- The engine is always one of our own, given the bundle in hand: an OPA server that serves a gateway holds other
  policies.
- Questions go in batches, several at a time, and answers come in the order of the questions. What fails, fails alone.
"""

import asyncio
import itertools
import os
import shutil
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from gateway.errors import Fault
from gateway.pdp.bundle import Bundle
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.point import DecisionPoint
from gateway.pdp.port import Failure, PolicyEngine
from gateway.pdp.private_opa import PrivateOpa
from gateway.pdp.schema import Schemas

DEADLINE = 10.0
BATCH = 32
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
AT_ONCE = 2 * CORES

Question = TypeVar("Question")
Answer = TypeVar("Answer")


@asynccontextmanager
async def deciding_by(bundle: Bundle, engine: str = "embedded") -> AsyncIterator[DecisionPoint]:
    """A decision point with these policies; `Fault` where they do not load. `engine`: `embedded` or `opa`."""
    point = DecisionPoint(_engine(engine), Schemas.read(), timeout=DEADLINE)
    try:
        await point.load(bundle)
        yield point
    finally:
        await point.aclose()


async def in_batches(
    questions: Iterable[Question], ask: Callable[[Sequence[Question]], Awaitable[Iterable[Answer]]]
) -> AsyncIterator[tuple[Question, Answer]]:
    """Each question with its answer, in order; `ask` answers one batch."""
    running: deque[tuple[Sequence[Question], asyncio.Task[Iterable[Answer]]]] = deque()
    left = iter(questions)
    try:
        while batch := list(itertools.islice(left, BATCH)):
            running.append((batch, asyncio.ensure_future(ask(batch))))
            if len(running) >= AT_ONCE:
                asked, task = running.popleft()
                for pair in zip(asked, await task, strict=True):
                    yield pair
        while running:
            asked, task = running.popleft()
            for pair in zip(asked, await task, strict=True):
                yield pair
    finally:
        for _, task in running:
            task.cancel()
        await asyncio.gather(*(task for _, task in running), return_exceptions=True)


def _engine(name: str) -> PolicyEngine:
    if name == "embedded":
        return EmbeddedEngine(workers=CORES)
    if binary := shutil.which("opa"):
        return PrivateOpa(Path(binary))
    raise Fault(Failure.UNAVAILABLE, log="there is no `opa` on the PATH")
