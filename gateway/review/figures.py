"""*Cijfers*: how many decisions, told apart by one thing at a time and by what was decided.

Rules:
- A decision counts once: a request that was granted, partly granted or refused, whose record can still be read. Dry
  runs, faults and collecting do not count.
- Every number is that of the list behind it: its filter is its key, so one number is never two.
- What is kept of each number is whether it may be published (`suppress`); `published` leaves out what may not.
- The seal stands beside the numbers. What was counted while the log grew says so (`moving`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from gateway.model.codes import Outcome
from gateway.review.decisions import DECISIONS
from gateway.review.filter import Filter
from gateway.review.level import Level
from gateway.review.period import Period
from gateway.review.suppress import Sum, hidden

COLUMNS = tuple(Outcome)
MANY = frozenset({"gegevens", "verstrekt", "reden"})
"""Of these a decision has several, so their rows do not add up to the total."""
TRIES = 3


class Counting(Protocol):
    """What is needed of the index of a tenant."""

    @property
    def level(self) -> Level: ...

    def count(self, filter: Filter) -> int: ...

    def counts(self, filter: Filter, facet: str) -> dict[str, int]: ...

    def cross(self, filter: Filter, one: str, other: str) -> dict[tuple[str, str], int]: ...


@dataclass(frozen=True, slots=True)
class Number:
    """`count`: None where it is not published; `filter`: the list behind it; `hidden`: whether it is kept back where
    figures leave the desk.
    """

    count: int | None
    filter: Filter
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """`value`: of the facet, or the first day of a month or week; `numbers`: in the order of `COLUMNS`; `before`: the
    total in the period before, None where that is not compared.
    """

    value: str
    numbers: tuple[Number, ...]
    total: Number
    before: Number | None = None

    def each(self) -> Iterator[Number]:
        yield from self.numbers
        yield self.total
        if self.before is not None:
            yield self.before


@dataclass(frozen=True, slots=True)
class Table:
    """`name`: the facet, `maand` or `week`."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """`before`: the period with which is compared; `totals`: what every table adds up to; `erased`: records of the
    period whose content is gone and that do not count.
    """

    period: Period
    before: Period | None
    totals: Row
    tables: tuple[Table, ...]
    erased: Number
    level: Level
    moving: bool = False

    def rows(self) -> Iterator[Row]:
        yield self.totals
        for table in self.tables:
            yield from table.rows

    def published(self) -> Figures:
        """The same without the numbers that are kept back, and without the lists behind them."""
        tables = tuple(Table(table.name, tuple(map(_published, table.rows))) for table in self.tables)
        return replace(self, totals=_published(self.totals), tables=tables, erased=_kept_back(self.erased))


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
        tables = [self._spans(name) if name in ("maand", "week") else self._facet(name) for name in names]
        gone = Filter.of(soort=self._base.values["soort"], besluit="gewist").within(
            self._period.since, self._period.until
        )
        erased = Number(self._index.count(gone), gone)
        found = Figures(self._period, self._before, totals, tuple(tables), erased, level)
        return _marked(found)

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


def only(base: Filter, outcome: str) -> Filter:
    """Of these the decisions with one outcome."""
    return base.without("besluit").adding("besluit", outcome)


def _same(filter: Filter) -> Filter:
    return filter


def sums(figures: Figures) -> list[Sum]:
    """Every sum that a reader of all tables can make; the keys are the queries of the numbers."""
    found = [Sum(_key(row.total), tuple(map(_key, row.numbers))) for row in figures.rows()]
    for table in figures.tables:
        if table.name not in MANY or _adds_up(table, figures.totals):
            for column, total in enumerate(figures.totals.numbers):
                found.append(Sum(_key(total), tuple(_key(row.numbers[column]) for row in table.rows)))
            found.append(Sum(_key(figures.totals.total), tuple(_key(row.total) for row in table.rows)))
            if figures.totals.before is not None and table.name not in ("maand", "week"):
                parts = tuple(_key(row.before) for row in table.rows if row.before is not None)
                found.append(Sum(_key(figures.totals.before), parts))
    return [each for each in found if each.parts and each.parts != (each.total,)]


def _adds_up(table: Table, totals: Row) -> bool:
    """Whether its only row is the whole, though its rows need not add up."""
    return len(table.rows) == 1 and table.rows[0].total.count == totals.total.count


def _marked(figures: Figures) -> Figures:
    numbers = [each for row in figures.rows() for each in row.each()]
    counts = {_key(each): each.count or 0 for each in [*numbers, figures.erased]}
    keep_back = hidden(counts, sums(figures))

    def mark(row: Row) -> Row:
        numbers = tuple(replace(each, hidden=_key(each) in keep_back) for each in row.numbers)
        total = replace(row.total, hidden=_key(row.total) in keep_back)
        before = row.before and replace(row.before, hidden=_key(row.before) in keep_back)
        return replace(row, numbers=numbers, total=total, before=before)

    return replace(
        figures,
        totals=mark(figures.totals),
        tables=tuple(replace(table, rows=tuple(map(mark, table.rows))) for table in figures.tables),
        erased=replace(figures.erased, hidden=_key(figures.erased) in keep_back),
    )


def _key(number: Number) -> str:
    return number.filter.query()


def _published(row: Row) -> Row:
    before = row.before and _kept_back(row.before)
    return Row(row.value, tuple(map(_kept_back, row.numbers)), _kept_back(row.total), before)


def _kept_back(number: Number) -> Number:
    return Number(None, Filter(), hidden=True) if number.hidden else number
