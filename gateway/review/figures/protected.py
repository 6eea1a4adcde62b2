"""Which figures are kept back where they leave the desk: the small ones, and what they could be reckoned from.

Rules:
- All tables that are shown together are one system of sums. What a decision asked and what of it was disclosed are both
  shown, so what was not disclosed is a number too, though it stands nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gateway.review.figures.figures import MANY, SPANS, Figures, Number, Row, Table
from gateway.review.figures.suppress import Key, Sum, hidden

ASKED, DISCLOSED = "gegevens", "verstrekt"


def sums(figures: Figures) -> list[Sum]:
    """Every sum that a reader of all tables can make; the keys are the queries of the numbers."""
    found = [Sum(_key(row.total), tuple(map(_key, row.numbers))) for row in figures.rows()]
    for table in figures.tables:
        if table.name not in MANY or _adds_up(table, figures.totals):
            for column, total in enumerate(figures.totals.numbers):
                found.append(Sum(_key(total), tuple(_key(row.numbers[column]) for row in table.rows)))
            found.append(Sum(_key(figures.totals.total), tuple(_key(row.total) for row in table.rows)))
            if figures.totals.before is not None and table.name not in SPANS:
                parts = tuple(_key(row.before) for row in table.rows if row.before is not None)
                found.append(Sum(_key(figures.totals.before), parts))
    return [each for each in found if each.parts and each.parts != (each.total,)]


def _withheld(figures: Figures) -> Iterator[tuple[Key, Sum]]:
    """What was asked and not disclosed, by a key of its own: its sum is what was asked, and the first part of that is
    what was disclosed.
    """
    tables = {table.name: {row.value: row for row in table.rows} for table in figures.tables}
    for value, asked in tables.get(ASKED, {}).items():
        if (disclosed := tables.get(DISCLOSED, {}).get(value)) is not None:
            for one, other in zip(asked.each(), disclosed.each(), strict=True):
                key = ("withheld", _key(one))
                yield key, Sum(_key(one), (_key(other), key))


def _adds_up(table: Table, totals: Row) -> bool:
    """Whether its only row is the whole, though its rows need not add up."""
    return len(table.rows) == 1 and table.rows[0].total.count == totals.total.count


def protected(figures: Figures) -> Figures:
    """The same, with what is kept back marked."""
    numbers = [each for row in figures.rows() for each in row.each()]
    counts: dict[Key, int] = {_key(each): each.count or 0 for each in [*numbers, figures.erased]}
    withheld = dict(_withheld(figures))
    counts |= {key: counts[sum_.total] - counts[sum_.parts[0]] for key, sum_ in withheld.items()}
    keep_back = hidden(counts, [*sums(figures), *withheld.values()])

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
