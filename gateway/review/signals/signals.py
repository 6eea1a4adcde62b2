"""*Opvallend* of every tenant: what pages ask for, and what they write.

Rules:
- Nobody waits for a large log: while it is searched anew, what was found before is shown, and says up to when it
  goes.
- Putting a signal aside, taking that back, and setting a threshold are writings with who and why. Nothing is erased.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gateway.model.amsterdam import day_of
from gateway.model.bsn import names_somebody
from gateway.model.codes import Tenant
from gateway.model.writing import WritingKind
from gateway.review.acts import Writing
from gateway.review.signals.judged import Judged, dismissing, judged, setting, undoing
from gateway.review.signals.rule import Rule
from gateway.review.signals.rules import RULES
from gateway.review.signals.watch import SHOWN, Found, Leveled, Signal, Watch
from gateway.review.writings import Writings

PATIENCE = 0.15
LONGER = 2.0
"""Seconds to wait for a search: in a log where the last one was long, and in any other."""
FURTHEST = timedelta(days=365)
SHORTEST_WHY, LONGEST_WHY = 3, 500


class NoReason(ValueError):
    """Somebody wrote nothing, or too much, where the reason has to stand."""


class UnknownSignal(KeyError):
    """No such signal is shown, or no such rule."""


@dataclass(frozen=True, slots=True)
class Opvallend:
    """`signals`: that nobody put aside; `aside`: those that somebody did; `found`: what they were found in, None while
    that is still reckoned for the first time; `behind`: whether the log has grown since.
    """

    signals: tuple[Signal, ...]
    aside: tuple[Signal, ...]
    judged: Judged
    found: Found | None
    behind: bool


class Signals:
    """`watches`: of each tenant."""

    def __init__(self, watches: Mapping[Tenant, Watch], writings: Writings) -> None:
        self._watches, self._writings = watches, writings
        self._running: dict[Tenant, asyncio.Task[Found]] = {}

    async def all(self, tenant: Tenant, now: datetime, span: timedelta = SHOWN) -> Opvallend:
        """Everything that stands out, the heaviest first. `now`: aware."""
        judgement = judged(RULES, await self._writings.all(tenant))
        found = await self._found(tenant, now, judgement)
        if found is None:
            return Opvallend((), (), judgement, None, behind=True)
        signals = await asyncio.to_thread(found.signals, tenant, RULES.values(), judgement, span)
        return Opvallend(
            tuple(each for each in signals if each.dismissed is None),
            tuple(each for each in signals if each.dismissed is not None),
            judgement,
            found,
            behind=found.level.sizes != self._watches[tenant].level.sizes,
        )

    async def preview(self, tenant: Tenant, now: datetime, rule: str, given: Mapping[str, Any]) -> tuple[int, int]:
        """How many signals of the last days these thresholds give, and those of now. `UnknownSignal` for another rule,
        `ValueError` with the name of a threshold that is out of bounds.
        """
        values, found = _rule(rule).read(given), (opvallend := await self.all(tenant, now)).found
        if found is None:
            raise UnknownSignal(rule)
        proposed = await asyncio.to_thread(found.shown, RULES[rule], values)
        return len(proposed), len(found.shown(RULES[rule], opvallend.judged.thresholds[rule]))

    async def of(self, tenant: Tenant, now: datetime, signal: str) -> Signal:
        """One that nobody put aside, however long it is shown. `UnknownSignal` where there is none."""
        for each in (await self.all(tenant, now, FURTHEST)).signals:
            if each.id == signal:
                return each
        raise UnknownSignal(signal)

    async def dismiss(self, tenant: Tenant, now: datetime, signal: str, *, who: str, role: str, why: str) -> Writing:
        """Put a signal aside."""
        reason = _reason(why)
        found = await self.of(tenant, now, signal)
        content, about = dismissing(signal, found.rule.name, found.hit.count, reason), found.hit.filter.records
        return await self._write(tenant, who, role, WritingKind.DISMISSAL, content, about)

    async def undo(self, tenant: Tenant, dismissal: str, *, who: str, role: str) -> Writing:
        """Take back what put a signal aside. `dismissal`: the id of that writing."""
        standing = judged(RULES, await self._writings.all(tenant)).dismissals.values()
        if dismissal not in {each.id for each in standing}:
            raise UnknownSignal(dismissal)
        return await self._write(tenant, who, role, WritingKind.DISMISSAL, undoing(dismissal), (dismissal,))

    async def set(
        self, tenant: Tenant, rule: str, given: Mapping[str, Any], *, who: str, role: str, why: str
    ) -> Writing:
        """Set the thresholds of a rule. Raises as `preview`."""
        reason, values = _reason(why), _rule(rule).read(given)
        return await self._write(tenant, who, role, WritingKind.THRESHOLD, setting(rule, values, reason))

    async def _write(
        self,
        tenant: Tenant,
        who: str,
        role: str,
        kind: WritingKind,
        content: Mapping[str, Any],
        about: tuple[str, ...] = (),
    ) -> Writing:
        return await self._writings.write(tenant, who=who, role=role, kind=kind, about=about, content=content)

    async def warm(self, now: datetime) -> None:
        """Begin to find, so that nobody has to wait for it."""
        for tenant in self._watches:
            self._find(tenant, now, judged(RULES, await self._writings.all(tenant)))

    async def close(self) -> None:
        """Let what is being found end: the index is still needed for it."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _found(self, tenant: Tenant, now: datetime, judgement: Judged) -> Found | None:
        watch = self._watches[tenant]
        if await asyncio.to_thread(watch.fresh, day_of(now), judgement) or (watch.found and watch.resting):
            return watch.found
        running = self._find(tenant, now, judgement)
        done, _ = await asyncio.wait({running}, timeout=PATIENCE if watch.slow else LONGER)
        return running.result() if done else watch.found

    def _find(self, tenant: Tenant, now: datetime, judgement: Judged) -> asyncio.Task[Found]:
        running = self._running.get(tenant)
        if running is None or running.done():
            running = asyncio.create_task(asyncio.to_thread(self._watches[tenant].refresh, day_of(now), judgement))
            self._running[tenant] = running
        return running


def watches_of(indexes: Mapping[Tenant, Leveled], *, term: int) -> dict[Tenant, Watch]:
    """A watch over each index. `term`: in how many days an emergency has to be accounted for."""
    return {tenant: Watch(index, RULES, term=term) for tenant, index in indexes.items()}


def _rule(name: str) -> Rule:
    if name not in RULES:
        raise UnknownSignal(name)
    return RULES[name]


def _reason(why: str) -> str:
    text = " ".join(why.split())
    if not SHORTEST_WHY <= len(text) <= LONGEST_WHY or names_somebody(text):
        raise NoReason
    return text
