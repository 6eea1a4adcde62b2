"""How a log stands, as anyone sees it who can read it: nothing here is written, and no body is opened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from gateway.model.record import Leaf
from gateway.tlog.at_rest import ReadableLog
from gateway.verify.policy import Policy, evaluate


@dataclass(frozen=True, slots=True)
class Standing:
    """A log. `recorded_at`: of its newest record; `published`: the size of the newest published checkpoint;
    `witnessed_at`: when enough witnesses had seen it; `cosigned`: the moment of each witness of the policy under it,
    None for one that is not there; `stamped`: the day of the newest time stamp; `previous`, `next`: the origins of the
    years before and after, as its own records say. Moments are UTC.
    """

    stream: str
    year: int
    origin: str = ""
    size: int = 0
    closed: bool = False
    recorded_at: datetime | None = None
    published: int | None = None
    witnessed_at: datetime | None = None
    cosigned: Mapping[str, datetime | None] = field(default_factory=dict)
    stamps: int = 0
    stamped: date | None = None
    previous: str | None = None
    next: str | None = None


def standing(log: ReadableLog, stream: str, year: int, policy: Policy | None, now: datetime) -> Standing:
    """`policy`: whose cosignatures are looked for, None for nobody's. Raises the faults of the log."""
    published, head, stamps = log.published(), log.state(), log.stamps()
    if head is None:
        return Standing(stream, year)
    links = _links(log, head.size)
    return Standing(
        stream,
        year,
        origin=head.checkpoint.partition("\n")[0],
        size=head.size,
        closed=head.closed,
        recorded_at=datetime.fromisoformat(_leaf(log, head.size - 1).time) if head.size else None,
        published=published and published.size,
        witnessed_at=published and published.witnessed_at,
        cosigned=_cosigned(published.checkpoint if published else None, policy, now),
        stamps=len(stamps),
        stamped=stamps[-1].day if stamps else None,
        previous=links.get("log-opened"),
        next=links.get("log-closed"),
    )


def _leaf(log: ReadableLog, index: int) -> Leaf:
    [entry] = log.entries(index, 1)
    return Leaf.from_bytes(entry)


def _links(log: ReadableLog, size: int) -> dict[str, str]:
    """The origins in the acts that open and close a year: its first and last record."""
    links = {}
    for index in {0, max(size - 1, 0)}:
        for found, statement in log.statements(index, 1):
            said = json.loads(statement) if found == index else {}
            other = said.get("previous") or said.get("next")
            if isinstance(other, dict) and isinstance(other.get("origin"), str):
                links[said["act"]] = other["origin"]
    return links


def _cosigned(note: str | None, policy: Policy | None, now: datetime) -> dict[str, datetime | None]:
    if policy is None:
        return {}
    seen = {} if note is None else evaluate(note, policy, now=now).cosigned
    return {name: seen.get(name) for name in policy.witnesses}
