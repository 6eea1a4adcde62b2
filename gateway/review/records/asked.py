"""Who asked what of whom, as a reviewer may read it, out of a record's body.

Rules:
- A person is known by an alias, never by a pseudonym.
- Who may see a decision but not what the case is about (`content` is false) gets no reference of a case, no alias, no
  circumstances and no declaration.
- A case that no register holds and a basis that nobody knows could be anything a caller made up: they are left out.
- What a holder wrote to break its secrecy may itself be secret: that it gave a reason is told, the reason is not.
- Numbers that could be a person's are left out of what people typed.

Source: the body that `exchange.record` writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from gateway.model.plain import plain, safe

HIDDEN = "…"
_PERSON = re.compile(r"(?<!\d)\d{8,9}(?!\d)")


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as the registers had it then."""

    oin: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked what of whom. `at`: when it was put to the policy. `case`, `subject` and `actor` are empty for who may
    not read them; `circumstances` and `declared`: what was known and what the requester declared, name and value.
    """

    at: datetime | None
    activity: str
    requester: Party
    role: str
    recipient: Party
    holder: Party
    source: str
    track: str
    phase: int | None
    relation: str = ""
    actor: str = field(default="", repr=False)
    case: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    circumstances: tuple[tuple[str, Any], ...] = field(default=(), repr=False)
    declared: tuple[tuple[str, Any], ...] = field(default=(), repr=False)


def asked(body: Mapping[str, Any], alias: Callable[[str], str], *, content: bool) -> Asked:
    """Who asked what, of any record about a request. Raises `KeyError`, `TypeError`, `ValueError` where the body is
    none of those.
    """
    facts = orjson.loads(body["facts"])
    requester, case, subject = part(facts, "requester"), part(facts, "case"), part(facts, "subject")
    actor, registered = part(requester, "actor"), case if case.keys() > {"id"} else {}
    found = Asked(
        at=datetime.fromisoformat(facts["at"]) if isinstance(facts.get("at"), str) else None,
        activity=str(facts["activity"]),
        requester=_party(part(requester, "organisation")),
        role=str(actor.get("role") or ""),
        recipient=_party(part(facts, "recipient")),
        holder=_party(part(facts, "holder")),
        source=plain(str(body.get("source") or "")),
        track=str(registered.get("track") or ""),
        phase=registered.get("phase"),
    )
    if not content:
        return found
    circumstances = {name: value for name, value in part(facts, "circumstances").items() if value is not None}
    return replace(
        found,
        relation=str(subject.get("relation") or ""),
        actor=plain(str(actor.get("id") or "")),
        case=plain(str(registered.get("id") or "")),
        subject=alias(subject["ref"]) if isinstance(subject.get("ref"), str) else "",
        circumstances=tuple(sorted(circumstances.items())),
        declared=tuple(_flat(body.get("declaration") or {})),
    )


def shown(facts: Mapping[str, Any], alias: Callable[[str], str], *, known: bool) -> Mapping[str, Any]:
    """The facts as the policy saw them, with the alias in the place of the pseudonym, and without what a holder wrote
    under its secrecy. `known`: whether the policies knew the basis.
    """
    facts = orjson.loads(orjson.dumps(facts))
    if isinstance(ref := part(facts, "subject").get("ref"), str):
        facts["subject"]["ref"] = alias(ref)
    exception = part(part(facts, "holder_statement"), "secrecy_exception")
    if exception.get("reason"):
        facts["holder_statement"]["secrecy_exception"]["reason"] = HIDDEN
    if not part(facts, "case").keys() > {"id"} and part(facts, "case"):
        facts["case"]["id"] = HIDDEN
    if not known:
        facts["basis"] = HIDDEN
    return _masked(facts)


def _party(said: Mapping[str, Any]) -> Party:
    return Party(str(said.get("oin") or ""), str(said.get("kind") or ""))


def part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A member that is an object; an empty one where it is nothing of the kind."""
    found = whole.get(name)
    return found if isinstance(found, Mapping) else {}


def _flat(said: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """Name and value of every leaf of a declaration, names joined by dots."""
    found: list[tuple[str, Any]] = []
    for name, value in sorted(said.items()):
        place = before + plain(name)
        if isinstance(value, Mapping):
            found += _flat(value, f"{place}.")
        elif isinstance(value, Sequence) and not isinstance(value, str):
            found.append((place, ", ".join(typed(each) for each in value)))
        else:
            found.append((place, _harmless(value)))
    return found


def _harmless(value: Any) -> Any:
    """A value that is no object and no list, without what could be the number of a person."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if typed(str(value)) == str(value) else HIDDEN
    return typed(value) if isinstance(value, str) else value


def typed(text: Any) -> str:
    """What a person typed, without what could be the number of another."""
    return _PERSON.sub(HIDDEN, safe(text)) if isinstance(text, str) else ""


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {typed(name): _masked(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_masked(each) for each in value]
    return _harmless(value)
