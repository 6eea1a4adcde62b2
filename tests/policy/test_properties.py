"""Properties of every decision, with Hypothesis on both roads: what grants and what explains.

Rules: taking members away never releases more; what the contract does not know changes nothing; the order of fields and
of participants changes nothing but the order of the answer; a refusal has a reason, and what is granted has none.
"""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.cases import baseline, remove
from tests.policy.engines import ask_embedded, canonical, granted
from tests.policy.test_sweep import BASELINES, explained, paths

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(BASELINES)
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


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    """A baseline in which some facts say something else."""
    document = baseline(draw(names))
    for path in draw(st.lists(st.sampled_from(sorted(changes)), max_size=4, unique=True)):
        *parents, last = path.split(".")
        node: Any = document
        for part in parents:
            node = node[int(part) if isinstance(node, list) else part] if node is not None else None
        if isinstance(node, dict):
            node[last] = draw(st.sampled_from(changes[path]))
    return document


@settings(max_examples=150)
@given(facts(), st.data())
def test_taking_members_away_never_releases_more(document: dict[str, Any], data: st.DataObject) -> None:
    before = ask_embedded(document)
    explained(before, "before")
    poorer = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 3))):
        members = [path for path in paths(poorer) if not path.rsplit(".", 1)[-1].isdigit()]
        remove(poorer, data.draw(st.sampled_from(members)))
        if not poorer:
            break
    after = ask_embedded(poorer)
    explained(after, "after")
    if "feit-ongeldig" not in before["reasons"]:
        assert granted(after) <= granted(before)
        assert before["outcome"] != "geweigerd" or after["outcome"] == "geweigerd"


@settings(max_examples=100)
@given(facts(), st.data(), st.text(min_size=1, max_size=8).map(lambda text: f"vreemd_{text}"), json_values)
def test_what_the_contract_does_not_know_changes_nothing(
    document: dict[str, Any], data: st.DataObject, name: str, value: Any
) -> None:
    richer = copy.deepcopy(document)
    objects = [path for path in paths(document) if isinstance(_at(document, path), dict)]
    _at(richer, data.draw(st.sampled_from(["", *objects])))[name] = value
    assert canonical(ask_embedded(richer)) == canonical(ask_embedded(document))


@settings(max_examples=100)
@given(facts(), st.randoms(use_true_random=False))
def test_order_changes_nothing_but_the_order_of_the_answer(document: dict[str, Any], random: Any) -> None:
    shuffled = copy.deepcopy(document)
    random.shuffle(shuffled["fields"])
    if shuffled["case"]:
        random.shuffle(shuffled["case"]["participants"])
    one, other = ask_embedded(document), ask_embedded(shuffled)
    by_name = [sorted(d.pop("fields"), key=lambda field: field["name"]) for d in (one, other)]
    assert by_name[0] == by_name[1]
    assert one == other


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
