"""Every wrong type in every member, every member taken away, on both engines.

Rules: no engine fails, both say the same, nothing more is released, and a member of the contract that is of a wrong
type or form refuses with `feit-ongeldig`.
"""

import copy
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.policy.cases import all_cases, baseline, baseline_names, put, remove
from tests.policy.engines import ask_embedded, ask_opa, canonical, granted

WRONG: tuple[Any, ...] = (None, True, 1, -1, 1.5, "", " ", "x", [], {}, [None], [{}])
# A granting baseline for every rule that a row can steer, and `alles`, in which every member of the contract stands.
ON_BOTH = ("alles", "wmo-hergebruik", "vitaal-belang", "zvh-derde", "zvh-hernieuwd", "wams-afstemming")
BASELINES = (
    "zvh-casusoverleg",
    "zvh-politie",
    "zvh-ggz",
    "zvh-aanmelding",
    "wmo-hergebruik",
    "wams-simulatie",
    "vitaal-belang",
    "zvh-derde",
    "zvh-incidenteel",
    "zvh-riec",
    "zvh-hernieuwd",
    "zvh-toezicht",
    "inzage",
    "wams-afstemming",
    "wmo-aanbieder",
    "alles",
)


def paths(node: Any, prefix: str = "") -> Iterator[str]:
    """Every member path of a document, parents before children; of a long list the first two and the last element."""
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in entries:
        if isinstance(node, list) and 1 < key < len(node) - 1:
            continue
        path = f"{prefix}{key}"
        yield path
        yield from paths(value, f"{path}.")


def type_of(value: Any) -> str:
    """The JSON type of a value."""
    if isinstance(value, bool):
        return "boolean"
    return {dict: "object", list: "array", str: "string", int: "number", float: "number"}.get(type(value), "null")


def wrong_documents(name: str) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Each baseline with one member replaced by each wrong value."""
    facts = baseline(name)
    for path in paths(facts):
        for value in WRONG:
            changed = copy.deepcopy(facts)
            put(changed, path, copy.deepcopy(value))
            yield path, value, changed


def poorer_documents(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each baseline with one member of an object taken away."""
    facts = baseline(name)
    for path in paths(facts):
        if path.rsplit(".", 1)[-1].isdigit():
            continue
        changed = copy.deepcopy(facts)
        remove(changed, path)
        yield path, changed


def at(facts: Any, path: str) -> Any:
    for part in path.split("."):
        facts = facts[int(part) if isinstance(facts, list) else part]
    return facts


# One in three cases; with SLUIS_LONG=1 or SLUIS_REQUIRE_PARTS=1 every one.
STEP = 1 if "1" in (os.environ.get("SLUIS_LONG"), os.environ.get("SLUIS_REQUIRE_PARTS")) else 3
RANK = {"geweigerd": 0, "gedeeltelijk": 1, "toegestaan": 2}
# Members of the contract that are lists.
LISTS = {
    "fields",
    "participants",
    "linked",
    "mandates",
    "consents",
    "categories",
    "conditions",
    "given_by",
    "objection_by",
}
# What no object of the contract holds, and an engine, a policy or a language might look at.
ELSEWHERE = (
    "allow",
    "allowed",
    "granted",
    "outcome",
    "override",
    "decision",
    "data",
    "input",
    "admin",
    "__proto__",
    "",
)
# What the contract does not know: a holder has no name there.
UNKNOWN = ("holder.name",)


@pytest.mark.parametrize("name", BASELINES)
def test_a_wrong_type_refuses_and_never_releases_more(name: str) -> None:
    facts = baseline(name)
    released = granted(ask_embedded(facts))
    assert released, "a baseline that grants nothing proves nothing"
    for path, value, changed in wrong_documents(name):
        decision = ask_embedded(changed)
        message = f"{path} = {value!r}"
        if not (path.endswith(".name") and value == "x"):  # another name is another field, not more
            assert granted(decision) <= released, message
        original = at(facts, path)
        if path in UNKNOWN:
            assert canonical(decision) == canonical(ask_embedded(facts)), message
        elif value is not None and original is not None and type_of(value) != type_of(original):
            said = decision["reasons"] + [reason for field in decision["fields"] for reason in field["reasons"]]
            assert "feit-ongeldig" in said, message
            if not path.startswith("fields."):
                assert decision["outcome"] == "geweigerd", message


@pytest.mark.parametrize("name", BASELINES)
def test_a_member_taken_away_never_releases_more(name: str) -> None:
    released = granted(ask_embedded(baseline(name)))
    for path, changed in poorer_documents(name):
        decision = ask_embedded(changed)
        assert granted(decision) <= released, path
        explained(decision, path)


def different(one: Any, other: Any, prefix: str = "") -> Iterator[str]:
    """The paths in `one` at which `other` says something else, or nothing."""
    entries = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ()
    for key, value in entries:
        within = isinstance(other, type(one)) and (key in other if isinstance(one, dict) else key < len(other))
        if not within or canonical(value) != canonical(other[key]):
            yield f"{prefix}{key}"
            yield from different(value, other[key] if within else None, f"{prefix}{key}.")


@cache
def every_baseline() -> tuple[dict[str, Any], ...]:
    return tuple(map(baseline, baseline_names()))


def decisive(facts: dict[str, Any]) -> list[str]:
    """The members at which these facts are others than the baseline that is most like them, and what they stand in."""
    nearest = min((list(different(facts, each)) for each in every_baseline()), key=len)
    return [path for path in nearest if not path.rsplit(".", 1)[-1].isdigit()]


def is_wrong(decision: dict[str, Any]) -> bool:
    said = [decision["reasons"], *(field["reasons"] for field in decision["fields"])]
    return any("feit-ongeldig" in reasons for reasons in said)


def test_what_makes_a_case_taken_away_never_releases_more() -> None:
    """The member that refuses is the one somebody would rather forget. What is of a wrong form refuses for that."""
    asked = 0
    for case in all_cases()[::STEP]:
        before = ask_embedded(case.facts)
        for path in [] if is_wrong(before) or before["outcome"] == "toegestaan" else decisive(case.facts):
            poorer = copy.deepcopy(case.facts)
            remove(poorer, path)
            after = ask_embedded(poorer)
            assert granted(after) <= granted(before), f"{case.id}: without {path}"
            assert RANK[after["outcome"]] <= RANK[before["outcome"]], f"{case.id}: without {path}"
            asked += 1
    assert asked > 600


def test_members_that_mean_something_elsewhere_change_no_case() -> None:
    """Of the objects of the contract; an object in the place of a list has no members of its own."""
    for case in all_cases()[::STEP]:
        richer = copy.deepcopy(case.facts)
        for path in ("", *paths(richer)):
            if path.rpartition(".")[2] in LISTS:
                continue
            if isinstance(found := at(richer, path) if path else richer, dict):
                found.update({name: True for name in ELSEWHERE if name not in found})
        assert canonical(ask_embedded(richer)) == canonical(ask_embedded(case.facts)), case.id


def explained(decision: dict[str, Any], where: str) -> None:
    """A refusal has a reason, and what is granted has none."""
    assert (decision["outcome"] == "toegestaan") == (
        not decision["reasons"] and all(f["granted"] for f in decision["fields"])
    ), where
    for field in decision["fields"]:
        assert field["granted"] == (not field["reasons"] and not decision["reasons"]), where


@pytest.mark.part("opa")
@pytest.mark.parametrize("name", ON_BOTH)
def test_both_engines_say_the_same_of_every_wrong_and_poorer_document(name: str, tmp_path: Path) -> None:
    documents = [changed for _, _, changed in wrong_documents(name)] + [
        changed for _, changed in poorer_documents(name)
    ]
    for facts, theirs in zip(documents, ask_opa(documents, tmp_path), strict=True):
        assert canonical(ask_embedded(facts)) == canonical(theirs), facts


WHOLE: tuple[Any, ...] = (
    *WRONG,
    False,
    0,
    "wgs.zvh.casusoverleg",
    ["wgs.zvh.casusoverleg"],
    [[[]]],
    {"basis": "wgs.zvh.casusoverleg"},
)


def test_any_document_at_all_is_refused() -> None:
    for document in WHOLE:
        decision = ask_embedded(document)
        assert decision["outcome"] == "geweigerd", document
        assert decision["reasons"], document
        assert decision["fields"] == [], document
        if document is not None and not isinstance(document, dict):
            assert (decision["reasons"], decision["missing"]) == (["feit-ongeldig"], []), document


@pytest.mark.part("opa")
def test_both_engines_refuse_any_document_alike(tmp_path: Path) -> None:
    for document, theirs in zip(WHOLE, ask_opa(WHOLE, tmp_path), strict=True):
        assert canonical(ask_embedded(document)) == canonical(theirs), document
