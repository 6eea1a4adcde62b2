"""Properties of every decision, with Hypothesis, over every case, every baseline and every basis; on both roads: what
grants and what explains.

Rules: taking members away never releases more, save one that was of a wrong form and refused for that; what the
contract does not know changes nothing; the order of members changes nothing, that of fields and of participants nothing
but the order of the answer; asking less, or having less, changes nothing else; a refusal has a reason, and what is
granted has none.
"""

import copy
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.cases import all_cases, baseline, remove
from tests.policy.engines import ask_embedded, canonical, granted
from tests.policy.facts_generator import generate
from tests.policy.test_sweep import BASELINES, explained, paths

CASES = [case.facts for case in all_cases() if isinstance(case.facts, dict) and case.facts]
GENERATED = [facts for facts in generate("properties", 300) if facts]
BETTER = {"geweigerd": 0, "gedeeltelijk": 1, "toegestaan": 2}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(BASELINES)
documents = names.map(baseline) | st.sampled_from(CASES) | st.sampled_from(GENERATED)
unknown = st.text(min_size=1, max_size=8).map(lambda text: f"vreemd_{text}") | st.sampled_from(
    ["allow", "granted", "outcome", "decision", "data", "input", "__proto__", "$ref", "", "\U0001d4b3"]
)
changes = {
    "case.state": ["aangemeld", "in-behandeling", "afgewezen", "afgesloten", "overgedragen-pga"],
    "case.track": ["gemeentelijk", "wams", "zvh"],
    "case.first_processed_at": ["2026-03-02", "2021-11-21", "2021-11-22", "2020-02-29", "2016-02-29"],
    "case.extended_until": [None, "2028-01-01", "2026-11-21", "2026-11-22"],
    "subject.relation": ["betrokkene", "gezinslid", "directe-kring", "derde"],
    "subject.age": [0, 11, 12, 15, 16, 34],
    "subject.can_consent": [True, False],
    "subject.objection": [True, False],
    "profile": ["productie", "simulatie"],
    "activity": ["opvragen", "verstrekken", "aanmelden", "casus-sluiten", "inzage"],
    "holder.secrecy_bound": [True, False],
    "holder_statement.serious_reasons": [True, False],
    "holder_statement.consents_to_onward": [True, False, None],
    "requester.actor.role": ["casusregisseur", "wams-coordinator", "bestuurder"],
    "requester.actor.screened": [True, False],
    "fields.0.category": ["ident_contact", "gezondheid", "politie_art8_13", "religie", "inkomen"],
}


GIVING = ("mandates", "categories", "given_by")
FIELDS = [
    {"name": name, "category": category, "necessity": {"task": "WGS 2.25", "reason": "bepalen wat nodig is"}}
    for name, category in (("naam", "ident_contact"), ("behandelstatus", "gezondheid"), ("kerk", "religie"))
]


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    """A baseline, a case or something of the generator, in which some facts say something else."""
    document = copy.deepcopy(draw(documents))
    for path in draw(st.lists(st.sampled_from(sorted(changes)), max_size=4, unique=True)):
        *parents, last = path.split(".")
        node: Any = document
        for part in parents:
            node = _step(node, part)
        if isinstance(node, dict):
            node[last] = draw(st.sampled_from(changes[path]))
    return document


@settings(max_examples=300)
@given(facts(), st.data())
def test_taking_members_away_never_releases_more(document: dict[str, Any], data: st.DataObject) -> None:
    before = ask_embedded(document)
    explained(before, "before")
    poorer = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 4))):
        members = [path for path in paths(poorer) if not path.rsplit(".", 1)[-1].isdigit()]
        decisive = [path for path in members if path in changes]
        remove(poorer, data.draw(st.sampled_from(decisive or members) | st.sampled_from(members)))
        if not poorer:
            break
    after = ask_embedded(poorer)
    explained(after, "after")
    if not _malformed(before):
        assert granted(after) <= granted(before)
        assert BETTER[after["outcome"]] <= BETTER[before["outcome"]]


@settings(max_examples=150)
@given(facts(), st.data(), unknown, json_values)
def test_what_the_contract_does_not_know_changes_nothing(
    document: dict[str, Any], data: st.DataObject, name: str, value: Any
) -> None:
    richer = copy.deepcopy(document)
    objects = [path for path in paths(document) if isinstance(_at(document, path), dict)]
    _at(richer, data.draw(st.sampled_from(["", *objects])))[name] = value
    assert canonical(ask_embedded(richer)) == canonical(ask_embedded(document))


@settings(max_examples=150)
@given(facts(), st.randoms(use_true_random=False))
def test_order_changes_nothing_but_the_order_of_the_answer(document: dict[str, Any], random: Any) -> None:
    shuffled = copy.deepcopy(document)
    for path in ("fields", "case.participants"):
        if isinstance(found := _find(shuffled, path), list):
            random.shuffle(found)
    one, other = ask_embedded(document), ask_embedded(shuffled)
    if not {"feit-ongeldig", "feit-ontbreekt"} & {*one["reasons"]}:
        assert _names(one) == _names(document)
    for decision in (one, other):
        decision["missing"] = sorted(re.sub(r"\.\d+", "", path) for path in decision["missing"])
        decision["fields"].sort(key=canonical)
    assert one == other


@settings(max_examples=100)
@given(facts(), st.randoms(use_true_random=False))
def test_the_order_of_members_changes_nothing(document: dict[str, Any], random: Any) -> None:
    assert canonical(ask_embedded(_reordered(document, random))) == canonical(ask_embedded(document))


@settings(max_examples=200)
@given(facts(), st.data())
def test_asking_fewer_fields_changes_nothing_for_the_others(document: dict[str, Any], data: st.DataObject) -> None:
    asked = document.get("fields")
    if not isinstance(asked, list) or len(asked) < 2:
        asked = document["fields"] = [*FIELDS, *(asked if isinstance(asked, list) else [])]
    kept = sorted(data.draw(st.sets(st.integers(0, len(asked) - 1), min_size=1)))
    narrower = {**document, "fields": [asked[index] for index in kept]}
    before, after = ask_embedded(document), ask_embedded(narrower)
    if _malformed(before) or any(path.startswith("fields") for path in before["missing"]):
        return
    assert after["fields"] == [before["fields"][index] for index in kept]
    assert set(after["reasons"]) <= set(before["reasons"])
    assert before["reasons"] or not after["reasons"]


@settings(max_examples=200)
@given(facts(), st.data())
def test_having_less_never_releases_more(document: dict[str, Any], data: st.DataObject) -> None:
    """One element less of a list that gives: a mandate, a consent's category, who consented.

    A participant is another matter: one of whom a fact lacks stops the request (reading 10), and a third party that is
    a participant is none.
    """
    lists = [
        p for p in paths(document) if p.endswith(GIVING) and isinstance(_at(document, p), list) and _at(document, p)
    ]
    if not lists:
        return
    poorer = copy.deepcopy(document)
    shorter = _at(poorer, data.draw(st.sampled_from(lists)))
    del shorter[data.draw(st.integers(0, len(shorter) - 1))]
    before, after = ask_embedded(document), ask_embedded(poorer)
    if not _malformed(before):
        assert granted(after) <= granted(before)
        assert BETTER[after["outcome"]] <= BETTER[before["outcome"]]


@settings(max_examples=150)
@given(json_values, names, st.data())
def test_anything_anywhere_gives_a_decision(value: Any, name: str, data: st.DataObject) -> None:
    document = baseline(name)
    path = data.draw(st.sampled_from(list(paths(document))))
    *parents, last = path.split(".")
    parent = _at(document, ".".join(parents))
    parent[int(last) if isinstance(parent, list) else last] = value
    explained(ask_embedded(document), path)


@settings(max_examples=100)
@given(json_values)
def test_any_json_at_all_is_refused(value: Any) -> None:
    decision = ask_embedded(value)
    assert decision["outcome"] == "geweigerd"
    assert decision["reasons"]


def _at(node: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        node = node[int(part) if isinstance(node, list) else part]
    return node


def _step(node: Any, part: str) -> Any:
    if isinstance(node, list):
        return node[int(part)] if part.isdigit() and int(part) < len(node) else None
    return node.get(part) if isinstance(node, dict) else None


def _find(node: Any, path: str) -> Any:
    """What stands at a path, or None."""
    for part in path.split("."):
        node = _step(node, part)
    return node


def _malformed(decision: dict[str, Any]) -> bool:
    said = [decision["reasons"], *(field["reasons"] for field in decision["fields"])]
    return any("feit-ongeldig" in reasons for reasons in said)


def _names(document: dict[str, Any]) -> list[str]:
    """The names of the fields of facts or of a decision, in order."""
    return [field["name"] for field in document["fields"]]


def _reordered(node: Any, random: Any) -> Any:
    if isinstance(node, list):
        return [_reordered(each, random) for each in node]
    if not isinstance(node, dict):
        return node
    members = [(name, _reordered(value, random)) for name, value in node.items()]
    random.shuffle(members)
    return dict(members)
