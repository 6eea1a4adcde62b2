"""What was decided on a request, as a reviewer may read it, out of a record's body.

Rules:
- No value that was released stands in a record, so none is here.
- Who may see a decision but not what the case is about (`content` is false) gets none of the words by which a need was
  argued, nothing that the holder said, and of what was asked what `asked` leaves them.
- What it became is told beside what the law's policy had said: partners' own policies may have refused more.

Source: the body that `exchange.record` writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from gateway.model.plain import plain, safe
from gateway.pdp.bundle import Bundle
from gateway.pdp.telling import Told, tell, untold
from gateway.review.records.asked import Asked, asked, part, shown, typed

_UNKNOWN = "grondslag-onbekend"


@dataclass(frozen=True, slots=True)
class Limit:
    """By whose own policy a field was refused, and in which of its words. `code`: of the catalogue."""

    oin: str
    code: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldTold:
    """A field that was asked. `by_law`: what the law's policy said; `granted`: what became of it; `reasons`: codes;
    `task` and `need`: why the requester needed it, empty for who may not read that.
    """

    name: str
    category: str
    by_law: bool
    granted: bool
    reasons: tuple[str, ...]
    limits: tuple[Limit, ...]
    task: str = field(default="", repr=False)
    need: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Overlay:
    """A partner's own policy that was asked. `failure`: why it gave no answer, empty where it did; `refused`: names of
    fields.
    """

    oin: str
    revision: str
    provisional: bool
    failure: str
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a holder said under its signature. Booleans are None where it said nothing of it. `secrecy`: the kind of
    exception to its secrecy, empty where it made none.
    """

    serious_reasons: bool | None
    authority_agreed: bool | None
    onward: bool | None
    secrecy: str
    reasoned: bool
    conditions: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Decided:
    """`outcome`: what it became, after partners' own policies; `by_law`: what the law's policy had said. `basis`: as
    claimed, empty where nobody knows it; `since`: the day from which it is in force. `placed`: whether the policies
    that decided were there to say at which rung a reason was given. `statement`: None where the holder said nothing,
    or to who may not read it; `facts`: what the policy saw, None to who may not.
    """

    asked: Asked
    basis: str
    since: date | None
    outcome: str
    by_law: str
    awaits_holder: bool
    told: Told
    placed: bool
    fields: tuple[FieldTold, ...]
    obligations: tuple[tuple[str, date | None], ...]
    hints: tuple[str, ...]
    missing: tuple[str, ...]
    revision: str
    engine: str
    overlays: tuple[Overlay, ...]
    signed: bool
    statement: Statement | None = field(default=None, repr=False)
    facts: Mapping[str, Any] | None = field(default=None, repr=False)


def decided(
    body: Mapping[str, Any], bundle: Bundle | None, alias: Callable[[str], str], *, content: bool
) -> Decided | None:
    """The decision of a record, None where nothing was decided. `bundle`: the policies that decided, None where they
    are not kept; `alias`: of a pseudonym. Raises as `asked` does, and `rungs.Unplaced`.
    """
    if body["decision"] is None:
        return None
    law = orjson.loads(body["decision"])
    became = law if body["narrowed"] is None else orjson.loads(body["narrowed"])
    facts, known = orjson.loads(body["facts"]), _UNKNOWN not in law["reasons"]
    statement = part(facts, "holder_statement")
    return Decided(
        asked=asked(body, alias, content=content),
        basis=str(law["basis"]["id"]) if known else "",
        since=_day(law["basis"]["in_force_since"]),
        outcome=became["outcome"],
        by_law=law["outcome"],
        awaits_holder=law["missing"] == ["holder_statement"] and law["reasons"] == ["feit-ontbreekt"],
        told=_told(law, bundle),
        placed=bundle is not None,
        fields=_fields(facts, law, became, content=content),
        obligations=tuple((each["code"], _day(each.get("on"))) for each in became["obligations"]),
        hints=tuple(became["hints"]),
        missing=tuple(map(plain, law["missing"])),
        revision=str(body["revision"]),
        engine=str(body["engine"]),
        overlays=tuple(map(_overlay, body["overlays"])),
        signed=bool(body["statement"]),
        statement=_statement(statement) if content and statement else None,
        facts=shown(facts, alias, known=known) if content else None,
    )


def _told(law: Mapping[str, Any], bundle: Bundle | None) -> Told:
    """How it was decided, with the names of fields made harmless: a caller made them up."""
    said = {**law, "fields": [{**each, "name": plain(each["name"])} for each in law["fields"]]}
    return untold(said) if bundle is None else tell(said, bundle)


def _fields(
    facts: Mapping[str, Any], law: Mapping[str, Any], became: Mapping[str, Any], *, content: bool
) -> tuple[FieldTold, ...]:
    asked_of = {each.get("name"): each for each in facts.get("fields") or () if isinstance(each, Mapping)}
    by_law = {each["name"]: each["granted"] for each in law["fields"]}
    told = []
    for each in became["fields"]:
        asked_for = asked_of.get(each["name"], {})
        need = part(asked_for, "necessity") if content else {}
        told.append(
            FieldTold(
                name=plain(each["name"]),
                category=str(asked_for.get("category") or ""),
                by_law=by_law.get(each["name"], False),
                granted=each["granted"],
                reasons=tuple(dict.fromkeys((*became["reasons"], *each["reasons"]))),
                limits=tuple(
                    Limit(limit["oin"], limit["code"], tuple(map(safe, limit["reasons"])))
                    for limit in each.get("narrowed_by", ())
                ),
                task=typed(need.get("task")),
                need=typed(need.get("reason")),
            )
        )
    return tuple(told)


def _overlay(answer: Mapping[str, Any]) -> Overlay:
    refused = tuple(plain(name) for name, said in answer["fields"].items() if not said["granted"])
    return Overlay(answer["oin"], answer["revision"] or "", answer["provisional"], answer["failure"] or "", refused)


def _statement(said: Mapping[str, Any]) -> Statement:
    exception = part(said, "secrecy_exception")
    return Statement(
        serious_reasons=said.get("serious_reasons"),
        authority_agreed=said.get("competent_authority_agreed"),
        onward=said.get("consents_to_onward"),
        secrecy=str(exception.get("kind") or ""),
        reasoned=bool(exception.get("reason")),
        conditions=tuple(typed(each) for each in said.get("conditions") or ()),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
