"""The signals of one log, as they stand: found again when the log grew, and how often each is normal.

Rules:
- How often a rule is normal is counted in this log's own year before the days that are shown (`SHOWN`), by the same
  thresholds. With less than `LEAST_DAYS` of it nothing is said.
- What was found is served while it is found anew; a page says up to which line of the log it goes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic

from gateway.model.codes import Tenant
from gateway.review.acts import Writing
from gateway.review.level import Level
from gateway.review.signals.history import History, Lines, Past
from gateway.review.signals.judged import Judged
from gateway.review.signals.rule import Hit, Rule, Values, instance

SHOWN = timedelta(days=35)
YEAR = timedelta(days=365)
LEAST_DAYS = 60
MONTH = 365 / 12
LONG, REST = 0.5, 30
"""A search that takes longer than so many seconds is not done again for as many times as long."""


class Leveled(Lines):
    @property
    def level(self) -> Level:
        """How far was read."""


@dataclass(frozen=True, slots=True)
class Normal:
    """How often: `times` in `days` before the days that are shown; `a_month` is None where that is too short to say."""

    times: int
    days: int

    @property
    def a_month(self) -> float | None:
        return None if self.days < LEAST_DAYS else self.times * MONTH / self.days


@dataclass(frozen=True, slots=True)
class Signal:
    """An instance of a rule, with what somebody wrote to put it aside, None while nobody did."""

    id: str
    rule: Rule
    hit: Hit
    normal: Normal
    dismissed: Writing | None = None


class Found:
    """What the rules find in one state of a log. May be used by any thread."""

    def __init__(self, history: History, level: Level) -> None:
        self.history, self.level = history, level
        self._hits: dict[tuple[str, tuple[tuple[str, int], ...]], tuple[Hit, ...]] = {}

    def hits(self, rule: Rule, values: Values) -> tuple[Hit, ...]:
        key = (rule.name, tuple(sorted(values.items())))
        if key not in self._hits:
            self._hits[key] = tuple(rule.find(self.history, values))
        return self._hits[key]

    def shown(self, rule: Rule, values: Values, span: timedelta = SHOWN) -> list[Hit]:
        """Those of the last days or that go on in them, and what is open however old it is; the newest first."""
        since = self.history.today - span
        every = (each for each in self.hits(rule, values) if not each.settled)
        hits = [each for each in every if each.open or (each.last or each.on) > since]
        return sorted(hits, key=lambda each: (each.on, each.count, each.key), reverse=True)

    def normal(self, rule: Rule, values: Values) -> Normal:
        last = self.history.today - SHOWN
        first = max(last - YEAR, self.history.began or last)
        times = sum(first < each.on <= last for each in self.hits(rule, values))
        return Normal(times, 0 if rule.fleeting else max(0, (last - first).days))

    def signals(self, tenant: Tenant, rules: Iterable[Rule], judged: Judged, span: timedelta = SHOWN) -> list[Signal]:
        """The heaviest first, and of one rule the newest; also what was put aside."""
        found = []
        for rule in rules:
            values = judged.thresholds[rule.name]
            normal = self.normal(rule, values)
            for hit in self.shown(rule, values, span):
                id = instance(tenant, rule.name, hit.key)
                found.append(Signal(id, rule, hit, normal, judged.dismissed(id, hit.count)))
        return found


class Watch:
    """Of one tenant. `term`: in how many days an emergency has to be accounted for. `found`: None before the first
    search; `slow`: whether the last one was long. Calls take turns.
    """

    def __init__(self, lines: Leveled, rules: Mapping[str, Rule], *, term: int) -> None:
        self._lines, self._rules, self._term = lines, rules, term
        self._past, self._turn = Past(lines), threading.Lock()
        self._key: object = None
        self._rest, self.slow = 0.0, False
        self.found: Found | None = None

    @property
    def level(self) -> Level:
        """How far the index has read."""
        return self._lines.level

    @property
    def resting(self) -> bool:
        """Whether the last search was long, and so short ago that another one would keep the machine busy."""
        return self.slow and monotonic() < self._rest

    def fresh(self, today: date, judged: Judged) -> bool:
        """Whether what was found is of the log as the index has it now."""
        return self.found is not None and self._key == self._now(today, judged)

    def refresh(self, today: date, judged: Judged) -> Found:
        """Find again, with every rule. Raises the faults of the index."""
        with self._turn:
            if not self.fresh(today, judged):
                began = monotonic()
                key, level = self._now(today, judged), self._lines.level
                found = Found(self._past.level(today, judged.received, self._term), level)
                for name, rule in self._rules.items():
                    found.hits(rule, judged.thresholds[name])
                self.found, self._key = found, key
                took = monotonic() - began
                self.slow = took > LONG
                self._rest = monotonic() + REST * took
            assert self.found is not None
            return self.found

    def _now(self, today: date, judged: Judged) -> object:
        return today, self._lines.level.sizes, dict(judged.received)
