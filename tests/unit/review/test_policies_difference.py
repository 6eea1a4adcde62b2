"""The difference between two revisions: nothing where nothing differs, and every place of the data where one does."""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.pdp.bundle import Bundle
from gateway.review.policies.difference import Change, difference
from gateway.settings import ROOT

REGO = b"package sluis.main\n\n# METADATA\n# title: Een regel\n# custom:\n#   article: WGS 1.7\na := 1\n"
ROW = {
    "title": "Resultaat",
    "since": "2025-03-01",
    "until": None,
    "categories": ["ident_contact", "bsn"],
    "parties": {"requester": {"kinds": ["college", "politie"]}},
    "law": [{"article": "WGS 1.7(1)", "verified": True}, {"article": "BGS 1.8", "verified": True}],
    "necessity": True,
}
VOCABULARY = {"roles": {"content": ["casusregisseur"]}}


def bundle(row: Mapping[str, Any] | None = ROW, rego: bytes = REGO, **more: bytes) -> Bundle:
    """A small set: one basis, a vocabulary, a rule. `row` None: without the basis."""
    files = {"main.rego": rego, "vocabulary/data.yaml": yaml.safe_dump(VOCABULARY).encode(), **more}
    if row is not None:
        files["bases/a.b/2025-03-01/data.yaml"] = yaml.safe_dump(dict(row)).encode()
    return Bundle.of(files)


def only(before: Bundle, after: Bundle) -> Change:
    [change] = difference(before, after)
    return change


def test_a_category_that_was_added_is_told():
    change = only(bundle(), bundle({**ROW, "categories": ["ident_contact", "voorzieningen_sd", "bsn"]}))
    assert change == Change("added", "a.b", "2025-03-01", ("categories",), now=["voorzieningen_sd"])
    change = only(bundle(), bundle({**ROW, "categories": ["bsn"]}))
    assert change == Change("removed", "a.b", "2025-03-01", ("categories",), was=["ident_contact"])
    assert only(bundle(), bundle({**ROW, "categories": ["bsn", "ident_contact"]})).kind == "order"


def test_who_may_and_what_is_asked_is_told_by_its_place():
    changed = copy.deepcopy(ROW)
    changed["parties"]["requester"]["kinds"].append("om")
    changed["necessity"] = False
    changed["until"] = "2027-01-01"
    changed["renewal"] = False
    del changed["title"]
    told = difference(bundle(), bundle(changed))
    assert {(each.kind, each.place, json.dumps(each.was), json.dumps(each.now)) for each in told} == {
        ("added", ("parties", "requester", "kinds"), "null", '["om"]'),
        ("changed", ("necessity",), "true", "false"),
        ("changed", ("until",), "null", '"2027-01-01"'),
        ("set", ("renewal",), "null", "false"),
        ("unset", ("title",), '"Resultaat"', "null"),
    }


def test_an_article_of_a_list_is_told_by_its_name():
    changed = copy.deepcopy(ROW)
    changed["law"][1]["verified"] = False
    change = only(bundle(), bundle(changed))
    assert (change.kind, change.place, change.was, change.now) == (
        "changed",
        ("law", "BGS 1.8", "verified"),
        True,
        False,
    )
    changed["law"].reverse()
    assert [each.kind for each in difference(bundle(), bundle(changed))] == ["changed", "order"]


def test_a_basis_that_comes_or_goes_is_one_change():
    assert only(bundle(None), bundle()) == Change("basis-added", "a.b", now="Resultaat")
    assert only(bundle(), bundle(None)) == Change("basis-removed", "a.b", was="Resultaat")
    later = {"bases/a.b/2026-01-01/data.yaml": yaml.safe_dump(ROW).encode()}
    assert only(bundle(), bundle(**later)) == Change("version-added", "a.b", "2026-01-01")
    assert only(bundle(**later), bundle()) == Change("version-removed", "a.b", "2026-01-01")


def test_a_rule_is_told_by_its_title_and_the_rest_by_its_file():
    told = only(bundle(), bundle(rego=REGO.replace(b"a := 1", b"a := 2")))
    assert told == Change("rule-changed", was="Een regel", now="Een regel", file="main.rego")
    other = REGO.replace(b"Een regel", b"Een andere regel")
    assert {each.kind for each in difference(bundle(), bundle(rego=other))} == {"rule-added", "rule-removed"}
    bare = only(bundle(), bundle(rego=REGO.replace(b"sluis.main\n", b"sluis.main\n\nb := 3\n")))
    assert bare == Change("file", file="main.rego")
    both = REGO.replace(b"sluis.main\n", b"sluis.main\n\nb := 3\n").replace(b"a := 1", b"a := 2")
    assert [each.kind for each in difference(bundle(), bundle(rego=both))] == ["rule-changed", "file"]


def test_a_file_that_says_the_same_in_other_words_is_named():
    spelled = {"vocabulary/data.yaml": b"# a word\n" + yaml.safe_dump(VOCABULARY).encode()}
    assert only(bundle(), bundle(**spelled)) == Change("file", file="vocabulary/data.yaml")
    assert only(bundle(), bundle(**{"more.rego": b"package sluis.more\n"})) == Change("file", file="more.rego")


@pytest.fixture(scope="module")
def current() -> Bundle:
    return Bundle.read(ROOT / "policies" / "rules")


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = False
    for name, child in children:
        found = True
        yield from leaves(child, (*place, name))
    if not found:
        yield place


def changed_at(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    document = copy.deepcopy(document)
    inside = document
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    return document


def test_nothing_differs_from_itself(current: Bundle):
    assert difference(current, current) == ()
    assert difference(current, Bundle.of(dict(current.files))) == ()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_differs_in_a_basis_is_told_at_its_place_and_nothing_else(data: st.DataObject):
    path = "bases/a.b/2025-03-01/data.yaml"
    place = data.draw(st.sampled_from(list(leaves(ROW))))
    value = data.draw(st.one_of(st.none(), st.booleans(), st.integers(0, 9), st.text("abc", max_size=3)))
    changed = changed_at(ROW, place, value)
    before, after = bundle(), bundle(changed)
    told = difference(before, after)
    same = json.dumps(changed, sort_keys=True) == json.dumps(ROW, sort_keys=True)
    if same:
        assert told == () or before.files[path] != after.files[path]
        return
    assert told
    assert {each.basis for each in told} == {"a.b"}
    assert all(each.place[0] == place[0] for each in told)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(ROW)), st.sampled_from(sorted(ROW)))
def test_two_changes_are_both_told(one: str, other: str):
    changed = {**ROW, one: "anders", other: "anders"}
    assert {each.place[0] for each in difference(bundle(), bundle(changed))} == {one, other}
    told, back = difference(bundle(), bundle(changed)), difference(bundle(changed), bundle())
    assert {(each.place, str(each.was), str(each.now)) for each in told} == {
        (each.place, str(each.now), str(each.was)) for each in back
    }
