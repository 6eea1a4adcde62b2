"""`gateway policy new`: a basis that passes the check and lets nothing through; what was there is left alone."""

import asyncio
from datetime import date
from pathlib import Path

import pytest
import yaml

from gateway.cli import main
from gateway.model.canonical import canonical
from gateway.model.decision import Decision
from gateway.pdp.bundle import Bundle
from gateway.workbench.cases import shipped
from gateway.workbench.check import check
from gateway.workbench.drafts import is_draft
from gateway.workbench.judging import deciding_by
from tests.policy.engines import documents
from tests.unit.workbench.conftest import Copy

NEW = "jeugd.nieuwe_taak"


def new(copy: Copy, *arguments: str) -> int:
    return main(["policy", "new", *arguments, "--policies", str(copy.folder)])


def test_it_makes_a_dated_row_and_refusing_cases_and_says_what_is_next(
    copy: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    assert new(copy, NEW, "--date", "2027-01-01") == 0
    told = capsys.readouterr().out
    row = copy.rules / "bases" / NEW / "2027-01-01" / "data.yaml"
    cases = copy.folder / "cases" / NEW / "concept.yaml"
    assert str(row) in told
    assert str(cases) in told
    assert f"gateway policy test -k {NEW}" in told
    document = yaml.safe_load(row.read_text())
    assert document["title"] == "Jeugd nieuwe taak"
    assert document["since"] is None
    assert document["checked_on"] == date.today().isoformat()  # noqa: DTZ011
    assert is_draft(document)
    assert main(["policy", "test", "--policies", str(copy.folder), "-k", NEW]) == 0
    assert "2 gevallen: 2 goed, 0 fout" in capsys.readouterr().out


def test_a_draft_has_the_members_of_every_other_row(copy: Copy) -> None:
    assert new(copy, NEW) == 0
    today = date.today().isoformat()  # noqa: DTZ011
    row = yaml.safe_load((copy.rules / "bases" / NEW / today / "data.yaml").read_text())
    others = [text for texts in documents()["bases"].values() for text in texts.values() if "forbidden" not in text]
    assert row.keys() == others[0].keys() - {"debatable"}
    assert not any(map(is_draft, others))
    assert [entry["rung"] for entry in row["ladder"]] == documents()["vocabulary"]["rungs"]


def test_the_check_finds_nothing_in_it(copy: Copy) -> None:
    copy.keep_cases("toestemming/toestemming.yaml")
    before = check(copy.folder, opa_binary=None).findings
    assert new(copy, NEW) == 0
    assert set(check(copy.folder, opa_binary=None).findings) <= set(before)
    (copy.folder / "cases" / NEW / "concept.yaml").unlink()
    assert [found.wrong for found in check(copy.folder, opa_binary=None).findings if found not in before] == [
        f"Geen geval waarin {NEW} weigert."
    ]


async def test_nothing_comes_through_whatever_is_asked_in_a_simulation_neither(copy: Copy) -> None:
    assert await asyncio.to_thread(new, copy, NEW, "--date", "2020-01-01") == 0
    asked = [facts for name in shipped().baselines if (facts := shipped().baseline(name))]
    asked += [{**facts, "activity": "casus-sluiten", "fields": []} for facts in asked]
    asked += [{**facts, "profile": "simulatie"} for facts in asked]
    asked = [{**facts, "basis": NEW} for facts in asked]
    async with deciding_by(Bundle.read(copy.rules)) as point:
        decisions = await point.judge_many([canonical(facts) for facts in asked])
    assert len(decisions) >= 80
    for decision in decisions:
        assert isinstance(decision, Decision)
        assert decision.refused
        assert not decision.awaits_holder
        assert "geen-grondslag" in decision.reasons or "feit-ongeldig" in decision.reasons


@pytest.mark.parametrize("name", ["../buiten", "Hoofdletter", "a..b", ".a", "a.", "a b", "", "-k"])
def test_a_name_that_is_none_makes_nothing(copy: Copy, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(copy.folder.rglob("*"))
    assert main(["policy", "new", "--policies", str(copy.folder), "--", name]) == 2
    assert "is geen naam" in capsys.readouterr().err
    assert sorted(copy.folder.rglob("*")) == before


def test_a_basis_that_is_there_is_left_alone(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in copy.folder.rglob("*.yaml")}
    assert new(copy, "wams.casusoverleg", "--date", "2027-01-01") == 2
    assert "Kopieer de map van de laatste datum naar een nieuwe datum." in capsys.readouterr().err
    assert {path: path.read_bytes() for path in copy.folder.rglob("*.yaml")} == before


def test_a_folder_without_rules_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "new", NEW, "--policies", str(tmp_path / "weg")]) == 2
    assert f"Er is geen map {tmp_path / 'weg'}." in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
