"""What `gateway policy test` says of a case that came out otherwise, and when it says nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import main
from gateway.errors import Fault
from gateway.workbench.cases import Case
from gateway.workbench.trial import Difference, differences, tell

DECISION: dict[str, Any] = {
    "outcome": "gedeeltelijk",
    "simulation": False,
    "basis": {"id": "x", "articles": ["WGS 1.5"], "in_force_since": "2025-03-01", "verified": True},
    "fields": [
        {"name": "naam", "granted": True, "reasons": []},
        {"name": "inkomen", "granted": False, "reasons": ["categorie-niet-toegestaan"]},
    ],
    "reasons": [],
    "obligations": [{"code": "log-audit"}, {"code": "vernietig-op", "on": "2031-03-02"}],
    "missing": [],
    "hints": ["toestemming"],
    "ladder": [{"rung": "grondslag", "passed": True}, {"rung": "categorie", "passed": False}],
}
EXPECT: dict[str, Any] = {
    "outcome": "gedeeltelijk",
    "simulation": False,
    "granted": ["naam"],
    "refused": {"inkomen": "categorie-niet-toegestaan"},
    "said": {"naam": []},
    "obligations": ["vernietig-op"],
    "obligations_on": {"vernietig-op": "2031-03-02"},
    "hints": ["toestemming"],
    "basis": ["WGS 1.5"],
    "in_force_since": "2025-03-01",
    "verified": True,
    "exactly": {"missing": [], "reasons": []},
    "ladder": {"categorie": False},
    "rungs": ["grondslag", "categorie"],
    "fields": ["naam", "inkomen"],
}


def test_a_decision_as_expected_differs_in_nothing() -> None:
    assert list(differences(DECISION, EXPECT)) == []


@pytest.mark.parametrize(
    ("expect", "difference"),
    [
        ({"outcome": "geweigerd"}, Difference("uitkomst", "geweigerd", "gedeeltelijk")),
        ({"simulation": True}, Difference("simulatie", "ja", "nee")),
        ({"granted": []}, Difference("toegestane velden", "geen", "naam")),
        ({"granted": ["naam", "adres"]}, Difference("toegestane velden", "adres, naam", "naam")),
        ({"fields": ["inkomen", "naam"]}, Difference("velden", "inkomen, naam", "naam, inkomen")),
        ({"rungs": ["grondslag"]}, Difference("treden", "grondslag", "grondslag, categorie")),
        ({"reasons": ["geen-grondslag"]}, Difference("redenen, onder meer", "geen-grondslag", "geen")),
        ({"basis": ["WGS 9"]}, Difference("artikelen, onder meer", "WGS 9", "WGS 1.5")),
        ({"in_force_since": "2025-03-02"}, Difference("in werking sinds", "2025-03-02", "2025-03-01")),
        ({"in_force_since": None}, Difference("in werking sinds", "niet", "2025-03-01")),
        ({"verified": False}, Difference("nagekeken", "nee", "ja")),
        ({"exactly": {"hints": []}}, Difference("hints, precies", "geen", "toestemming")),
        ({"exactly": {"missing": ["case"]}}, Difference("ontbrekende feiten, precies", "case", "geen")),
        ({"ladder": {"grondslag": None}}, Difference("trede grondslag", "–", "✔")),
        ({"ladder": {"bezwaar": True}}, Difference("trede bezwaar", "✔", "afwezig")),
        ({"said": {"inkomen": []}}, Difference("veld inkomen, precies", "geen", "categorie-niet-toegestaan")),
        ({"refused": {"bsn": "x"}}, Difference("veld bsn", "x", "dit veld is er niet")),
        ({"obligations_on": {"log-audit": "2030-01-01"}}, Difference("datum van log-audit", "2030-01-01", "geen")),
    ],
)
def test_only_what_differs_is_told(expect: dict[str, Any], difference: Difference) -> None:
    assert list(differences(DECISION, EXPECT | expect)) == [difference]


def test_a_fault_is_told_by_its_place() -> None:
    told = tell(Case("x/y.yaml", "Titel", {}, EXPECT), Fault("engine-error", log="the policy failed at main.rego:3:1"))
    assert told == ["✕ x/y.yaml: Titel", "    geen besluit: engine-error (the policy failed at main.rego:3:1)"]


Copy = Callable[[str, str, str], Path]


@pytest.fixture
def changed(root: Path, tmp_path: Path) -> Copy:
    """A copy of the policies in which a file has one text in the place of another."""

    def change(file: str, old: str, new: str) -> Path:
        shutil.copytree(root / "policies", tmp_path / "policies")
        path = tmp_path / "policies" / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        return tmp_path / "policies"

    return change


def test_every_shipped_case_comes_out_as_expected(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "test"]) == 0
    assert " 0 fout (" in capsys.readouterr().out


@pytest.mark.parametrize("engine", ["embedded", pytest.param("opa", marks=pytest.mark.part("opa"))])
def test_a_changed_rule_fails_its_cases(changed: Copy, engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    row = "rules/bases/wgs.zvh.casusoverleg/2025-03-01/data.yaml"
    folder = changed(row, "ident_contact, bsn, woonsituatie,", "ident_contact, bsn,")
    argv = ["policy", "test", "--policies", str(folder), "--engine", engine, "-k", "casusoverleg/BRON.yaml: de bron st"]
    assert main(argv) == 1
    told = capsys.readouterr().out
    assert told.startswith(
        "✕ wgs.zvh.casusoverleg/bron.yaml: De bron stelt een voorwaarde\n"
        "    uitkomst\n      verwacht  toegestaan\n      gekregen  gedeeltelijk\n"
    )
    assert "1 geval: 0 goed, 1 fout (" in told


def test_policies_that_do_not_load_are_told_by_file_and_line(changed: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    folder = changed("rules/main.rego", "package sluis.main\n", "package sluis.main\n\nx if\n")
    assert main(["policy", "test", "--policies", str(folder / "rules")]) == 3
    told = capsys.readouterr().err
    assert told.startswith("Dit beleid laadt niet.\n  ")
    assert "main.rego:" in told


def test_a_broken_case_file_is_told(changed: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    folder = changed("cases/toestemming/toestemming.yaml", "expect:", "verwacht:")
    assert main(["policy", "test", "--policies", str(folder)]) == 2
    assert "toestemming/toestemming.yaml: " in capsys.readouterr().err


def test_a_name_that_no_case_has_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "test", "-k", "dat is er niet"]) == 2
    assert "'dat is er niet'" in capsys.readouterr().err
