"""What happened to a request, in order: asked, decided, recorded, collected, erased, and what the FG wrote of it since.

Rules:
- Each moment is one that stands somewhere: in the facts, in a leaf, in a tombstone, in what was written. None is made
  up.
- A decision is as old as the facts that it was taken on; that it was recorded has a moment of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.model.record import RecordClass
from gateway.review.acts import Writing
from gateway.review.records.entry import Entry


class Happened(StrEnum):
    ASKED = "asked"
    DECIDED = "decided"
    RECORDED = "recorded"
    FAILED = "failed"
    COLLECTED = "collected"
    ERASED = "erased"
    WROTE = "wrote"


_RECORDED = {RecordClass.OUTCOME: Happened.COLLECTED, RecordClass.STORING: Happened.FAILED}


@dataclass(frozen=True, slots=True)
class Moment:
    """`at`: aware; `place`: year and number of the record that tells it, None where none does; `by`: the OIN of who
    did it, empty where that is the gateway; `writing`: of the FG.
    """

    at: datetime
    happened: Happened
    place: tuple[int, int] | None = None
    by: str = ""
    writing: Writing | None = None


def story(
    entries: Sequence[Entry], asked_at: datetime | None, requester: str, writings: Iterable[Writing]
) -> list[Moment]:
    """The moments, oldest first. `entries`: the records of one request; `asked_at`: of the facts, None where nobody can
    read them; `writings`: about any of these records.
    """
    moments = [Moment(asked_at, Happened.ASKED, by=requester)] if asked_at else []
    if asked_at and any(each.body and each.body.get("decision") for each in entries):
        moments.append(Moment(asked_at, Happened.DECIDED))
    for each in entries:
        happened = _RECORDED.get(each.leaf.kind, Happened.RECORDED)
        by = str((each.body or {}).get("collected_by") or "")
        moments.append(Moment(each.at, happened, each.place, by))
    tombstones = dict.fromkeys(each.erased for each in entries if each.erased is not None)
    moments += [Moment(each.at, Happened.ERASED, (each.year, each.number)) for each in tombstones]
    moments += [Moment(each.at, Happened.WROTE, writing=each) for each in writings]
    order = list(Happened)
    return sorted(moments, key=lambda each: (each.at, order.index(each.happened)))
