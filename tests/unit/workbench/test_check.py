"""`gateway policy check` on the committed policies finds nothing, and on a copy broken in one place that place.

Rules: each part has a copy in which only that part has something to say of what was broken; the file and the line are
those of what was broken. Where OPA is not given, what it would have said is named as left out.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.pdp.bundle import Bundle
from gateway.workbench.check import Report, check
from gateway.workbench.rows import SCHEMA, unfit

POLICIES = Path(__file__).parents[3] / "policies"
KEPT = ("baselines.yaml", "wgs.zvh.riec", "onbekend")
ROW = "rules/bases/wgs.zvh.riec/2025-03-01/data.yaml"
CASES = "cases/wgs.zvh.riec/interventies.yaml"
Broken = Callable[[str, str, str], int]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The policies with the cases of one basis: enough for everything but the count of lines."""
    for part in ("rules", "lint", "schema"):
        shutil.copytree(POLICIES / part, tmp_path / part)
    (tmp_path / "cases").mkdir()
    for name in KEPT:
        source = POLICIES / "cases" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / "cases" / name)
    return tmp_path


@pytest.fixture
def broken(copy: Path) -> Broken:
    """`broken(file, old, new)` replaces a text that is there; returns the line on which it stood."""

    def change(file: str, old: str, new: str) -> int:
        text = (copy / file).read_text()
        assert old in text
        (copy / file).write_text(text.replace(old, new, 1))
        return text[: text.index(old)].count("\n") + 1

    return change


def places(report: Report, rule: str) -> list[tuple[str, int]]:
    return [(finding.file, finding.line) for finding in report.findings if finding.rule == rule]


@pytest.mark.timeout(300)
@pytest.mark.part("opa")
def test_the_committed_policies_have_no_finding_and_every_line_is_reached(opa_binary: Path) -> None:
    report = check(POLICIES, opa_binary=opa_binary)
    assert [str(finding) for finding in report.findings] == []
    assert report.left_out == []
    assert report.bases == 35
    assert report.cases > 800
    assert report.lines > 1000


def test_without_opa_what_was_left_out_is_named(copy: Path) -> None:
    report = check(copy / "rules", opa_binary=None)
    assert [sentence for sentence in report.left_out if "OPA" in sentence] == report.left_out != []
    assert {finding.rule for finding in report.findings} == {"geval", "dekking"}  # the cases of most bases are not here


def test_a_folder_that_is_no_bundle_stops_there_with_file_and_line(copy: Path, broken: Broken) -> None:
    line = broken(ROW, "since: ", "since: no # ")
    report = check(copy, opa_binary=None)
    assert places(report, "bundel") == [(ROW, line)]
    assert len(report.findings) == len(report.left_out) == 1


def test_a_stranger_among_the_rules_is_named(copy: Path) -> None:
    (copy / "rules" / "lib" / "notities.txt").write_text("x")
    assert places(check(copy, opa_binary=None), "bundel") == [("rules/lib/notities.txt", 1)]


def test_a_row_that_does_not_fit_its_schema_is_found_on_its_line(copy: Path, broken: Broken) -> None:
    line = broken(ROW, "secrecy: never", "secrecy: nooit")
    assert (ROW, line) in places(check(copy, opa_binary=None), "schema")


def told(copy: Path, line: int) -> str:
    """What is said of that line of the row, against the schema."""
    schema = json.loads((copy / SCHEMA).read_text())
    found = unfit(Bundle.read(copy / "rules"), "rules/", schema)
    return "".join(str(each) for each in found if (each.file, each.line) == (ROW, line))


@pytest.mark.parametrize(
    ("old", "new", "wrong", "remedy"),
    [
        ("\nsecrecy: never", "\nsecrecy: nooit", "`secrecy`: `nooit` kan hier niet", "Kies uit: exception, consent,"),
        ("\nhints: ", "\nhint: ", "`hint` is hier onbekend", "Controleer de spelling"),
        ('\nsince: "2025-03-01"', '\nsince: "1 maart 2025"', "`since`: `1 maart 2025` is geen dag", '"2026-01-01"'),
        ('\nsince: "2025-03-01"', '\nsince: "2025-02-30"', "`since`: `2025-02-30` is geen dag", '"2026-01-01"'),
        ("\nuntil: null", '\nuntil: "2025-02-01"', "ligt voor de eerste (2025-03-01)", "Herstel `since` of `until`"),
    ],
    ids=["not in a list", "a name", "no day", "a day that is not", "ends before it begins"],
)
def test_a_slip_in_a_row_is_told_in_dutch_with_what_to_do(
    copy: Path, broken: Broken, old: str, new: str, wrong: str, remedy: str
) -> None:
    line = broken(ROW, old, new) + 1
    said = told(copy, line)
    assert wrong in said
    assert remedy in said


def test_a_row_without_a_member_is_told_which(copy: Path, broken: Broken) -> None:
    broken(ROW, "\nhints: ", "\n# hints: ")
    assert "`hints` ontbreekt." in told(copy, 1)


@pytest.mark.parametrize(
    "place",
    [
        "bases/wgs.zvh.riec/2025-3-1/data.yaml",
        "bases/wgs.zvh.riec/2025-02-30/data.yaml",
        "bases/wgs.zvh.riec/concept/data.yaml",
        "bases/wgs.zvh.riec/data.yaml",
        "bases/wgs.zvh.riec/2025-05-01/data.json",
        "bases/wgs.zvh.riec/2025-05-01/oud/data.yaml",
        "bases/Wgs/2025-05-01/data.yaml",
        "bases/data.yaml",
        "data.yaml",
    ],
)
def test_a_text_that_stands_where_nobody_would_look_is_found(copy: Path, place: str) -> None:
    file = copy / "rules" / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        '{"bases": {"stil": {"2025-01-01": {"title": "x"}}}}' if place == "data.yaml" else '{"x": {"y": "z"}}'
    )
    report = check(copy, opa_binary=None)
    assert [(each.file, each.rule) for each in report.findings] == [(f"rules/{place}", "plaats")]
    assert len(report.left_out) == 1


@pytest.mark.part("opa")
def test_what_both_engines_say_is_said_once(copy: Path, broken: Broken, opa_binary: Path) -> None:
    broken(ROW, "objection: review", "objection: block")
    report = check(copy, opa_binary=opa_binary)
    assert places(report, "geval")
    assert not any("op OPA" in each.wrong for each in report.findings)


def test_what_is_no_yaml_is_found_on_its_line(copy: Path, broken: Broken) -> None:
    line = broken(ROW, "\nhints: [", "\nhints: [[") + 1
    [finding] = check(copy, opa_binary=None).findings
    assert line <= finding.line <= line + 2
    assert "geen geldige YAML" in finding.wrong
    assert "inspringen" in finding.remedy


def test_a_case_that_comes_out_otherwise_is_found_where_it_stands(copy: Path, broken: Broken) -> None:
    broken(ROW, "objection: review", "objection: block")
    report = check(copy, opa_binary=None)
    text = (copy / "cases/wgs.zvh.riec/artikelen.yaml").read_text()
    line = text[: text.index("- title: Bij een bezwaar kijkt een mens mee")].count("\n") + 1
    assert ("cases/wgs.zvh.riec/artikelen.yaml", line) in places(report, "geval")


def test_a_case_that_cannot_be_used_is_found_where_it_stands(copy: Path, broken: Broken) -> None:
    line = broken(CASES, "  base: ", "  base: bestaat-niet # ")
    report = check(copy, opa_binary=None)
    assert places(report, "geval") == [(CASES, line - 1)]
    assert any("gevallen" in sentence for sentence in report.left_out)


def test_a_case_file_that_is_no_yaml_is_found_on_its_line(copy: Path) -> None:
    (copy / CASES).write_text("- title: x\n  base: no\n  expect: {outcome: geweigerd}\n")
    assert places(check(copy, opa_binary=None), "geval") == [(CASES, 2)]


def test_a_basis_without_a_case_and_a_line_without_one_are_found(copy: Path) -> None:
    report = check(copy, opa_binary=None)
    assert ("cases/avg.inzage", 1) in places(report, "geval")
    assert ("cases/wgs.zvh.riec", 1) not in places(report, "geval")
    uncovered = (copy / "rules" / "lib" / "emergency.rego").read_text().splitlines()
    told = [line for file, line in places(report, "dekking") if file == "rules/lib/emergency.rego"]
    assert any("input.emergency.refuses == false" in uncovered[line - 1] for line in told)


def test_rules_that_go_round_in_circles_are_found_and_not_evaluated(copy: Path) -> None:
    file = copy / "rules" / "lib" / "rond.rego"
    file.write_text("package sluis\n\nimport rego.v1\n\nrond(x) := rond(x)\n")
    report = check(copy, opa_binary=None)
    assert ("rules/lib/rond.rego", 5) in places(report, "recursie")
    assert any("dekking" in sentence for sentence in report.left_out)


def test_what_the_embedded_engine_does_not_take_is_found_on_its_line(copy: Path) -> None:
    (copy / "rules" / "lib" / "rond.rego").write_text(
        "package sluis\n\nimport rego.v1\n\nrond := 1 if {\n\tx == 1\n}\n"
    )
    assert places(check(copy, opa_binary=None), "engine") == [("rules/lib/rond.rego", 6)]


@pytest.mark.part("opa")
def test_what_opa_refuses_and_how_it_would_write_it_are_found_on_their_lines(copy: Path, opa_binary: Path) -> None:
    file = copy / "rules" / "lib" / "rond.rego"
    file.write_text("package sluis\n\nimport rego.v1\n\nrond if {\n\tongebruikt := 1\n}\n")
    assert ("rules/lib/rond.rego", 6) in places(check(copy, opa_binary=opa_binary), "opa")
    file.write_text("package sluis\n\nimport rego.v1\n\nrond   if {\n\tinput.a == 1\n}\n")
    assert ("rules/lib/rond.rego", 5) in places(check(copy, opa_binary=opa_binary), "opmaak")


def test_the_command_tells_each_finding_with_what_to_do(
    copy: Path, broken: Broken, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    line = broken(ROW, "since: ", "since: no # ")
    assert main(["policy", "check", "--policies", str(copy)]) == 1
    said = capsys.readouterr().out
    assert f"{ROW}:{line}: " in said
    assert "Doe dit: " in said
    assert "Niet bekeken. " in said
    assert "1 bevinding (" in said


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "check", "--policies", str(tmp_path / "nergens")]) == 2
    assert "geen map" in capsys.readouterr().err
