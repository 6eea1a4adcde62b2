"""What came of a change: how requests were decided before and after it, a basis at a time.

Rules:
- As many days before as after: at most `DAYS`, and fewer where the change is younger, so that the two can be compared.
  The day of the change itself belongs to the days after it.
- It says what followed, and not that the change was why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gateway.model.codes import Outcome
from gateway.model.record import RecordClass
from gateway.review.filter import Filter
from gateway.review.index import Index

DAYS = 30
OUTCOMES = tuple(str(each) for each in Outcome)
DECIDED = (str(RecordClass.VERSTREKKING), str(RecordClass.WEIGERING))


@dataclass(frozen=True, slots=True)
class Side:
    """The days `since` to `until`, both included, and how many had each outcome on a basis."""

    since: date
    until: date
    counts: Mapping[str, int]

    def filter(self, basis: str, outcome: str) -> Filter:
        """What finds them in the list."""
        return _within(self.since, self.until).adding("grondslag", basis).adding("besluit", outcome)


@dataclass(frozen=True, slots=True)
class Effect:
    """One basis before and after. `changed`: whether the numbers are others."""

    basis: str
    before: Side
    after: Side

    @property
    def changed(self) -> bool:
        return dict(self.before.counts) != dict(self.after.counts)


def caused(index: Index, change: date, today: date) -> Sequence[Effect]:
    """Every basis that was asked on in those days, by name."""
    days = min(DAYS, (today - change).days + 1)
    if days < 1:
        return ()
    spans = ((change - timedelta(days), change - timedelta(1)), (change, change + timedelta(days - 1)))
    before, after = (index.cross(_within(*span), "grondslag", "besluit") for span in spans)
    return list(_effects(spans, before, after))


def _effects(
    spans: Sequence[tuple[date, date]], before: Mapping[tuple[str, str], int], after: Mapping[tuple[str, str], int]
) -> Iterator[Effect]:
    for basis in sorted({each for each, _ in (*before, *after)}):
        sides = [
            Side(*span, {outcome: found.get((basis, outcome), 0) for outcome in OUTCOMES})
            for span, found in zip(spans, (before, after), strict=True)
        ]
        yield Effect(basis, *sides)


def _within(since: date, until: date) -> Filter:
    return Filter.of(soort=DECIDED).within(since, until)
