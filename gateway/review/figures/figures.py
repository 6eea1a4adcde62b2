"""*Cijfers*: how many decisions, told apart by one thing at a time and by what was decided.

Rules:
- A decision counts once: a request that was granted, partly granted or refused, whose record can still be read. Dry
  runs, faults and collecting do not count.
- Every number is that of the list behind it: its filter is its key, so one number is never two.
- What is kept of each number is whether it may be published (`suppress`); `published` leaves out what may not.
- The seal stands beside the numbers. What was counted while the log grew says so (`moving`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.model.codes import Outcome
from gateway.review.figures.period import Period
from gateway.review.filter import Filter
from gateway.review.level import Level

COLUMNS = tuple(Outcome)
SPANS = ("maand", "week")
MANY = frozenset({"gegevens", "verstrekt", "reden"})
"""Of these a decision has several, so their rows do not add up to the total."""


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


def _published(row: Row) -> Row:
    before = row.before and _kept_back(row.before)
    return Row(row.value, tuple(map(_kept_back, row.numbers)), _kept_back(row.total), before)


def _kept_back(number: Number) -> Number:
    return Number(None, Filter(), hidden=True) if number.hidden else number
