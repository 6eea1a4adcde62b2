"""Two engines as one: asked at the same time, believed only where they agree.

Rules:
- An answer counts where both gave it, by the same revision, in the same canonical bytes. Whatever else is a `Fault`:
  nothing is released, and neither is taken for the better one.
- One that says something else, fails on the facts, or stays silent about them where the other does not:
  `engines-differ`. One that is late, away, or does not take our questions: the fault that it gave; that is no
  disagreement about the law.
- Both are an alert in the service log, at error level: `engines-differ`, with the places that differ as JSON Pointers
  (RFC 6901), or `engine-failed`, with each engine's code. Never a value, nor a name that is no member of a decision.
- The fault carries both answers for the record, whose body is encrypted.
- While new policies are taken the two may hold different revisions: OPA takes a bundle when it does, and the embedded
  engine, which stands ready, takes over then. A question that falls in between is asked again when both have taken
  them, `SETTLE` at most; else for as long as a decision may take.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, runtime_checkable

import structlog

from gateway.errors import Fault
from gateway.model.canonical import canonical
from gateway.pdp.bundle import Bundle
from gateway.pdp.port import Failure, Outcome, PolicyEngine

PAUSE = 0.02
SETTLE = 10.0
MOST_TOLD = 10
MEMBERS = frozenset(
    (
        *("outcome", "simulation", "basis", "id", "articles", "in_force_since", "verified", "fields", "name"),
        *("granted", "reasons", "obligations", "code", "on", "missing", "hints", "ladder", "rung", "passed"),
    )
)
ABOUT_THE_FACTS = frozenset({Failure.ERROR, Failure.UNDEFINED})

Answer = Outcome | Fault


@runtime_checkable
class Prepares(Protocol):
    """An engine that can stand ready with new policies, so that it takes them in no time when it is told to."""

    def prepared(self, bundle: Bundle) -> AbstractAsyncContextManager[Callable[[], Awaitable[None]]]: ...


class BothEngines:
    """`one` and `other` interpret the same policies. Whoever holds this closes both by it."""

    name = "both"

    def __init__(self, one: PolicyEngine, other: PolicyEngine) -> None:
        self._engines = one, other
        self._bundle: Bundle | None = None
        self._changing = asyncio.Lock()
        self._log = structlog.get_logger("gateway.engines")

    async def load(self, bundle: Bundle) -> str:
        """Both or neither: where one does not accept it, the other goes back to what it had."""
        one, other = self._engines
        async with self._changing:
            if isinstance(one, Prepares):
                await self._take(one, other, bundle)
            else:
                said = await asyncio.gather(one.load(bundle), other.load(bundle), return_exceptions=True)
                failures = [each for each in said if isinstance(each, BaseException)]
                if failures:
                    accepted = (e for e, each in zip(self._engines, said, strict=True) if isinstance(each, str))
                    await self._go_back(*accepted)
                    raise failures[0]
            self._bundle = bundle
        return bundle.revision

    async def _take(self, one: Prepares, other: PolicyEngine, bundle: Bundle) -> None:
        """Let `one` stand ready while `other` takes the policies, and take over when it has."""
        taking = asyncio.create_task(other.load(bundle))
        try:
            async with one.prepared(bundle) as take_over:
                await taking
                await take_over()
        except BaseException:
            taking.cancel()
            [taken] = await asyncio.gather(taking, return_exceptions=True)
            if isinstance(taken, str):
                await self._go_back(other)
            raise

    async def decide(self, facts: bytes, *, timeout: float) -> Outcome:
        """`timeout`: seconds for each answer, and for the two to come to hold one revision."""
        clock = asyncio.get_running_loop()
        end, settled = clock.time() + timeout, False
        while True:
            answers = await asyncio.gather(*(_ask(engine, facts, timeout) for engine in self._engines))
            if not _between_revisions(answers):
                return self._agreed(*answers)
            if self._changing.locked() and not settled:
                settled, end = await self._settle(), clock.time() + timeout
            elif clock.time() + PAUSE > end:
                return self._agreed(*answers)
            else:
                await asyncio.sleep(PAUSE)

    async def _settle(self) -> bool:
        """Wait until the policies that are being taken are taken or refused."""
        try:
            async with asyncio.timeout(SETTLE), self._changing:
                return True
        except TimeoutError:
            return True

    async def ready(self) -> bool:
        """Whether both are."""
        return all(await asyncio.gather(*(engine.ready() for engine in self._engines)))

    async def aclose(self) -> None:
        await asyncio.gather(*(engine.aclose() for engine in self._engines))

    def _agreed(self, one: Answer, other: Answer) -> Outcome:
        if isinstance(one, Outcome) and isinstance(other, Outcome):
            places = list(differing(one.document, other.document))
            if one.revision != other.revision:
                places.append("/policy/revision")
            if not places:
                return one
            raise self._differ(one, other, places)
        failures = [each for each in (one, other) if isinstance(each, Fault)]
        weightiest = min(failures, key=lambda fault: fault.code in ABOUT_THE_FACTS)
        if weightiest.code in ABOUT_THE_FACTS and {*map(_code, (one, other))} != {weightiest.code}:
            raise self._differ(one, other, ["/"])
        codes = {engine.name: _code(each) for engine, each in zip(self._engines, (one, other), strict=True)}
        if len({*codes.values()}) > 1:
            self._log.error("engine-failed", codes=codes)
        raise Fault(
            weightiest.code,
            retry_after=weightiest.retry_after,
            log=weightiest.log,
            revision=_revision(one, other),
            evidence=self._evidence(one, other),
        ) from weightiest

    def _differ(self, one: Answer, other: Answer, places: list[str]) -> Fault:
        revision = _revision(one, other)
        self._log.error(
            "engines-differ",
            engines=[engine.name for engine in self._engines],
            revision=revision,
            places=places[:MOST_TOLD],
        )
        told = ", ".join(places[:MOST_TOLD])
        return Fault(Failure.DIFFER, log=told, revision=revision, evidence=self._evidence(one, other))

    def _evidence(self, one: Answer, other: Answer) -> dict[str, Any]:
        return {
            engine.name: {"fault": each.code} if isinstance(each, Fault) else _whole(each)
            for engine, each in zip(self._engines, (one, other), strict=True)
        }

    async def _go_back(self, *engines: PolicyEngine) -> None:
        if self._bundle is not None:
            bundle = self._bundle
            await asyncio.gather(*(engine.load(bundle) for engine in engines), return_exceptions=True)


async def _ask(engine: PolicyEngine, facts: bytes, timeout: float) -> Answer:
    try:
        return await engine.decide(facts, timeout=timeout)
    except Fault as fault:
        return fault


def differing(one: Any, other: Any, place: str = "") -> Iterator[str]:
    """The places (RFC 6901) at which two documents differ; `*` for a name that no decision has."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            name = f"{place}/{key if key in MEMBERS else '*'}"
            if (key in one) != (key in other):
                yield name
            elif key in one:
                yield from differing(one[key], other[key], name)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, pair in enumerate(zip(one, other, strict=True)):
            yield from differing(*pair, f"{place}/{index}")
    elif canonical(one) != canonical(other):
        yield place or "/"


def _between_revisions(answers: list[Answer]) -> bool:
    """Whether the one has new policies that the other has not."""
    if any(isinstance(each, Fault) and each.code == Failure.POLICIES for each in answers):
        return True
    return len({each.revision for each in answers if isinstance(each, Outcome)}) > 1


def _whole(outcome: Outcome) -> dict[str, Any]:
    return {**outcome.document, "policy": {"revision": outcome.revision}}


def _code(answer: Answer) -> str:
    return answer.code if isinstance(answer, Fault) else "answered"


def _revision(one: Answer, other: Answer) -> str | None:
    """The revision that is known of those who answered, where it is one."""
    known = {each.revision for each in (one, other) if isinstance(each, Outcome)}
    return known.pop() if len(known) == 1 else None
