"""What the forms of a report bring: choices out of closed lists, days, and words that name nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from functools import partial
from typing import TypeVar

from gateway.desk import dates
from gateway.desk.desk import Desk
from gateway.desk.errors import Refused
from gateway.desk.visit import Visit
from gateway.model.bsn import names_somebody
from gateway.review.subject.lists import TEXT_LIMIT
from gateway.review.subject.report import Report
from gateway.review.subject.reports import Person

E = TypeVar("E", bound=StrEnum)


class Untaken(Exception):
    """What came does not fit. `why`: a key of the locale, `hindrance.…`."""

    def __init__(self, why: str = "onjuist") -> None:
        super().__init__(why)
        self.why = why


def acting(visit: Visit) -> Person:
    return Person(visit.who, visit.role)


async def find(desk: Desk, visit: Visit) -> Report:
    """The report that the URL names. Raises `Refused`."""
    report = (await desk.subjects.all(visit.tenant)).get(visit.path["number"])
    if report is None:
        raise Refused(404)
    return report


def day_text(visit: Visit) -> Callable[[date], str]:
    """What a template calls for a day within a sentence."""
    return partial(dates.day, language=visit.language)


def said(visit: Visit, name: str) -> str:
    """What was typed under a name; empty where nothing was."""
    found = visit.form.get(name)
    return found.strip() if isinstance(found, str) else ""


def chosen(visit: Visit, name: str, of: type[E]) -> E:
    try:
        return of(said(visit, name))
    except ValueError:
        raise Untaken from None


def day(visit: Visit, name: str) -> date:
    try:
        return date.fromisoformat(said(visit, name))
    except ValueError:
        raise Untaken from None


def words(visit: Visit, name: str, *, required: bool = False) -> str:
    """A short text in which no number of a person stands."""
    found = " ".join(said(visit, name).split())
    if len(found) > TEXT_LIMIT or (required and not found):
        raise Untaken("tekst")
    if names_somebody(found):
        raise Untaken("nummer")
    return found
