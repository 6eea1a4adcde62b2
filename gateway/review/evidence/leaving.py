"""What would leave with the bodies of records, in numbers: read before anybody agrees to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.review.records.asked import part


@dataclass(frozen=True, slots=True)
class Leaving:
    """`bodies`: how many can be opened; of these how many different `people` (pseudonyms), `cases`, and members of
    staff who asked (`staff`).
    """

    bodies: int
    people: int
    cases: int
    staff: int


def leaving(bodies: Iterable[Mapping[str, Any] | None]) -> Leaving:
    """`bodies`: as they were recorded, None for one that nobody can open."""
    count, people, cases, staff = 0, set[str](), set[str](), set[str]()
    for body in bodies:
        if body is None:
            continue
        count += 1
        facts = _facts(body)
        requester = part(facts, "requester")
        for found, value in (
            (people, part(facts, "subject").get("ref")),
            (cases, part(facts, "case").get("id")),
            (staff, part(requester, "actor").get("id")),
        ):
            if isinstance(value, str) and value:
                found.add(value)
    return Leaving(count, len(people), len(cases), len(staff))


def _facts(body: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        facts = orjson.loads(body.get("facts") or b"{}")
    except (ValueError, TypeError):
        return {}
    return facts if isinstance(facts, dict) else {}
