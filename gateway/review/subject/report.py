"""A request for access as it stands: folded out of its steps, and never written down itself. Pure.

    ontvangen → identiteit vastgesteld → opgezocht → beoordeeld → tweede blik → verzonden

Rules:
- Who asks is established before anything is looked up, and nobody confirms what they judged themselves.
- Looking up again keeps what was decided of a line, and undoes what was concluded of the whole; so does sending back.
- A step that was not due when it was taken changes nothing: it is counted (`disregarded`). So a report stands where its
  rules say, whoever can append to the stream.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from gateway.model.codes import Tenant
from gateway.review.acts import Writing
from gateway.review.level import Seal
from gateway.review.subject import terms
from gateway.review.subject.lists import Ending, Ground, Identity, Sent, Why


class Status(StrEnum):
    RECEIVED = "ontvangen"
    IDENTIFIED = "identiteit-vastgesteld"
    LOOKED_UP = "opgezocht"
    JUDGED = "beoordeeld"
    CONFIRMED = "tweede-blik"
    SENT = "verzonden"
    ENDED = "beeindigd"


OPEN = frozenset(Status) - {Status.SENT, Status.ENDED}
LETTER = frozenset({Status.CONFIRMED, Status.SENT})
"""Where a report stands when there may be a letter."""


@dataclass(frozen=True, slots=True)
class By:
    """Who took a step, and when (aware)."""

    who: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What a lookup found: ids of records. `erased`: of those, the ones that nobody can read any more; `proposed`: of
    those, the ones that are not shown unless somebody decides so, each with the ground; `seals`: under which the logs
    were searched, a year each; `alias`: of the person, at this desk.
    """

    records: tuple[str, ...]
    erased: frozenset[str]
    proposed: Mapping[str, Ground]
    seals: tuple[Seal, ...]
    alias: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decided of one line. Not `shown`: on a `ground`, until a day, with words for the file alone;
    `invoked_by`: the OIN of the participant who invokes it (BGS 1.2), empty where the contactpunt does.
    """

    by: By
    shown: bool
    ground: Ground | None = None
    invoked_by: str = ""
    visible_from: date | None = None
    why: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Extension:
    by: By
    why: Why
    told_on: date


@dataclass(frozen=True, slots=True)
class Report:
    """`id`: of the writing with which it began; `number`: `2026-031`."""

    id: str
    tenant: Tenant
    number: str
    received_on: date
    registered: By
    language: str = "nl"
    status: Status = Status.RECEIVED
    identity: tuple[Identity, By] | None = None
    found: Found | None = None
    looked_up: By | None = None
    decided: Mapping[str, Decided] = field(default_factory=dict)
    judged: By | None = None
    confirmed: By | None = None
    returned: tuple[tuple[By, str], ...] = field(default=(), repr=False)
    sent: tuple[Sent, date, By] | None = None
    ended: tuple[Ending, By] | None = None
    extension: Extension | None = None
    steps: tuple[Writing, ...] = field(default=(), repr=False)
    disregarded: int = 0

    @property
    def due(self) -> date:
        return terms.due(self.received_on, extended=self.extension is not None)

    @property
    def first_due(self) -> date:
        """The last day on which it can be told that it takes longer."""
        return terms.due(self.received_on, extended=False)

    @property
    def judges(self) -> frozenset[str]:
        """Whose judgement stands: nobody of them confirms it."""
        by = [decision.by for decision in self.decided.values()]
        return frozenset(each.who for each in (*by, self.judged) if each is not None)

    @property
    def undecided(self) -> tuple[str, ...]:
        """The lines of which somebody must still decide."""
        if self.found is None:
            return ()
        return tuple(each for each in self.found.records if each in self.found.proposed and each not in self.decided)

    @property
    def withheld(self) -> tuple[str, ...]:
        """The lines that are not shown: what was decided, and what is proposed until somebody decided."""
        return () if self.found is None else tuple(each for each in self.found.records if not self.shows(each))

    def shows(self, record: str) -> bool:
        """Whether a line of this report is shown. What is not in it never is."""
        if self.found is None or record not in self.found.records:
            return False
        decision = self.decided.get(record)
        return record not in self.found.proposed if decision is None else decision.shown

    @property
    def shown_later(self) -> tuple[tuple[date, int], ...]:
        """The days from which lines that were not shown may be, and how many."""
        days = [self.decided[each].visible_from for each in self.withheld if each in self.decided]
        known = sorted(day for day in days if day is not None)
        return tuple((day, known.count(day)) for day in dict.fromkeys(known))


@dataclass(frozen=True, slots=True)
class Due:
    """Something of a report that has a day: the answer itself, or lines that may be shown from that day on (`lines`,
    otherwise 0).
    """

    number: str
    on: date
    days: int
    lines: int = 0


def agenda(reports: Iterable[Report], today: date, *, around: timedelta = timedelta(days=14)) -> list[Due]:
    """What asks attention, the earliest first: every answer that is not sent, and lines that come free about now."""
    found: list[Due] = []
    for each in reports:
        if each.status in OPEN:
            found.append(Due(each.number, each.due, (each.due - today).days))
        if each.status is Status.SENT:
            found += [
                Due(each.number, on, (on - today).days, n) for on, n in each.shown_later if abs(on - today) <= around
            ]
    return sorted(found, key=lambda due: (due.on, due.number))
