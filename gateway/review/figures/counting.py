"""Counting the figures of a period out of an index, all of one level of the log where that can be had."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from gateway.model.codes import Outcome
from gateway.review.decisions import DECISIONS, only
from gateway.review.figures.figures import COLUMNS, SPANS, Figures, Number, Row, Table
from gateway.review.figures.period import Period
from gateway.review.figures.protected import protected
from gateway.review.filter import Filter
from gateway.review.level import Level

TRIES = 3


class Counting(Protocol):
    """What is needed of the index of a tenant."""

    @property
    def level(self) -> Level: ...

    def count(self, filter: Filter) -> int: ...

    def counts(self, filter: Filter, facet: str) -> dict[str, int]: ...

    def cross(self, filter: Filter, one: str, other: str) -> dict[tuple[str, str], int]: ...


def count(index: Counting, names: Sequence[str], period: Period, *, compare: bool) -> Figures:
    """The figures of a period: a table for each of `names`, facets or `maand` or `week`."""
    for _ in range(TRIES):
        level = index.level
        found = _Counter(index, period, period.before() if compare else None).figures(names, level)
        if index.level.sizes == level.sizes:
            return found
    return replace(found, moving=True)


class _Counter:
    def __init__(self, index: Counting, period: Period, before: Period | None) -> None:
        self._index, self._period, self._before = index, period, before
        self._base = DECISIONS.within(period.since, period.until)
        self._earlier = before and DECISIONS.within(before.since, before.until)

    def figures(self, names: Sequence[str], level: Level) -> Figures:
        outcomes = self._index.counts(self._base, "besluit")
        totals = self._row("", self._base, outcomes, self._earlier and self._index.count(self._earlier), _same)
        tables = [self._spans(name) if name in SPANS else self._facet(name) for name in names]
        gone = Filter.of(soort=self._base.values["soort"], besluit="gewist").within(
            self._period.since, self._period.until
        )
        erased = Number(self._index.count(gone), gone)
        found = Figures(self._period, self._before, totals, tuple(tables), erased, level)
        return protected(found)

    def _facet(self, name: str) -> Table:
        found = self._index.cross(self._base, name, "besluit")
        earlier = self._index.counts(self._earlier, name) if self._earlier else {}
        values = sorted({value for value, _ in found} | earlier.keys())
        rows = [
            self._row(
                value,
                self._base.adding(name, value),
                {column: found.get((value, column), 0) for column in COLUMNS},
                earlier.get(value, 0) if self._earlier else None,
                lambda filter, value=value: filter.adding(name, value),
            )
            for value in values
        ]
        return Table(name, tuple(rows if name == "fase" else sorted(rows, key=lambda row: -(row.total.count or 0))))

    def _spans(self, name: str) -> Table:
        days = self._index.cross(self._base, "dag", "besluit")
        rows = []
        for span in self._period.months() if name == "maand" else self._period.weeks():
            counted = dict.fromkeys(COLUMNS, 0)
            for (day, outcome), count in days.items():
                if span.since.isoformat() <= day <= span.until.isoformat():
                    counted[Outcome(outcome)] += count
            rows.append(
                self._row(span.since.isoformat(), DECISIONS.within(span.since, span.until), counted, None, _same)
            )
        return Table(name, tuple(rows))

    def _row(
        self,
        value: str,
        base: Filter,
        counted: Mapping[str, int],
        earlier: int | None,
        narrowed: Callable[[Filter], Filter],
    ) -> Row:
        numbers = tuple(Number(counted.get(each, 0), only(base, each)) for each in COLUMNS)
        total = Number(sum(counted.get(each, 0) for each in COLUMNS), base)
        before = None if earlier is None or not self._earlier else Number(earlier, narrowed(self._earlier))
        return Row(value, numbers, total, before)


def _same(filter: Filter) -> Filter:
    return filter
