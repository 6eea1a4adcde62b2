"""What people wrote about signals: which were put aside, and where the thresholds stand. It is read, never changed.

Rules:
- The last thresholds that were written of a rule count; what does not fit its bounds any more counts as not written.
- A dismissal is of one instance. It no longer holds when that instance has grown to twice what it was then, and not
  after a later writing undid it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.model.writing import WritingKind
from gateway.review.acts import Writing
from gateway.review.signals.rule import Rule

GROWN = 2


def dismissing(signal: str, rule: str, count: int, why: str) -> dict[str, Any]:
    """The content of a dismissal."""
    return {"signal": signal, "rule": rule, "count": count, "reason": why}


def undoing(dismissal: str) -> dict[str, Any]:
    """The content of what undoes one. `dismissal`: its id."""
    return {"undone": dismissal}


def setting(rule: str, values: Mapping[str, int], why: str) -> dict[str, Any]:
    """The content of new thresholds."""
    return {"rule": rule, "values": dict(values), "reason": why}


@dataclass(frozen=True, slots=True)
class Judged:
    """`thresholds`, `set_by`: by rule; `dismissals`: by instance, those that were not undone; `received`: of which
    emergency grants an account came, and on what day (`review.justified`).
    """

    thresholds: Mapping[str, Mapping[str, int]]
    set_by: Mapping[str, Writing]
    dismissals: Mapping[str, Writing]
    received: Mapping[str, date]

    def dismissed(self, signal: str, count: int) -> Writing | None:
        """The dismissal that still holds of an instance that counts so many now."""
        found = self.dismissals.get(signal)
        return found if found is not None and count < GROWN * found.content["count"] else None


def judged(rules: Mapping[str, Rule], writings: Iterable[Writing]) -> Judged:
    """`writings`: of a tenant, oldest first."""
    thresholds = {name: rule.standard() for name, rule in rules.items()}
    set_by: dict[str, Writing] = {}
    dismissals: dict[str, Writing] = {}
    received: dict[str, date] = {}
    for each in writings:
        content = each.content
        if each.kind is WritingKind.THRESHOLD and content["rule"] in rules:
            try:
                thresholds[content["rule"]] = rules[content["rule"]].read(content["values"])
            except ValueError:
                continue
            set_by[content["rule"]] = each
        elif each.kind is WritingKind.DISMISSAL and "undone" in content:
            dismissals = {signal: other for signal, other in dismissals.items() if other.id != content["undone"]}
        elif each.kind is WritingKind.DISMISSAL:
            dismissals[content["signal"]] = each
        elif each.kind is WritingKind.JUSTIFICATION:
            day = date.fromisoformat(content["received"])
            received |= {record: min(day, received.get(record, day)) for record in each.about}
    return Judged(thresholds, set_by, dismissals, received)
