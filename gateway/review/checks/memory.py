"""What a desk remembers of the checks of a tenant's logs, and the form in which that is kept.

Rule: what is kept and cannot be read counts as gone, and then the audit stream says what was found: never nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from gateway.model.codes import Tenant
from gateway.review.checks.outcome import Outcome
from gateway.review.checks.seals import NoSeal, Seal, seal_of


@dataclass(slots=True)
class Memory:
    """`alarm`: the red verdict that stands; `held`: the signed head of each log when all was good at `held_at`, by
    stream and year.
    """

    last: Outcome | None = None
    alarm: Outcome | None = None
    held: dict[str, str] = field(default_factory=dict)
    held_at: datetime | None = None


def outcome_of(content: Mapping[str, Any]) -> Outcome | None:
    """What was recorded of a check, None where it cannot be read."""
    try:
        return Outcome.of(content)
    except (KeyError, TypeError, ValueError):
        return None


def held(tenant: Tenant, memory: Memory) -> list[Seal]:
    """What did not fit before, and what was good when this desk looked last."""
    notes = [(note, True) for note in (memory.alarm.against if memory.alarm else ())]
    notes += [(note, False) for note in memory.held.values()]
    found = []
    for note, own in notes:
        try:
            found.append(seal_of(note, tenant, own=own))
        except NoSeal:
            continue
    return found


def written(memory: Memory) -> bytes:
    return orjson.dumps(
        {
            "version": 1,
            "last": memory.last and memory.last.to_json(),
            "alarm": memory.alarm and memory.alarm.to_json(),
            "held": memory.held,
            "held_at": memory.held_at and memory.held_at.isoformat(),
        }
    )


def read(document: bytes) -> Memory | None:
    """None for what was not written here."""
    try:
        found = orjson.loads(document)
        last, alarm, held_at = found["last"], found["alarm"], found["held_at"]
        return Memory(
            last and Outcome.of(last),
            alarm and Outcome.of(alarm),
            dict(found["held"]),
            held_at and datetime.fromisoformat(held_at),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
