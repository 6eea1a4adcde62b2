"""After each decision: the holder's and the requester's own policies may refuse what the law allows, and nothing else.

Rules:
- What is granted is what the law, the holder's overlay and the requester's overlay all grant. A field that an overlay
  does not name, or of which it says something that means nothing, is refused; so is every field of one that fails.
- An overlay never grants, lifts a reason, or adds a field, a hint or an obligation. What it has refused of a request
  stays refused, whatever it says when it is asked again with the holder's word.
- It is asked only where something is left to refuse: about what is granted, or would be if the holder agrees.
- It sees the request and the decision. What the requester need not know (the person, what the registers hold of the
  case, the holder's word) only the holder's overlay sees, and the pseudonym neither: what an overlay says comes back to
  the requester.
- The law's decision is kept beside what it became: the record holds both, so that the law's can be made again.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gateway.exchange.gate import Gate
from gateway.exchange.ruling import Ruling
from gateway.model.canonical import canonical
from gateway.model.codes import Outcome
from gateway.model.decision import Decision, FieldDecision
from gateway.model.disclosure import Question
from gateway.model.overlay import BROKEN, LIMITED, OverlayAnswer

OF_THE_REQUEST = (
    "at", "profile", "activity", "basis", "requester", "recipient", "holder", "fields", "third_party", "emergency"
)  # fmt: skip
OF_THE_CASE = ("id", "track", "state", "phase", "participants")
OF_A_REFUSAL = "log-audit"


async def narrow(gate: Gate, question: Question, ruling: Ruling) -> Ruling:
    """The ruling as the partners' own policies leave it; the same one where nobody has any."""
    overlays = (*ruling.overlays, *await _ask(gate, question, ruling))
    if not overlays:
        return ruling
    return replace(ruling, decision=narrowed(ruling.law, overlays), by_law=ruling.law, overlays=overlays)


async def _ask(gate: Gate, question: Question, ruling: Ruling) -> Sequence[OverlayAnswer]:
    overlays, decision = gate.overlays, ruling.law
    fields = open_fields(decision)
    if overlays is None or not fields:
        return ()
    holder, requester = question.source.oin, question.requester.organisation.oin
    partners = [oin for oin in dict.fromkeys((holder, requester)) if overlays.holds(oin)]
    provisional = decision.awaits_holder
    put = {
        "decision": as_if_agreed(decision) if provisional else decision.document,
        "awaits_holder": provisional,
    }
    views = {oin: seen(ruling.facts.document, by_holder=oin == holder) for oin in partners}
    return await asyncio.gather(
        *(
            overlays.ask(oin, canonical({"facts": view, **put}), fields, provisional=provisional)
            for oin, view in views.items()
        )
    )


def open_fields(decision: Decision) -> tuple[str, ...]:
    """The fields that are granted, or would be if the holder agrees: all that anybody can still refuse."""
    return decision.would_grant if decision.awaits_holder else decision.granted


def narrowed(decision: Decision, answers: Sequence[OverlayAnswer]) -> Decision:
    """The decision as far as every answer grants it; the same value where all of it stays."""
    still_open = set(open_fields(decision))
    refused = {name: by for name in still_open if (by := [a for a in answers if not a.of(name).granted])}
    if not refused:
        return decision
    fields = tuple(
        FieldDecision(f.name, False, (*f.reasons, *codes(f.name, refused[f.name]))) if f.name in refused else f
        for f in decision.fields
    )
    outcome = outcome_of(decision, fields)
    obligations = decision.obligations
    if outcome is Outcome.GEWEIGERD and not decision.refused:
        obligations = tuple(each for each in obligations if each.code == OF_A_REFUSAL)
    kept = {each.code for each in obligations}
    document = {
        **decision.document,
        "outcome": outcome,
        "fields": [
            {"name": f.name, "granted": f.granted, "reasons": list(f.reasons)}
            | ({"narrowed_by": by_whom(f.name, refused[f.name])} if f.name in refused else {})
            for f in fields
        ],
        "obligations": [each for each in decision.document["obligations"] if each["code"] in kept],
    }
    return replace(
        decision,
        outcome=outcome,
        fields=fields,
        obligations=obligations,
        document=document,
        encoded=canonical(document),
    )


def codes(name: str, answers: Iterable[OverlayAnswer]) -> list[str]:
    """Why a field is refused by these, each code once."""
    said = {BROKEN if answer.of(name).broken else LIMITED for answer in answers}
    return [code for code in (LIMITED, BROKEN) if code in said]


def by_whom(name: str, answers: Iterable[OverlayAnswer]) -> list[dict[str, Any]]:
    """Who refused a field, in an order that does not depend on who was asked first, and in which words."""
    said: dict[tuple[str, str], list[str]] = {}
    for answer in answers:
        texts = said.setdefault((answer.oin, codes(name, [answer])[0]), [])
        texts += [text for text in answer.of(name).reasons if text not in texts]
    return [{"oin": oin, "code": code, "reasons": sorted(texts)} for (oin, code), texts in sorted(said.items())]


def outcome_of(decision: Decision, fields: Sequence[FieldDecision]) -> Outcome:
    granted = sum(field.granted for field in fields)
    if not granted:
        return Outcome.GEWEIGERD
    return decision.outcome if granted == len(fields) else Outcome.GEDEELTELIJK


def as_if_agreed(decision: Decision) -> dict[str, Any]:
    """A decision that waits for the holder, as it would be if the holder agrees: what an overlay is asked about."""
    would = set(decision.would_grant)
    all_of_it = len(would) == len(decision.fields)
    return {
        **decision.document,
        "outcome": Outcome.TOEGESTAAN if all_of_it else Outcome.GEDEELTELIJK,
        "fields": [{"name": f.name, "granted": f.name in would, "reasons": list(f.reasons)} for f in decision.fields],
        "reasons": [],
        "missing": [],
    }


def seen(facts: Mapping[str, Any], *, by_holder: bool) -> dict[str, Any]:
    """The facts that a partner's own policy may read."""
    view = {name: facts[name] for name in OF_THE_REQUEST if name in facts}
    if isinstance(case := facts.get("case"), Mapping):
        view["case"] = {name: case[name] for name in OF_THE_CASE if name in case}
    if by_holder:
        view["subject"] = {name: value for name, value in facts.get("subject", {}).items() if name != "ref"}
        view |= {name: facts[name] for name in ("circumstances", "holder_statement") if name in facts}
    return view
