"""What the letter says, without a language: who got which data about somebody, who asked and got nothing, and how many
lines there are in all. Pure.

Rules:
- Recipients are named, not only their kind (AVG 15; CJEU C-154/21), and an attempt that gave nothing is told too: it
  was processing as well.
- What is not shown is counted, in one number. Why, is never told by line or by reason: whoever compares two letters
  would know from the reason that is missing which one was not told.
- A line counts once: as shown, as not shown or as erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gateway.model.amsterdam import day_of
from gateway.model.codes import Tenant
from gateway.model.record import RecordClass
from gateway.review.level import Seal
from gateway.review.subject.report import LETTER, Report
from gateway.review.subject.told import Told


@dataclass(frozen=True, slots=True)
class Row:
    """A line as the letter tells it. `fields`: names of the dictionary, given (or asked, where nothing was);
    `refused`: those of the same request that were not given; `fetched`: whether the recipient has the data.
    """

    record: str
    at: datetime
    kind: RecordClass
    fields: tuple[str, ...]
    refused: tuple[str, ...]
    activity: str
    tasks: tuple[str, ...]
    basis: str
    articles: tuple[str, ...]
    reasons: tuple[str, ...]
    requester: str
    recipient: str
    holder: str
    fetched: bool
    collected_at: datetime | None


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation, and its rows from the first to the last."""

    oin: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """`given`: by recipient; `asked`: what gave nothing, by requester; `total` is shown, withheld and erased lines."""

    number: str
    tenant: Tenant
    language: str
    received_on: date
    made_on: date
    given: tuple[Party, ...]
    asked: tuple[Party, ...]
    total: int
    withheld: int
    erased: int
    seals: tuple[Seal, ...]

    @property
    def shown(self) -> int:
        return self.total - self.withheld - self.erased

    def document(self) -> dict[str, Any]:
        """As JSON: codes, OINs, ISO 8601."""
        return {
            "version": 1,
            "number": self.number,
            "tenant": str(self.tenant),
            "received_on": self.received_on.isoformat(),
            "made_on": self.made_on.isoformat(),
            "lines": {"total": self.total, "shown": self.shown, "withheld": self.withheld, "erased": self.erased},
            "given": [_party(each) for each in self.given],
            "asked": [_party(each) for each in self.asked],
            "seals": [
                {"origin": each.origin, "lines": each.size, "root": each.root, "checkpoint": each.checkpoint}
                for each in self.seals
            ],
        }


def write(report: Report, told: Mapping[str, Told | None], draft_on: date | None = None) -> Letter:
    """The letter of a report that a second person confirmed. `told`: its records as they are now, None of those that
    were erased; `draft_on`: today, for a letter that is only looked at. `ValueError` where nobody confirmed it yet.
    """
    confirmed = day_of(report.confirmed.at) if report.status in LETTER and report.confirmed else None
    made_on = confirmed or draft_on
    if report.found is None or made_on is None:
        raise ValueError("nobody confirmed this report")
    records = report.found.records
    shown = [each for record in records if (each := told[record]) is not None and report.shows(record)]
    erased = sum(told[record] is None for record in records)
    return Letter(
        number=report.number,
        tenant=report.tenant,
        language=report.language,
        received_on=report.received_on,
        made_on=made_on,
        given=_grouped((each.line.recipient, row_of(each)) for each in shown if each.given),
        asked=_grouped((each.line.requester, row_of(each)) for each in shown if not each.given),
        total=len(records),
        withheld=len(records) - erased - len(shown),
        erased=erased,
        seals=report.found.seals,
    )


def row_of(told: Told) -> Row:
    """The row of one line."""
    line = told.line
    return Row(
        record=line.record,
        at=line.at,
        kind=line.kind,
        fields=line.granted if told.given else line.fields,
        refused=tuple(each for each in line.fields if each not in line.granted) if told.given else (),
        activity=line.activity,
        tasks=told.tasks,
        basis=line.basis,
        articles=told.articles,
        reasons=line.reasons,
        requester=line.requester,
        recipient=line.recipient,
        holder=line.holder,
        fetched=told.fetched,
        collected_at=told.collected_at,
    )


def _grouped(rows: Iterable[tuple[str, Row]]) -> tuple[Party, ...]:
    by: dict[str, list[Row]] = {}
    for oin, row in rows:
        by.setdefault(oin, []).append(row)
    return tuple(Party(oin, tuple(sorted(found, key=lambda row: row.at))) for oin, found in sorted(by.items()))


def _party(party: Party) -> dict[str, Any]:
    return {"oin": party.oin, "lines": [_row(each) for each in party.rows]}


def _row(row: Row) -> dict[str, Any]:
    return {
        "record": row.record,
        "at": row.at.isoformat(),
        "class": str(row.kind),
        "fields": list(row.fields),
        "refused": list(row.refused),
        "activity": row.activity,
        "tasks": list(row.tasks),
        "basis": row.basis,
        "articles": list(row.articles),
        "reasons": list(row.reasons),
        "requester": row.requester,
        "recipient": row.recipient,
        "holder": row.holder,
        "fetched": row.fetched,
        "collected_at": row.collected_at and row.collected_at.isoformat(),
    }
