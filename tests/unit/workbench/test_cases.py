"""Case files: what is read, and that a broken one is told by file and case."""

from pathlib import Path

import pytest

from gateway.workbench.cases import BrokenCase, CaseBook, put, remove, shipped
from gateway.workbench.folders import WorkingCopy

BASE = """\
een: {basis: x, case: {state: open}, fields: [{name: a}, {name: b}]}
twee: {extends: een, set: {case.state: dicht}}
"""
CASE = """\
- title: Het mag
  base: twee
  set: {fields.1: {name: c}, circumstances: {hoog: true}}
  unset: [fields.0]
  expect: {outcome: toegestaan}
"""


def book(folder: Path, cases: str, base: str = BASE) -> CaseBook:
    (folder / "x").mkdir(exist_ok=True)
    (folder / "baselines.yaml").write_text(base)
    (folder / "x" / "gevallen.yaml").write_text(cases)
    return CaseBook.read(folder)


def test_a_case_is_its_baseline_with_what_is_different(tmp_path: Path) -> None:
    [case] = book(tmp_path, CASE).cases()
    assert case.id == "x/gevallen.yaml: Het mag"
    assert case.facts == {
        "basis": "x",
        "case": {"state": "dicht"},
        "fields": [{"name": "c"}],
        "circumstances": {"hoog": True},
    }
    assert case.expect == {"outcome": "toegestaan"}


def test_facts_are_made_anew_for_each_that_asks(tmp_path: Path) -> None:
    cases = book(tmp_path, CASE)
    cases.baseline("een")["case"]["state"] = "anders"
    assert cases.baseline("een")["case"]["state"] == "open"
    assert cases.baseline("twee")["case"]["state"] == "dicht"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (CASE.replace("base: twee", "base: drie"), "x/gevallen.yaml: Het mag: base drie: there is no such baseline"),
        (CASE.replace("fields.0", "fields.7"), "x/gevallen.yaml: Het mag: the facts of its base have no fields.7"),
        (
            CASE.replace("fields.1", "holder.kind"),
            "x/gevallen.yaml: Het mag: the facts of its base have no holder.kind",
        ),
        (CASE.replace("outcome:", "uitkomst:"), "x/gevallen.yaml: Het mag: what is expected has an outcome"),
        (CASE.replace("unset", "ontdaan"), "x/gevallen.yaml: Het mag: unknown members: ontdaan"),
        (
            CASE.replace("toegestaan}", "toegestaan, redenen: []}"),
            "x/gevallen.yaml: Het mag: nothing reads this expectation: redenen",
        ),
        (CASE + CASE, "x/gevallen.yaml: Het mag: a second case with this title"),
        (CASE + "- base: een\n", "x/gevallen.yaml: case 2: a case has a title, a base and an expect"),
        (CASE + "- nee\n", "x/gevallen.yaml: case 2: a case has a title, a base and an expect"),
        ("title: een\n", "x/gevallen.yaml: not a list of cases"),
        (CASE + "- title: no\n", "x/gevallen.yaml: line 6: a value that could be read in two ways: quote it"),
        (CASE.replace("[fields.0]", "fields.0"), "x/gevallen.yaml: Het mag: `set` is a mapping"),
    ],
)
def test_a_broken_case_is_told_by_file_and_case(tmp_path: Path, written: str, told: str) -> None:
    with pytest.raises(BrokenCase) as error:
        book(tmp_path, written).cases()
    assert str(error.value).startswith(told)


@pytest.mark.parametrize(
    ("base", "told"),
    [
        ("- een\n", "baselines.yaml: not a mapping of names to facts"),
        ("een: {extends: een, set: {}}\n", "baselines.yaml: een: it extends a baseline by `set`"),
        (BASE.replace("set:", "met:"), "baselines.yaml: twee: it extends a baseline by `set`"),
        (BASE.replace("case.state", "zaak.staat"), "baselines.yaml: twee: the facts of its base have no zaak.staat"),
    ],
)
def test_a_broken_baseline_is_told_by_name(tmp_path: Path, base: str, told: str) -> None:
    with pytest.raises(BrokenCase) as error:
        book(tmp_path, CASE, base)
    assert str(error.value).startswith(told)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(BrokenCase, match=r"baselines\.yaml: cannot be read: No such file"):
        CaseBook.read(tmp_path)
    (tmp_path / "baselines.yaml").write_bytes(b"\xff")
    with pytest.raises(BrokenCase, match=r"baselines\.yaml: cannot be read: not UTF-8"):
        CaseBook.read(tmp_path)


def test_a_path_is_put_and_removed() -> None:
    document = {"a": [{"b": 1}]}
    put(document, "a.0.c", 2)
    remove(document, "a.0.b")
    assert document == {"a": [{"c": 2}]}
    with pytest.raises(KeyError):
        put(document, "x.y", 1)


def test_the_shipped_cases_can_be_read() -> None:
    assert len(shipped().cases()) > 200


def test_rules_and_the_cases_beside_them_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rules").mkdir()
    monkeypatch.chdir(tmp_path / "rules")
    assert WorkingCopy.at(Path()).cases == tmp_path / "cases"
    assert WorkingCopy.at(Path("..")).cases == Path("../cases")
    assert WorkingCopy.at(tmp_path) == WorkingCopy.at(tmp_path / "rules")
    assert WorkingCopy.at(tmp_path).cases == tmp_path / "cases"
