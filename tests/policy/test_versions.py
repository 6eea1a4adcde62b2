"""Texts of one basis side by side: the one valid at `at` decides, on both engines, and never an older one by default.

Rules: every test works on a copy of `policies/rules` to which dated files are added and nothing else: no rule, no list,
no other row changes. The days are those on either side of a boundary, as written in `at`.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.policy.cases import all_cases
from tests.policy.engines import RULES, ask_embedded, ask_opa

Ask = Callable[[Path, list[dict[str, Any]]], list[dict[str, Any]]]
WAMS = "wams.casusoverleg"
ZVH = "wgs.zvh.casusoverleg"


@pytest.fixture(params=["embedded", pytest.param("opa", marks=pytest.mark.part("opa"))])
def ask(request: pytest.FixtureRequest, tmp_path: Path) -> Ask:
    """Decisions of one engine by the rules in a folder."""
    if request.param == "opa":
        return lambda rules, inputs: ask_opa(inputs, tmp_path, rules)
    return lambda rules, inputs: [ask_embedded(facts, rules) for facts in inputs]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rules as they come with the gateway, in a folder that a test may add to."""
    return Path(shutil.copytree(RULES, tmp_path / "rules"))


def add_text(rules: Path, basis: str, begin: str, *changes: tuple[str, str]) -> None:
    """Add a dated file: the newest text of `basis` with pieces of it replaced, each of which must be there once."""
    folder = rules / "bases" / basis
    text = (max(folder.iterdir()) / "data.yaml").read_text()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / begin).mkdir()
    (folder / begin / "data.yaml").write_text(text)


def facts(basis: str, day: str, **changes: Any) -> dict[str, Any]:
    """Facts that are granted under `basis` but for its dates, at the last second of `day`, in production."""
    granted = next(
        case for case in all_cases() if case.facts.get("basis") == basis and case.expect["outcome"] == "toegestaan"
    )
    return granted.facts | {"at": f"{day}T23:59:59+01:00", "profile": "productie"} | changes


def told(decision: dict[str, Any]) -> tuple[str, list[str], str | None]:
    """Outcome, reasons of the request, and since when the text that decided is in force."""
    return decision["outcome"], decision["reasons"], decision["basis"]["in_force_since"]


STARTS = ("\nsince: null\n", '\nsince: "2027-01-01"\n')
HOME = [
    {
        "name": "adres_huidig",
        "category": "woonsituatie",
        "necessity": {"task": "Wmo 2.3.2", "reason": "bepalen passende woonplek"},
    }
]
OLD = {"first_processed_at": "2025-01-01"}
STARTS_AGAIN = ('\nsince: "2025-03-01"\n', '\nsince: "2027-09-01"\n')
NOT_IN_FORCE = ("geweigerd", ["grondslag-niet-in-werking"])


def test_one_dated_file_puts_a_basis_in_force_from_its_day(rules: Path, ask: Ask) -> None:
    add_text(rules, WAMS, "2027-01-01", STARTS)
    before, from_then, later = ask(rules, [facts(WAMS, day) for day in ("2026-12-31", "2027-01-01", "2031-05-05")])
    assert told(before) == (*NOT_IN_FORCE, None)
    assert told(from_then) == told(later) == ("toegestaan", [], "2027-01-01")


def test_without_that_file_the_same_days_refuse(rules: Path, ask: Ask) -> None:
    """What the test above shows is the file's doing."""
    for decision in ask(rules, [facts(WAMS, day) for day in ("2026-12-31", "2027-01-01", "2031-05-05")]):
        assert told(decision) == (*NOT_IN_FORCE, None)


def test_the_day_is_the_one_written_in_at(rules: Path, ask: Ask) -> None:
    add_text(rules, WAMS, "2027-01-01", STARTS)
    written = ["2026-12-31T23:30:00Z", "2027-01-01T00:30:00+01:00"]
    one, other = ask(rules, [facts(WAMS, "2027-01-01", at=at) for at in written])
    assert told(one) == (*NOT_IN_FORCE, None)
    assert told(other) == ("toegestaan", [], "2027-01-01")


def test_of_two_texts_in_force_the_one_of_the_day_decides(rules: Path, ask: Ask) -> None:
    """The later one holds less: what it dropped is refused from its day on, and the earlier one is not asked."""
    add_text(
        rules,
        ZVH,
        "2027-01-01",
        ("categories: [ident_contact, bsn, woonsituatie,", "categories: [ident_contact, bsn,"),
        ('"WGS 1.6", "WGS 2.30"', '"WGS 2.30"'),
    )
    days = ("2026-12-31", "2027-01-01")
    earlier, later = ask(rules, [facts(ZVH, day, fields=HOME) for day in days])
    assert (earlier["outcome"], later["outcome"]) == ("toegestaan", "geweigerd")
    assert later["fields"] == [{"name": "adres_huidig", "granted": False, "reasons": ["categorie-niet-toegestaan"]}]
    assert earlier["basis"]["in_force_since"] == later["basis"]["in_force_since"] == "2025-03-01"
    assert ["WGS 1.6" in decision["basis"]["articles"] for decision in (earlier, later)] == [True, False]


def test_a_text_that_holds_more_gives_more_only_from_its_day(rules: Path, ask: Ask) -> None:
    """And three texts are told apart, whatever the order in which their folders were made."""
    add_text(rules, ZVH, "2029-01-01")
    add_text(rules, ZVH, "2027-01-01", ("categories: [ident_contact,", "categories: [onderwijs, ident_contact,"))
    school = [HOME[0] | {"name": "school", "category": "onderwijs"}]
    days = ("2026-12-31", "2027-01-01", "2028-12-31", "2029-01-01")
    outcomes = [decision["outcome"] for decision in ask(rules, [facts(ZVH, day, fields=school) for day in days])]
    assert outcomes == ["geweigerd", "toegestaan", "toegestaan", "geweigerd"]


@pytest.mark.parametrize("since", ["null", '"2027-07-01"'], ids=["never", "later"])
def test_a_newer_text_that_is_not_in_force_is_not_passed_over(rules: Path, ask: Ask, since: str) -> None:
    """A repealed basis: the older text granted, and is no answer any more."""
    add_text(rules, ZVH, "2027-01-01", ('\nsince: "2025-03-01"\n', f"\nsince: {since}\n"))
    granted, refused = ask(rules, [facts(ZVH, day) for day in ("2026-12-31", "2027-06-30")])
    assert granted["outcome"] == "toegestaan"
    assert told(refused)[:2] == NOT_IN_FORCE


def test_before_the_first_text_nothing_is_in_force(rules: Path, ask: Ask) -> None:
    add_text(rules, ZVH, "2027-01-01")
    (decision,) = ask(rules, [facts(ZVH, "2025-02-28", case=facts(ZVH, "2025-02-28")["case"] | OLD)])
    assert told(decision)[:2] == NOT_IN_FORCE


def test_after_its_last_day_a_text_grants_nothing(rules: Path, ask: Ask) -> None:
    """Also where another text was in force once: the one of the day is read, and it has ended."""
    add_text(rules, ZVH, "2027-01-01", ("\nuntil: null\n", '\nuntil: "2027-06-30"\n'))
    last, after, older = ask(rules, [facts(ZVH, day) for day in ("2027-06-30", "2027-07-01", "2026-12-31")])
    assert last["outcome"] == older["outcome"] == "toegestaan"
    assert told(after) == (*NOT_IN_FORCE, "2025-03-01")


def test_a_text_that_ended_is_followed_by_the_next_one(rules: Path, ask: Ask) -> None:
    add_text(rules, ZVH, "2027-01-01", ("\nuntil: null\n", '\nuntil: "2027-06-30"\n'))
    add_text(rules, ZVH, "2027-09-01", ('\nuntil: "2027-06-30"\n', "\nuntil: null\n"), STARTS_AGAIN)
    days = ("2027-06-30", "2027-08-31", "2027-09-01")
    outcomes = [decision["outcome"] for decision in ask(rules, [facts(ZVH, day) for day in days])]
    assert outcomes == ["toegestaan", "geweigerd", "toegestaan"]
