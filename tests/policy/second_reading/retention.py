"""Rule 18: how long the data of a case may be used, and on which conditions after that."""

from tests.policy.second_reading.content import agreed_to_onward
from tests.policy.second_reading.notes import Notes
from tests.policy.second_reading.parties import intake_grounds
from tests.policy.second_reading.rows import Row

Day = tuple[int, int, int]


def as_day(text: str) -> Day:
    return (int(text[:4]), int(text[5:7]), int(text[8:10]))


def years_later(day: Day, years: int) -> Day:
    """The same day that many years on; 29 February becomes 28 February. (No multiple of four years is ever asked.)"""
    year, month, rest = day
    return (year + years, month, 28 if month == 2 and rest == 29 else rest)


def bewaartermijn(row: Row, notes: Notes) -> None:
    """Rule 18: five years from the first processing; after it only with an extension that holds."""
    if not row.retention:
        return
    first = notes.need("case", "first_processed_at")
    if first is None or notes.day is None:
        return
    today, term = as_day(notes.day), years_later(as_day(first), 5)
    if today < term:  # on that day it is over
        if row.renewal:
            notes.note("geen-grondslag")
        return
    until = notes.need("case", "extended_until", null_is_none=True)
    if until is None:
        if notes.has("case", "extended_until") and ("case", "extended_until") not in notes.wrong:
            notes.note("bewaartermijn-verstreken")
        return
    start = term  # of the last whole two years after it
    while years_later(start, 2) <= today:
        start = years_later(start, 2)
    if not today < as_day(until) <= years_later(start, 2):
        notes.note("bewaartermijn-verstreken")
        return
    if notes.look("case", "state") == "afgesloten":
        closed(row, notes, term)
    intake_grounds(notes)
    if not agreed_to_onward(notes):
        notes.note("instemming-verstrekker-ontbreekt")


def closed(row: Row, notes: Notes, term: Day) -> None:
    """A closed case: only under hernieuwd, closed less than a year before the term, and where a relapse is likely."""
    if not row.renewal:
        notes.note("bewaartermijn-verstreken")
        return
    if notes.need("circumstances", "hoog_recidiverisico") is False:
        notes.note("bewaartermijn-verstreken")
    on = notes.need("case", "closed_at", null_is_none=True)
    if on is None:
        if notes.has("case", "closed_at") and ("case", "closed_at") not in notes.wrong:
            notes.note("bewaartermijn-verstreken")
    # Cautious: a case that was closed on the day of the term, or after it, was not closed before it.
    elif not years_later(term, -1) < as_day(on) < term:
        notes.note("bewaartermijn-verstreken")
