"""The requests for access of a tenant: received, looked up, judged by one person, confirmed by another, sent.

Rule: each step is asked for its hindrance and then recorded, one step at a time, so that what is recorded was due. The
number of a person passes through `look_up` alone, and is in nothing that it leaves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from gateway.model.amsterdam import day_of
from gateway.model.codes import Tenant
from gateway.model.writing import WritingKind
from gateway.review.acts import Writing
from gateway.review.subject.letter import Letter, write
from gateway.review.subject.report import Due, Found, Report, agenda
from gateway.review.subject.steps import Step, fold, hindrance
from gateway.review.subject.told import Told
from gateway.review.writings import Writings

KIND = WritingKind.SUBJECT_REPORT


class Looking(Protocol):
    """`lookup.Lookup`."""

    def find(self, tenant: Tenant, bsn: str) -> Found: ...

    def open(self, tenant: Tenant, records: tuple[str, ...]) -> dict[str, Told | None]: ...


class Clock(Protocol):
    def now(self) -> datetime: ...


class NotDue(Exception):
    """A step that cannot be taken now. `why`: as `steps.hindrance` has it, or `onjuist` where what came with it does
    not fit.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Person:
    """Who takes a step, and in what role."""

    who: str = field(repr=False)
    role: str


class SubjectReports:
    """Belongs to one event loop. All may raise the faults of the logs."""

    def __init__(self, written: Writings, lookup: Looking, clock: Clock) -> None:
        self._written, self._lookup, self._clock = written, lookup, clock
        self._turn = asyncio.Lock()

    async def all(self, tenant: Tenant) -> dict[str, Report]:
        """By number, the oldest first."""
        return fold(await self._written.all(tenant, KIND))

    async def due(self, tenant: Tenant, today: date | None = None) -> list[Due]:
        """What asks attention, the earliest first."""
        return agenda((await self.all(tenant)).values(), today or day_of(self._clock.now()))

    async def begin(self, tenant: Tenant, person: Person, received_on: date, language: str) -> Report:
        """Register a request. `NotDue` where it was received after today."""
        async with self._turn:
            today, reports = day_of(self._clock.now()), await self.all(tenant)
            if received_on > today or language not in ("nl", "en"):
                raise NotDue("onjuist")
            content = {"step": Step.RECEIVED, "received_on": received_on.isoformat(), "language": language}
            number = _next(reports, today.year)
            await self._record(tenant, person, (), {**content, "number": number})
            return (await self.all(tenant))[number]

    async def take(
        self, tenant: Tenant, number: str, step: Step, person: Person, content: Mapping[str, Any] | None = None
    ) -> Report:
        """Take a step; the report after it. `KeyError` for a number that is not there, `NotDue` where it is not due."""
        async with self._turn:
            report = (await self.all(tenant))[number]
            if (why := hindrance(report, step, person.who)) is not None:
                raise NotDue(why)
            said = {"step": step, **(content or {})}
            tried = Writing("", tenant, self._clock.now(), person.who, person.role, KIND, (report.id,), said)
            if fold([*report.steps, tried])[number].disregarded > report.disregarded:
                raise NotDue("onjuist")
            await self._record(tenant, person, (report.id,), said)
            return (await self.all(tenant))[number]

    async def look_up(self, tenant: Tenant, number: str, person: Person, bsn: str) -> Report:
        """Find every record about somebody. Raises `KeyError`, `NotDue`, and `lookup.NotComplete`."""
        report = (await self.all(tenant))[number]
        if (why := hindrance(report, Step.LOOKED_UP, person.who)) is not None:
            raise NotDue(why)
        found = await asyncio.to_thread(self._lookup.find, tenant, bsn)
        seals = [{"year": each.year, "size": each.size, "checkpoint": each.checkpoint} for each in found.seals]
        content = {
            "records": list(found.records),
            "erased": sorted(found.erased),
            "proposed": {record: str(ground) for record, ground in found.proposed.items()},
            "seals": seals,
            "alias": found.alias,
        }
        return await self.take(tenant, number, Step.LOOKED_UP, person, content)

    async def lines(self, report: Report) -> dict[str, Told | None]:
        """The records of a report as they are now, by id; None of those that were erased."""
        records = () if report.found is None else report.found.records
        return await asyncio.to_thread(self._lookup.open, report.tenant, records)

    async def letter(self, report: Report, draft_on: date | None = None) -> Letter:
        """As `letter.write`."""
        return write(report, await self.lines(report), draft_on)

    async def _record(self, tenant: Tenant, person: Person, about: tuple[str, ...], content: Mapping[str, Any]) -> None:
        await self._written.write(tenant, who=person.who, role=person.role, kind=KIND, about=about, content=content)


def _next(reports: Mapping[str, Report], year: int) -> str:
    taken = [int(number.partition("-")[2]) for number in reports if number.startswith(f"{year}-")]
    return f"{year}-{max(taken, default=0) + 1:03d}"
