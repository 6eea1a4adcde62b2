"""Holds a decision against what a case expects, and tells only what differs.

Rules: `reasons`, `obligations`, `hints` and `basis` (articles) must be among what the decision says; under `exactly`
nothing else may be, and under `said` nothing else of that field. `in_force_since` and `verified` are what the decision
says of its basis. `refused` names one code for a field. Order counts where a decision has one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.errors import Fault
from gateway.model.canonical import canonical
from gateway.model.decision import Decision
from gateway.pdp.bundle import Bundle
from gateway.workbench.cases import Case
from gateway.workbench.judging import deciding_by, in_batches
from gateway.workbench.screen import PASSED, listed, plain

WORDS = {
    "reasons": "redenen",
    "obligations": "verplichtingen",
    "hints": "hints",
    "missing": "ontbrekende feiten",
    "articles": "artikelen",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """What it is about, what was expected and what came, as words for a screen."""

    subject: str
    expected: str
    found: str


def differences(decision: Mapping[str, Any], expect: Mapping[str, Any]) -> Iterator[Difference]:
    """Each way in which a decision is not what a case expects."""
    lists = _lists(decision)
    fields = {field["name"]: field["reasons"] for field in decision["fields"]}
    rungs = {entry["rung"]: entry["passed"] for entry in decision["ladder"]}
    dates = {each["code"]: each.get("on") for each in decision["obligations"]}
    granted = [field["name"] for field in decision["fields"] if field["granted"]]
    for name, subject, found in (
        ("outcome", "uitkomst", decision["outcome"]),
        ("simulation", "simulatie", decision["simulation"]),
        ("in_force_since", "in werking sinds", decision["basis"]["in_force_since"]),
        ("verified", "nagekeken", decision["basis"]["verified"]),
        ("fields", "velden", list(fields)),
        ("rungs", "treden", list(rungs)),
    ):
        if name in expect and expect[name] != found:
            yield Difference(subject, _said(expect[name]), _said(found))
    if "granted" in expect and set(expect["granted"]) != set(granted):
        yield Difference("toegestane velden", listed(sorted(expect["granted"])), listed(sorted(granted)))
    for name, wanted in expect.get("exactly", {}).items():
        if wanted != lists[name]:
            yield Difference(f"{WORDS[name]}, precies", listed(wanted), listed(lists[name]))
    for name in ("reasons", "obligations", "hints", "basis"):
        found = lists["articles" if name == "basis" else name]
        if lacking := [code for code in expect.get(name, ()) if code not in found]:
            subject = WORDS["articles" if name == "basis" else name]
            yield Difference(f"{subject}, onder meer", listed(lacking), listed(found))
    for rung, passed in expect.get("ladder", {}).items():
        if rung not in rungs or rungs[rung] is not passed:
            yield Difference(f"trede {rung}", PASSED[passed], PASSED[rungs[rung]] if rung in rungs else "afwezig")
    for name, codes in expect.get("said", {}).items():
        if fields.get(name) != codes:
            yield Difference(f"veld {plain(name)}, precies", listed(codes), _codes(fields, name))
    for name, code in expect.get("refused", {}).items():
        if code not in fields.get(name, ()):
            yield Difference(f"veld {plain(name)}", code, _codes(fields, name))
    for code, day in expect.get("obligations_on", {}).items():
        if dates.get(code) != day:
            yield Difference(f"datum van {code}", str(day), str(dates.get(code) or "geen"))


def tell(case: Case, answer: Decision | Fault) -> list[str]:
    """The lines that say how a case failed; none where it came out as expected."""
    if isinstance(answer, Fault):
        return [f"✕ {case.id}", f"    geen besluit: {answer.code} ({answer.log})"]
    return tell_document(case, answer.document)


def tell_document(case: Case, decision: Mapping[str, Any]) -> list[str]:
    """The same of a decision as JSON says it."""
    lines = []
    for each in differences(decision, case.expect):
        lines += [f"    {each.subject}", f"      verwacht  {each.expected}", f"      gekregen  {each.found}"]
    return [f"✕ {case.id}", *lines] if lines else []


async def try_cases(rules: Path, cases: Sequence[Case], engine: str) -> list[list[str]]:
    """Decide the cases by the rules of a folder: for each that came out otherwise, what `tell` says."""
    async with deciding_by(Bundle.read(rules), engine) as point:

        async def ask(batch: Sequence[Case]) -> list[Decision | Fault]:
            return await point.judge_many([canonical(case.facts) for case in batch])

        return [lines async for case, answer in in_batches(cases, ask) if (lines := tell(case, answer))]


def _lists(decision: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        "reasons": decision["reasons"],
        "obligations": [each["code"] for each in decision["obligations"]],
        "hints": decision["hints"],
        "missing": decision["missing"],
        "articles": decision["basis"]["articles"],
    }


def _said(value: Any) -> str:
    if isinstance(value, list):
        return listed(value)
    return {True: "ja", False: "nee", None: "niet"}[value] if value is None or isinstance(value, bool) else str(value)


def _codes(fields: Mapping[str, list[str]], name: str) -> str:
    return listed(fields[name]) if name in fields else "dit veld is er niet"
