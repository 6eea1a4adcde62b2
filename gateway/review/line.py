"""A line of the review: what it knows of one record of a tenant's log, to find it by and to count it.

Rules:
- Never a value, an identifier or a pseudonym. A subject is known here by an alias alone, which a secret of this desk
  makes of the pseudonym.
- What a caller could have made up is left out: a case that no register holds and a basis that nobody knows may be
  anything, a person's number too.
- What cannot be read any more leaves what everybody can read: the leaf.

Source: the body that `exchange.record` writes, facts and decision in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from gateway.model.codes import Tenant
from gateway.model.decision import Decision
from gateway.model.plain import plain
from gateway.model.record import RecordClass
from gateway.model.retention import DESTROY

UNKNOWN_BASIS = "onbekend"
REQUESTS = (RecordClass.VERSTREKKING, RecordClass.WEIGERING, RecordClass.PROEF, RecordClass.STORING)
"""The classes of record that are about a request: what a filter means that names no class."""
_UNDECIDED_BASIS = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_NOBODY_KNOWS_IT = "grondslag-onbekend"


class Line(NamedTuple):
    """One record; a tuple, since a million of them are made when an index is loaded.

    `year`, `number`: its place, the index in that year's log; `record`, `request`: UUIDv7; `at`: aware, UTC;
    `readable`: False where its body was erased or, `damaged`, is not the logged one: then all that follows is empty.

    `requester`, `holder`, `recipient`: OINs; `fields`, `categories`: what was asked, `granted`, `granted_categories`:
    what of it was given; `subject`: the alias; `of`: of an outcome, the record that was collected; `fault`: the code of
    a `storing`.
    """

    tenant: Tenant
    year: int
    number: int
    record: str
    request: str
    at: datetime
    kind: RecordClass
    simulation: bool
    revision: str
    readable: bool
    damaged: bool = False
    outcome: str = ""
    activity: str = ""
    basis: str = ""
    requester: str = ""
    holder: str = ""
    source: str = ""
    recipient: str = ""
    requester_kind: str = ""
    holder_kind: str = ""
    case: str = ""
    track: str = ""
    phase: int | None = None
    fields: tuple[str, ...] = ()
    granted: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    granted_categories: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
    destroy_on: str = ""
    subject: str = ""
    of: str = ""
    fault: str = ""
    awaits_holder: bool = False


_OF_THE_LEAF = Line._fields.index("outcome")
CONTENT = Line._fields[_OF_THE_LEAF:]
"""What a line takes from a body, in the order in which it is packed."""
_EMPTY = tuple(Line._field_defaults[name] for name in CONTENT)


def content_of(kind: RecordClass, body: Mapping[str, Any], alias: Callable[[str], str]) -> dict[str, Any]:
    """What a line takes from a body: the members of `Line` that are not empty. `alias`: of a pseudonym. Raises
    `KeyError`, `TypeError`, `ValueError` where the body is not one of its class.
    """
    if kind is RecordClass.OUTCOME:
        return {"of": body["of"]}
    if kind not in REQUESTS:
        return {}
    facts, encoded = orjson.loads(body["facts"]), body["narrowed"] or body["decision"]
    decision = None if encoded is None else Decision.of(orjson.loads(encoded), encoded=b"", engine="")
    found = _asked(facts, alias) | {"basis": _basis(facts["basis"], decision), "source": body["source"]}
    found |= {} if decision is None else _decided(facts, decision)
    return {name: value for name, value in (found | {"fault": body.get("fault", "")}).items() if value}


def packed(content: Mapping[str, Any]) -> bytes:
    """As the index file keeps it."""
    return orjson.dumps([content.get(name, empty) for name, empty in zip(CONTENT, _EMPTY, strict=True)])


def unpacked(data: bytes) -> dict[str, Any]:
    """What was packed, by name."""
    return dict(zip(CONTENT, values_in(data), strict=True))


def values_in(data: bytes) -> list[Any]:
    """What was packed, in the order of `CONTENT`."""
    return [tuple(value) if type(value) is list else value for value in orjson.loads(data)]


def _asked(facts: Mapping[str, Any], alias: Callable[[str], str]) -> dict[str, Any]:
    case = facts["case"] or {}
    registered = case if case.keys() > {"id"} else {}
    return {
        "activity": facts["activity"],
        "requester": facts["requester"]["organisation"]["oin"],
        "requester_kind": facts["requester"]["organisation"]["kind"],
        "holder": facts["holder"]["oin"],
        "holder_kind": facts["holder"]["kind"],
        "recipient": facts["recipient"]["oin"],
        "case": registered.get("id", ""),
        "track": registered.get("track", ""),
        "phase": registered.get("phase"),
        "fields": [plain(field["name"]) for field in facts["fields"]],
        "categories": _distinct(field["category"] for field in facts["fields"]),
        "subject": alias(facts["subject"]["ref"]),
    }


def _decided(facts: Mapping[str, Any], decision: Decision) -> dict[str, Any]:
    granted = set(decision.granted)
    return {
        "outcome": str(decision.outcome),
        "granted": list(map(plain, decision.granted)),
        "granted_categories": _distinct(each["category"] for each in facts["fields"] if each["name"] in granted),
        "reasons": _distinct((*decision.reasons, *(code for each in decision.fields for code in each.reasons))),
        "obligations": _distinct(each.code for each in decision.obligations),
        "destroy_on": min((each.on for each in decision.obligations if each.code == DESTROY and each.on), default=""),
        "awaits_holder": decision.awaits_holder,
    }


def _basis(claimed: str, decision: Decision | None) -> str:
    if decision is None:
        return claimed if _UNDECIDED_BASIS.fullmatch(claimed) else UNKNOWN_BASIS
    return UNKNOWN_BASIS if _NOBODY_KNOWS_IT in decision.reasons else claimed


def _distinct(codes: Any) -> list[str]:
    return list(dict.fromkeys(codes))
