"""One partner's own policy: looked into, loaded in a process of its own, and asked.

Rules:
- Its policies are parsed, loaded and asked in processes that hold nothing else, with bounds on memory, on time and on
  what they answer. What breaks a bound is killed.
- Nothing of it is loaded before all of it has been looked into (`overlay_rules`).
- After `STRIKES` answers `WITHIN` so many seconds that did not come, it is not asked for `REST` seconds: it costs its
  own requests their fields, and the others little of the processors.
- What fails is said by a `Fault` of the engine or a `BrokenOverlay`, and nothing of the facts is in either.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import orjson

from gateway.errors import Fault
from gateway.model.overlay import OverlayAnswer, OverlayFailure
from gateway.pdp.bundle import POLICIES_REJECTED, Bundle
from gateway.pdp.embedded import Crew
from gateway.pdp.overlay_answer import read_verdicts
from gateway.pdp.overlay_rules import ENTRYPOINT, Wrong, examine, texts_of, too_large
from gateway.pdp.port import Failure
from gateway.pdp.process import Bounds, Worker, read_outcome

_SMALL_ARENA = {"MIMALLOC_ARENA_RESERVE": "16384"}  # KiB
BOUNDS = Bounds(ENTRYPOINT, memory=256 << 20, answer=64 << 10, environment=_SMALL_ARENA)
PARSING = Bounds(ENTRYPOINT, memory=512 << 20, answer=64 << 20, environment=_SMALL_ARENA)
PARSE_TIMEOUT, START_TIMEOUT = 2.0, 5.0
STRIKES, WITHIN, REST = 3, 60.0, 10.0
FAILURES = {
    Failure.UNDEFINED: OverlayFailure.UNDEFINED,
    Failure.ERROR: OverlayFailure.ERROR,
    Failure.TIMEOUT: OverlayFailure.TIMEOUT,
    Failure.UNAVAILABLE: OverlayFailure.UNAVAILABLE,
}


class BrokenOverlay(Fault):
    """An overlay that is not loaded; `wrong` says why, place by place."""

    def __init__(self, wrong: list[Wrong]) -> None:
        super().__init__(POLICIES_REJECTED, log="; ".join(map(str, wrong)))
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Examined:
    """A bundle in which nothing is wrong. `texts`: all that it may say as a reason."""

    bundle: Bundle
    texts: frozenset[str] = field(repr=False)


async def look_into(bundle: Bundle) -> Examined:
    """Parse a bundle in a process of its own and judge it; `BrokenOverlay` names every place where a rule is broken."""
    if wrong := list(too_large(bundle)):
        raise BrokenOverlay(wrong)
    trees, wrong = {}, []
    worker = await Worker.start(lambda _: None, PARSING)
    try:
        for path, text in bundle.policies.items():
            async with asyncio.timeout(PARSE_TIMEOUT):
                kind, answer = await worker.ask(b"A", f"{path}\0{text}".encode(), PARSE_TIMEOUT)
            if kind == b"R":
                trees[path] = orjson.loads(answer)[0]["ast"]
            else:
                wrong.append(_unreadable(path, answer.decode()))
    except (Fault, TimeoutError, orjson.JSONDecodeError):
        raise BrokenOverlay([Wrong(path, 0, "syntax", "its parser ended")]) from None
    finally:
        await worker.end()
    if wrong := wrong or examine(bundle, trees):
        raise BrokenOverlay(wrong)
    return Examined(bundle, texts_of(trees, bundle.data))


class Overlay:
    """An overlay that runs, of the partner `oin`. `timeout`: seconds that an answer may take."""

    def __init__(self, oin: str, examined: Examined, *, timeout: float, clock: Callable[[], float]) -> None:
        self._oin = oin
        self._texts = examined.texts
        self._crew = Crew(examined.bundle, 1, BOUNDS)
        self._timeout = timeout
        self._clock = clock
        self._silences: deque[float] = deque(maxlen=STRIKES)
        self._resting_until = 0.0

    @classmethod
    async def start(
        cls, oin: str, examined: Examined, *, timeout: float, clock: Callable[[], float] = time.monotonic
    ) -> "Overlay":
        """Load it; a `Fault` with the engine's own words where it does not accept it."""
        overlay = cls(oin, examined, timeout=timeout, clock=clock)
        try:
            async with asyncio.timeout(START_TIMEOUT):
                await overlay._crew.assemble()
        except TimeoutError:
            raise Fault(Failure.TIMEOUT, log="loading it took too long") from None
        return overlay

    async def ask(self, question: bytes, fields: tuple[str, ...], *, provisional: bool) -> tuple[OverlayAnswer, str]:
        """Its answer, and what is wrong with it, for the log of whoever keeps it."""
        revision = self._crew.bundle.revision
        if self._clock() < self._resting_until:
            failure, why = OverlayFailure.RESTING, "it failed too often, and is asked again after a while"
            return OverlayAnswer(self._oin, revision, provisional, failure=failure), why
        try:
            outcome = read_outcome(*await self._crew.ask(b"F", question, self._timeout), revision)
        except Fault as fault:
            failure = FAILURES[Failure(fault.code)]
            self._strike(failure)
            return OverlayAnswer(self._oin, revision, provisional, failure=failure), fault.log
        verdicts = read_verdicts(outcome.document, fields, self._texts)
        if verdicts is None:
            failure = OverlayFailure.MALFORMED
            return OverlayAnswer(self._oin, revision, provisional, failure=failure), "an answer without fields"
        broken = sorted(name for name, verdict in verdicts.items() if verdict.broken)
        why = f"a verdict without meaning on {', '.join(broken)}" if broken else ""
        return OverlayAnswer(self._oin, revision, provisional, verdicts), why

    async def aclose(self) -> None:
        await self._crew.dismiss()

    def _strike(self, failure: OverlayFailure) -> None:
        if failure not in (OverlayFailure.TIMEOUT, OverlayFailure.UNAVAILABLE):
            return
        now = self._clock()
        self._silences.append(now)
        if len(self._silences) == STRIKES and now - self._silences[0] <= WITHIN:
            self._resting_until = now + REST
            self._silences.clear()


def _unreadable(path: str, words: str) -> Wrong:
    """regorus says `--> FILE:LINE:COLUMN` on one line and `error: …` on another."""
    lines = [line.strip() for line in words.splitlines()]
    place = next((line for line in lines if line.startswith("--> ")), "").rsplit(":", 2)
    why = next((line.removeprefix("error: ") for line in lines if line.startswith("error: ")), "")
    return Wrong(path, int(place[1]) if len(place) == 3 and place[1].isdigit() else 0, "syntax", why)
