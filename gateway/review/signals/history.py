"""The weeks of a log that the rules look at, kept level with the index: a week is counted again when its lines changed.

Rules:
- A week changed when its decisions, its erased ones or what nobody came for are another number. Lines only come, and
  are only erased, so no two changes cancel each other out: what was erased is forgotten here too.
- `WEEKS` back and no further: the year by which "how often is this normal" is measured, what is shown, and what comes
  before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from gateway.model.record import RecordClass
from gateway.review.decisions import DECISIONS
from gateway.review.filter import Filter
from gateway.review.line import Line
from gateway.review.signals.week import Week, monday_of

WEEKS = 62
GONE = Filter.of(soort=DECISIONS.values["soort"], besluit=("beschadigd", "gewist"))
WAITING = Filter.of(soort=RecordClass.VERSTREKKING, opgehaald="nee")
OUTSIDE = DECISIONS.adding("tijd", "buiten-kantoortijd")


Size = tuple[int, ...]


class Lines(Protocol):
    """What is needed of the index of a tenant."""

    def count(self, filter: Filter) -> int: ...

    def lines(self, filter: Filter) -> Iterator[Line]: ...


@dataclass(frozen=True, slots=True)
class History:
    """`weeks`: oldest first, without a gap from the first line on; `today`: in Amsterdam; `received`: of which
    emergency grants an account came, and on what day; `term`: in how many days it has to.
    """

    weeks: tuple[Week, ...]
    today: date
    received: Mapping[str, date]
    term: int

    @property
    def began(self) -> date | None:
        """The first day of which it knows something."""
        days = [day for week in self.weeks[:1] for _, day in week.asked]
        return min(days, default=None)


class Past:
    """The weeks of one tenant. Not for two threads at once."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._kept: dict[date, tuple[Size, Week]] = {}

    def level(self, today: date, received: Mapping[str, date], term: int) -> History:
        """Its weeks as they are now."""
        mondays = [monday_of(today) - timedelta(weeks=back) for back in reversed(range(WEEKS))]
        kept: Mapping[date, tuple[Size, Week]] = {monday: self._week(monday) for monday in mondays}
        self._kept = dict(kept)
        weeks = [week for _, week in kept.values()]
        while weeks and not weeks[0].asked:
            del weeks[0]
        return History(tuple(weeks), today, received, term)

    def _week(self, monday: date) -> tuple[Size, Week]:
        days = (monday, monday + timedelta(6))
        decided, waiting = DECISIONS.within(*days), WAITING.within(*days)
        size = tuple(self._lines.count(each) for each in (decided, waiting, GONE.within(*days)))
        if monday in self._kept and self._kept[monday][0] == size:
            return self._kept[monday]
        week = Week(monday)
        for line in self._lines.lines(decided) if size[0] else ():
            if line.readable:
                week.add(line)
        week.wait(self._lines.lines(waiting) if size[1] else ())
        week.close()
        return size, week
