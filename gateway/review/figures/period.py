"""A period of whole days in Amsterdam, the one before it, and the months and weeks in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_HALF = re.compile(r"(20\d\d)-([12])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """`since` and `until` are both in it."""

    since: date
    until: date

    @classmethod
    def half_year(cls, text: str) -> Self:
        """`2026-1`: January to June, `2026-2`: July to December. `ValueError` for anything else."""
        form = _HALF.fullmatch(text)
        if form is None:
            raise ValueError("not a half-year")
        year = int(form[1])
        return cls(date(year, 1, 1), date(year, 6, 30)) if form[2] == "1" else cls(date(year, 7, 1), date(year, 12, 31))

    @classmethod
    def lately(cls, today: date) -> Self:
        """The three months of which `today` is in the last."""
        return cls(first_of_month(today, -2), today)

    def before(self) -> Self:
        """Of the same length, right before it: as many months where it is whole months, else as many days."""
        if self.since.day == 1 and (self.until + timedelta(1)).day == 1:
            months = (self.until.year - self.since.year) * 12 + self.until.month - self.since.month + 1
            return type(self)(first_of_month(self.since, -months), self.since - timedelta(1))
        days = self.until - self.since + timedelta(1)
        return type(self)(self.since - days, self.since - timedelta(1))

    def months(self) -> Iterator[Self]:
        """The months, the first and the last cut where the period is."""
        first = self.since
        while first <= self.until:
            following = first_of_month(first, 1)
            yield type(self)(first, min(self.until, following - timedelta(1)))
            first = following

    def weeks(self) -> Iterator[Self]:
        """The weeks from Monday, cut in the same way."""
        first = self.since
        while first <= self.until:
            following = first + timedelta(7 - first.weekday())
            yield type(self)(first, min(self.until, following - timedelta(1)))
            first = following


def first_of_month(day: date, months: int = 0) -> date:
    """The first day of the month that is so many months later."""
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)
