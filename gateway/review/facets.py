"""What a line counts as: its values of each facet.

Rules:
- A line has no value of a facet that does not apply to it, one of most, and several of those that list (`gegevens`,
  `verstrekt`, `reden`).
- What the leaf says stays when a body is erased: its class, its revision, its moment. All else is gone with the body,
  and the line counts as `gewist`.
- Nobody collects what came back with the answer (`direct`): requester and recipient are one.
- Office hours: Monday to Friday from 8:00 to 18:00 in Amsterdam, but not on the days that the law calls generally
  recognised (Algemene termijnenwet, article 3): New Year's Day, Good Friday, Easter Monday, the King's birthday, 5 May,
  Ascension Day, Whit Monday and both days of Christmas.

Easter: J. Meeus, Astronomical Algorithms, chapter 8 (the Gregorian calendar).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from gateway.model.amsterdam import AMSTERDAM
from gateway.model.record import NO_REVISION, RecordClass
from gateway.review.line import REQUESTS, Line

DAY = "dag"
"""Not shown as a facet: the day in Amsterdam, `YYYY-MM-DD`, to count by."""
OFFICE_HOURS, OUTSIDE = "kantoortijd", "buiten-kantoortijd"
OPENS, CLOSES = 8, 18
ERASED, DAMAGED, UNDECIDED = "gewist", "beschadigd", "geen"


def values_of(line: Line) -> Iterator[tuple[str, str]]:
    """Facet and value, but for what is told of a line afterwards: `opgehaald` by an outcome, `beoordeeld`, `vlag`."""
    local = line.at.astimezone(AMSTERDAM)
    yield "soort", str(line.kind)
    yield "tijd", OFFICE_HOURS if in_office_hours(local) else OUTSIDE
    yield DAY, local.date().isoformat()
    if line.revision != NO_REVISION:
        yield "beleid", line.revision
    if not line.readable:
        yield "besluit", DAMAGED if line.damaged else ERASED
    elif line.kind in REQUESTS:
        yield from _of_a_request(line)


def _of_a_request(line: Line) -> Iterator[tuple[str, str]]:
    yield "besluit", line.outcome or UNDECIDED
    yield "grondslag", line.basis
    yield "doel", line.activity
    yield "aanvrager", line.requester
    yield "bronhouder", line.holder
    yield "ontvanger", line.recipient
    yield "fase", str(line.phase or UNDECIDED)
    yield from (("gegevens", each) for each in line.categories)
    yield from (("reden", each) for each in line.reasons)
    if line.kind is RecordClass.VERSTREKKING:
        yield from (("verstrekt", each) for each in line.granted_categories)
        yield "opgehaald", "direct" if line.recipient == line.requester else "nee"


def in_office_hours(local: datetime) -> bool:
    """Whether a moment, told by the clock of Amsterdam, is in office hours."""
    day = local.date()
    return local.weekday() < 5 and OPENS <= local.hour < CLOSES and day not in holidays(day.year)


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """The generally recognised holidays of a year (Algemene termijnenwet, article 3)."""
    easter = easter_of(year)
    kings_day = date(year, 4, 27) if date(year, 4, 27).weekday() != 6 else date(year, 4, 26)
    moving = (easter + timedelta(days=days) for days in (-2, 1, 39, 50))
    fixed = ((1, 1), (5, 5), (12, 25), (12, 26))
    return frozenset({*moving, *(date(year, *each) for each in fixed), kings_day})


def easter_of(year: int) -> date:
    """Easter Sunday."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7  # noqa: E741
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    return date(year, month, day + 1)
