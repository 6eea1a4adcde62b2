"""Mutations of one member at a time: a value of its boundary, none, null, blank, or of another type."""

import copy
import random
from collections.abc import Iterator
from typing import Any

from tests.policy.facts_generator.rows import BASES, STARTS
from tests.policy.facts_generator.words import (
    ACTIVITIES,
    AGES,
    BLANK,
    GROUNDS,
    OTHER_ROLES,
    RELATIONS,
    ROLES,
    STATES,
    TRACKS,
    UNKNOWN_BASES,
    WRONG,
    Facts,
)

MANDATES = ("wgs.zvh.aanmelding", "wgs.zvh.lijst", "wams.aanmelding_zvh", "wgs.zvh.casusoverleg")
CHOICES: dict[str, tuple[Any, ...]] = {
    "at": (
        "2026-11-21T10:00:00",
        "2026-11-21",
        "2026-02-30T10:00:00+01:00",
        "2026-11-21T10:00:00Z",
        "2026-11-21T24:00:00+01:00",
        "2026-11-21 10:00:00+01:00",
        "2026-11-21T10:00+01:00",
        "21-11-2026",
        "2026-11-21T10:00:00.123456+01:00",
        "2026-11-21T10:00:00+25:00",
        "2026-11-21T10:60:00+01:00",
        "2026-11-21T10:00:00+0100",
        "2026-11-21T10:00:00-11:30",
        " 2026-11-21T10:00:00+01:00",
    ),
    "profile": ("productie", "simulatie", "test", ""),
    "activity": (*ACTIVITIES, "rondkijken", ""),
    "basis": (*BASES, *UNKNOWN_BASES),
    "requester.organisation.kind": ("stichting", ""),
    "requester.organisation.public": (True, False),
    "requester.organisation.name": BLANK,
    "requester.actor.role": ROLES,
    "requester.actor.designated": (False,),
    "requester.actor.screened": (False,),
    "requester.actor.mandates": ([], *([basis] for basis in MANDATES), [None], [""]),
    "recipient.public": (True, False),
    "holder.public": (True, False),
    "holder.secrecy_bound": (True, False),
    "holder.oin": BLANK,
    "case.track": (*TRACKS, "overig", ""),
    "case.state": (*STATES, "heropend", ""),
    "case.phase": (1, 2, 3, 4, 0, 5, "3"),
    "case.first_processed_at": (
        "2024-02-29",
        "2025-02-29",
        "02-03-2026",
        "2026-3-2",
        "2026-11-21T00:00:00Z",
        "9999-12-31",
    ),
    "case.closed_at": ("2026-08-20", "gisteren", ""),
    "case.extended_until": ("2031-01-01", "2026-02-30", ""),
    "case.participants": ([], [None], [{}], {}),
    "case.linked": ([], [None], [{}], {}),
    "case.intake": ({}, dict.fromkeys(GROUNDS, False), dict.fromkeys(GROUNDS[:3], True)),
    **{f"case.intake.{ground}": (False, None) for ground in GROUNDS},
    "circumstances.hulpvraag": (False, "ja", None),
    "circumstances.onbekend": ("ja",),
    "subject.relation": (*RELATIONS, "buurman"),
    "subject.linked_to_registered": (False, False, None),
    "subject.age": (*AGES, -1, "34", 130),
    "subject.can_consent": (True, False),
    "subject.objection": (True,),
    "subject.consents": ([], [None], [{}], {}),
    "emergency": ({}, {"threat": "brand", "person_conscious": True, "refuses": False}),
    "emergency.threat": BLANK,
    "emergency.person_conscious": (True, False, None),
    "emergency.refuses": (True, None),
    "third_party": ({}, {"objection_by": ["x"], "rac_checked": False}, {"rac_checked": "ja"}),
    "holder_statement.conditions": (["niet doorgeven"], [""], [None], "niet doorgeven"),
    "holder_statement.secrecy_exception": ({}, {"kind": "gunst"}),
}


def parent_of(facts: Any, path: str) -> Facts | None:
    """The object that holds the last step of a dotted path, if it is there."""
    for step in path.split(".")[:-1]:
        facts = facts.get(step) if isinstance(facts, dict) else None
    return facts if isinstance(facts, dict) else None


ANY = ("activity", "requester.actor.designated", "subject.relation", "subject.objection", "profile")
TRACKED = ("case.track", "case.state")
OF_ZVH = (
    *("requester.actor.screened", "case.participants", "case.linked", "subject.linked_to_registered"),
    "holder.secrecy_bound",
)
EMERGENCY = ("subject.can_consent", "emergency", "emergency.threat", "emergency.person_conscious", "emergency.refuses")


def own(basis: str) -> tuple[str, ...]:
    """The paths of CHOICES that a basis looks at, so that its own boundaries are met often."""
    row = STARTS.get(basis)
    if row is None:
        return ()
    paths = ANY + (TRACKED if row.tracks else ())
    if basis.startswith("wgs.zvh."):
        paths += OF_ZVH
    if row.coordinator:
        paths += ("case.intake",)
    if row.consent:
        paths += ("subject.age", "subject.can_consent", "subject.consents")
    return paths + (EMERGENCY if basis == "vitaal_belang" else ())


def one_value(facts: Facts, rng: random.Random) -> None:
    """A value of CHOICES, half the time on a path of the basis's own."""
    paths = own(str(facts.get("basis")))
    one_value_at(facts, rng, rng.choice(paths if paths and rng.random() < 0.5 else list(CHOICES)))


def one_value_at(facts: Facts, rng: random.Random, path: str) -> None:
    parent, last = parent_of(facts, path), path.split(".")[-1]
    if parent is None:
        return
    if rng.random() < 0.2 and last in parent:
        parent.pop(last) if rng.random() < 0.6 else parent.update({last: None})
    else:
        parent[last] = copy.deepcopy(rng.choice(CHOICES[path]))


def role(facts: Facts, rng: random.Random) -> None:
    facts["requester"]["actor"]["role"] = rng.choice(OTHER_ROLES)


def mandate(facts: Facts, rng: random.Random) -> None:
    """Rule 8: a Wams coordinator, with a mandate for this basis, for another, or none."""
    facts["requester"]["actor"]["role"] = "wams-coordinator"
    one_value_at(facts, rng, "requester.actor.mandates")


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    steps = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        yield value, step
        yield from places(value[step])


def spoil(facts: Facts, rng: random.Random) -> None:
    """Any one member anywhere: gone, null, blank, of a wrong type; or an unknown member added."""
    container, key = rng.choice(list(places(facts)))
    change = rng.choice(("gone", "gone", "gone", "null", "null", "wrong", "blank", "unknown"))
    if change == "gone":
        del container[key]
    elif change == "unknown":
        target = container if isinstance(container, dict) else facts
        target["onbekend_lid"] = rng.choice(WRONG)
    else:
        container[key] = None if change == "null" else rng.choice(WRONG if change == "wrong" else BLANK)
