"""Type and form of every member of the facts (rules 3 and 4), whatever the basis."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from tests.policy.second_reading.words import (
    ACTIVITIES,
    ANYONE,
    CIRCUMSTANCES,
    EXCEPTIONS,
    GIVERS,
    GROUNDS,
    PROFILES,
    RELATIONS,
    STATES,
    TRACKS,
)

Json = Any  # whatever a JSON document can hold
Path = tuple[str | int, ...]


def _text(value: Json) -> bool:
    return isinstance(value, str)


def _truth(value: Json) -> bool:
    return isinstance(value, bool)


def _whole(low: int, high: int) -> Callable[[Json], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _one_of(*words: str) -> Callable[[Json], bool]:
    return lambda value: isinstance(value, str) and value in words


def _day(value: Json) -> bool:
    if not isinstance(value, str) or re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _moment(value: Json) -> bool:
    """RFC 3339 with an offset. Cautious: upper-case T and Z, and no leap second, as the gateway writes it."""
    if not isinstance(value, str):
        return False
    form = r"(.{10})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
    found = re.fullmatch(form, value)
    return found is not None and _day(found.group(1))


_PARTY = {"oin": _text, "kind": _one_of(*ANYONE), "public": _truth}
SHAPE: dict[str, Any] = {
    "at": _moment,
    "profile": _one_of(*PROFILES),
    "activity": _one_of(*ACTIVITIES),
    "basis": _text,
    "requester": {
        "organisation": _PARTY | {"name": _text},  # of the two other parties the contract knows no name
        "actor": {"id": _text, "role": _text, "designated": _truth, "screened": _truth, "mandates": [_text]},
    },
    "recipient": _PARTY,
    "holder": _PARTY | {"secrecy_bound": _truth},
    "case": {
        "id": _text,
        "track": _one_of(*TRACKS),
        "state": _one_of(*STATES),
        "phase": _whole(1, 4),
        "first_processed_at": _day,
        "closed_at": _day,
        "extended_until": _day,
        "intake": dict.fromkeys(GROUNDS, _truth),
        "participants": [_PARTY | {"involved": _truth}],
        "linked": [{"id": _text, "track": _one_of(*TRACKS), "state": _one_of(*STATES)}],
    },
    "circumstances": dict.fromkeys(CIRCUMSTANCES, _truth),
    "subject": {
        "ref": _text,
        "relation": _one_of(*RELATIONS),
        "linked_to_registered": _truth,
        "age": _whole(0, 2**53 - 1),
        "can_consent": _truth,
        "objection": _truth,
        "consents": [
            {"basis": _text, "categories": [_text], "given_at": _day, "withdrawn_at": _day, "by": _one_of(*GIVERS)}
        ],
    },
    "fields": [{"name": _text, "category": _text, "necessity": {"task": _text, "reason": _text}}],
    "holder_statement": {
        "serious_reasons": _truth,
        "conditions": [_text],
        "competent_authority_agreed": _truth,
        "secrecy_exception": {
            "kind": _one_of(*EXCEPTIONS),
            "by": _text,
            "reason": _text,
            "given_by": [_one_of(*GIVERS)],
        },
        "consents_to_onward": _truth,
    },
    "third_party": {
        "objection_by": [_text],
        "rac_checked": _truth,
        "basis": _text,
        "secrecy_signed": _truth,
        "expertise": _text,
    },
    "emergency": {"threat": _text, "person_conscious": _truth, "refuses": _truth},
}


def wrong(value: Json, shape: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of what has a wrong type or form; unknown members pass.

    A member that is null is as absent (rule 1), so not wrong. Cautious: an element that is null is wrong, since to take
    an element from a list says something else (rule 2).
    """
    if value is None:
        return
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            yield path
            return
        for member, inner in shape.items():
            yield from wrong(value.get(member), inner, (*path, member))
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield path
            return
        for index, element in enumerate(value):
            if element is None:
                yield (*path, index)
            yield from wrong(element, shape[0], (*path, index))
    elif not shape(value):
        yield path
