"""What a week of a log held, as the rules need it: counted once, and again only when its lines change.

A year of a large log is kept like this in memory, so names that come back are one object (`intern`).

Rules: weeks are those of ISO 8601 in Amsterdam. Only decisions count: what was disclosed or refused, never a dry run or
a fault. No case and no subject is kept of which no rule could say anything.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from sys import intern

from gateway.model.amsterdam import AMSTERDAM
from gateway.model.codes import Outcome
from gateway.review.facets import in_office_hours
from gateway.review.line import Line

VITAL = "vitaal_belang"
"""The basis of an emergency (AVG 6(1)(d)): the break-glass of this gateway."""

Refused = tuple[str, str, tuple[str, ...], tuple[str, ...]]
"""Requester, holder, fields, reasons."""
Seen = tuple[datetime, str]
"""When, and which record."""


def monday_of(day: date) -> date:
    return day - timedelta(day.weekday())


@dataclass(slots=True)
class Week:
    """`asked`, `outside`: by requester and day, of all and of those outside office hours; `refused`: the refusals of
    each kind; `bases`: by requester and basis, the first and how many; `subjects`: of an alias about whom two parties
    or more asked, which and when first; `decided`: by day, revision and outcome; `cases`: when the last line of each
    was, and which that is if it was a disclosure; `due`: what a recipient has to destroy, by day; `emergencies`:
    granted on `VITAL`, with who asked; `waiting`: what a recipient never came for, by recipient.
    """

    monday: date
    asked: Counter[tuple[str, date]] = field(default_factory=Counter)
    outside: Counter[tuple[str, date]] = field(default_factory=Counter)
    refused: dict[Refused, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    bases: dict[tuple[str, str], tuple[datetime, int]] = field(default_factory=dict)
    subjects: dict[str, dict[str, date]] = field(default_factory=dict)
    decided: Counter[tuple[date, str, str]] = field(default_factory=Counter)
    cases: dict[str, Seen] = field(default_factory=dict)
    due: dict[tuple[str, date], list[str]] = field(default_factory=lambda: defaultdict(list))
    emergencies: list[tuple[datetime, str, str]] = field(default_factory=list)
    waiting: dict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))

    def add(self, line: Line) -> None:
        """Count a decision. Lines may come in any order."""
        local = line.at.astimezone(AMSTERDAM)
        day, requester, basis = local.date(), intern(line.requester), intern(line.basis)
        refused = line.outcome == Outcome.GEWEIGERD
        self.asked[requester, day] += 1
        self.decided[day, intern(line.revision), line.outcome] += 1
        if not in_office_hours(local):
            self.outside[requester, day] += 1
        first, count = self.bases.get((requester, basis), (line.at, 0))
        self.bases[requester, basis] = (min(first, line.at), count + 1)
        if line.subject:
            parties = self.subjects.setdefault(line.subject, {})
            parties[requester] = min(day, parties.get(requester, day))
        if refused:
            kind = (requester, intern(line.holder), _sorted(line.fields), _sorted(line.reasons))
            self.refused[kind].append((line.at, line.record))
        else:
            self._granted(line)
        if line.case and (line.case not in self.cases or self.cases[line.case][0] < line.at):
            self.cases[intern(line.case)] = (line.at, "" if refused else line.record)

    def _granted(self, line: Line) -> None:
        if line.basis == VITAL:
            self.emergencies.append((line.at, line.record, line.requester))
        if line.destroy_on:
            self.due[line.recipient, date.fromisoformat(line.destroy_on)].append(line.record)

    def close(self) -> None:
        """Forget the subjects about whom one party alone asked: all lines of the week were added."""
        self.subjects = {alias: parties for alias, parties in self.subjects.items() if len(parties) > 1}

    def wait(self, lines: Iterable[Line]) -> None:
        """Take what nobody came for."""
        for line in lines:
            self.waiting[line.recipient].append((line.at, line.record))


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(map(intern, names)))
