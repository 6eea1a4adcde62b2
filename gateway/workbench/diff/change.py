"""How one decision differs from another on the same facts, and how much that matters.

Rules:
- What matters is what is released. A field is refused, would be granted if the holder agrees (contract rule 15), or is
  granted; a field that climbs is newly allowed, whatever else the decision does. A case that may be closed without data
  counts as a field too.
- Less than before is a refusal where nothing is left, and other fields where something is. Whatever else differs is
  only told otherwise: other reasons, articles, obligations, another text of the basis.
- No value of a fact is in here: names of fields, codes and articles are, and a date of an obligation only as differing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from gateway.errors import Fault
from gateway.model.codes import Outcome
from gateway.model.decision import Decision

CLOSING = "(sluiten zonder gegevens)"
IF_THE_HOLDER_AGREES = "geweigerd, tot de bronhouder instemt"
NO_DECISION = "geen besluit"
_PARTS = {
    "simulation": "simulatie",
    "obligations": "verplichtingen",
    "missing": "ontbrekende feiten",
    "hints": "hints",
    "ladder": "treden",
}
_OF_BASIS = {
    "articles": "artikelen",
    "in_force_since": "in werking sinds",
    "verified": "tekst gezien",
    "id": "grondslag",
}


class Effect(StrEnum):
    """What a change does to those who ask, what matters most first."""

    ALLOWED = "NIEUW TOEGESTAAN"
    REFUSED = "nu geweigerd"
    FIELDS = "andere velden"
    UNDECIDED = "nu geen besluit"
    TOLD = "anders alleen in uitleg"


@dataclass(frozen=True, slots=True)
class Side:
    """One decision, as far as it is told. `fields`: name → the codes that refuse it, empty where it is granted."""

    outcome: str
    reasons: tuple[str, ...] = ()
    granted: tuple[str, ...] = ()
    refused: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """`basis`: the one that was claimed; `cause`: why the outcome is another, in words; `parts`: what else differs."""

    effect: Effect
    basis: str
    cause: str
    before: Side
    after: Side
    parts: tuple[str, ...]


def compare(basis: str, before: Decision | Fault, after: Decision | Fault) -> Change | None:
    """How `after` differs from `before`; None where both say the same, the revision aside."""
    if _bare(before) == _bare(after):
        return None
    sides = _side(before), _side(after)
    parts = tuple(_other_parts(before, after))
    return Change(_effect(before, after), basis, _cause(*sides, parts), *sides, parts)


def _bare(answer: Decision | Fault) -> Any:
    if isinstance(answer, Fault):
        return answer.code, answer.log
    return {name: value for name, value in answer.document.items() if name != "policy"}


def _effect(before: Decision | Fault, after: Decision | Fault) -> Effect:
    old, new = _levels(before), _levels(after)
    if any(level > old.get(name, 0) for name, level in new.items()):
        return Effect.ALLOWED
    if isinstance(after, Fault):
        return Effect.UNDECIDED
    if any(level > new.get(name, 0) for name, level in old.items()):
        return Effect.FIELDS if any(new.values()) else Effect.REFUSED
    return Effect.TOLD


def _levels(answer: Decision | Fault) -> dict[str, int]:
    """Field → 0 refused, 1 granted if the holder agrees, 2 granted."""
    if isinstance(answer, Fault):
        return {}
    levels = {field.name: 2 * field.granted for field in answer.fields}
    if answer.awaits_holder:
        levels |= dict.fromkeys(answer.would_grant, 1)
    if answer.outcome is Outcome.TOEGESTAAN and not levels:
        levels[CLOSING] = 2
    return levels


def _side(answer: Decision | Fault) -> Side:
    if isinstance(answer, Fault):
        return Side(NO_DECISION, (f"{answer.code}: {answer.log}",))
    outcome = IF_THE_HOLDER_AGREES if answer.awaits_holder else str(answer.outcome)
    refused = tuple((field.name, field.reasons) for field in answer.fields if not field.granted)
    return Side(outcome, answer.reasons, answer.granted, refused)


def _cause(before: Side, after: Side, parts: tuple[str, ...]) -> str:
    old, new = _codes(before), _codes(after)
    gone = ", ".join(code for code in old if code not in new)
    come = ", ".join(code for code in new if code not in old)
    said = [f"{word}: {codes}" for word, codes in (("vervallen", gone), ("nieuw", come)) if codes]
    return "; ".join(said) or f"anders: {', '.join(parts)}"


def _codes(side: Side) -> dict[str, None]:
    return dict.fromkeys([*side.reasons, *(code for _, codes in side.refused for code in codes)])


def _other_parts(before: Decision | Fault, after: Decision | Fault) -> Iterator[str]:
    if isinstance(before, Fault) or isinstance(after, Fault):
        return
    old, new = before.document, after.document
    yield from (word for name, word in _OF_BASIS.items() if old["basis"][name] != new["basis"][name])
    for name, word in _PARTS.items():
        if old[name] != new[name]:
            yield f"{word}{_which(old[name], new[name])}"
    if old["fields"] != new["fields"]:
        yield "velden"
    if old["reasons"] != new["reasons"]:
        yield "redenen"


def _which(old: Any, new: Any) -> str:
    """Which entries of a list came and went, by code; a date alone is not told."""
    if not isinstance(old, list):
        return ""
    before, after = ([_name(entry) for entry in each] for each in (old, new))
    signs = [f"+{name}" for name in after if name not in before] + [f"-{name}" for name in before if name not in after]
    if not signs and before == after:
        signs = [_name(a) for a, b in zip_longest(old, new) if a != b]
    return f" ({', '.join(signs)})" if signs else ""


def _name(entry: Any) -> str:
    return str(entry.get("code") or entry.get("rung")) if isinstance(entry, dict) else str(entry)
