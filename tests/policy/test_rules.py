"""The rules themselves: loadable by both engines, formatted, complete row by row, around what the engines differ in.

Rules: every code is a literal that its METADATA names; a row is worked out, with the same members as every other row;
no line that the embedded engine rejects; nothing beside `data.yaml` in the way.
"""

import json
import re
import subprocess
from collections import Counter
from datetime import date
from typing import Any

import jsonschema_rs
import pytest
import yaml

from tests.policy.cases import all_cases, baseline, baseline_names
from tests.policy.engines import POLICIES, RULES, ask_embedded, documents

REGO = sorted(RULES.rglob("*.rego"))
ROWS = sorted(RULES.glob("bases/*/*/data.yaml"))
SCHEMAS = {
    name: json.loads((POLICIES / "schema" / f"{name}.schema.json").read_text()) for name in ("facts", "decision")
}
VERIFIABLE = {"ST"}


@pytest.mark.part("opa")
def test_opa_checks_the_rules_strictly_and_finds_them_formatted() -> None:
    for command in (["opa", "check", "--strict", str(RULES)], ["opa", "fmt", "--fail", "--list", str(RULES)]):
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 0, run.stdout + run.stderr


def test_only_what_engines_load_stands_under_rules() -> None:
    strangers = [f for f in RULES.rglob("*") if f.is_file() and f.suffix != ".rego" and f.name != "data.yaml"]
    assert strangers == []
    assert not [f for f in REGO if f.stem.endswith("_test")]


def test_no_line_is_longer_than_the_embedded_engine_reads() -> None:
    assert [
        f"{f.name}:{n}" for f in REGO for n, line in enumerate(f.read_text().splitlines(), 1) if len(line) >= 1000
    ] == []


def test_no_package_is_imported() -> None:
    """The embedded engine evaluates an imported package whole at its first use: rules go by their full path."""
    assert [f.name for f in REGO if re.search(r"^import (?!rego\.v1$)", f.read_text(), re.MULTILINE)] == []


FORBIDDEN = (
    r"http\.|time\.|rand\.|opa\.runtime|io\.jwt|crypto\.|glob\.|sprintf|rego\.metadata|strings\.count|walk\(|print\("
    r"|\belse\b"
)


def test_no_builtin_that_the_engines_disagree_on() -> None:
    assert {f.name: found for f in REGO if (found := re.findall(FORBIDDEN, re.sub(r"#.*", "", f.read_text())))} == {}


def test_a_local_name_is_never_the_name_of_a_rule_of_its_package() -> None:
    """The embedded engine takes such a name for the rule."""
    names: dict[str, set[str]] = {}
    for file in REGO:
        text = file.read_text()
        package = re.search(r"^package (\S+)", text, re.MULTILINE)[1]  # type: ignore[index]
        names.setdefault(package, set()).update(re.findall(r"^(?:default )?([a-z_]+)", text, re.MULTILINE))
    for file in REGO:
        text = re.sub(r"#.*", "", file.read_text())
        package = re.search(r"^package (\S+)", text, re.MULTILINE)[1]  # type: ignore[index]
        local = set(re.findall(r"\bsome ([a-z_]+)", text)) | set(
            re.findall(r"\b([a-z_]+) :=", re.sub(r"^\S.*$", "", text, flags=re.M))
        )
        assert not local & (names[package] - {"package", "import", "default"}), f"{file.name}: {local & names[package]}"


def test_every_code_is_a_literal_that_its_metadata_names() -> None:
    codes = set(documents()["vocabulary"]["reasons"])
    for file in REGO:
        text = file.read_text()
        blocks = re.findall(
            r"((?:^#.*\n)+)((?:field_codes\[index\]|codes) contains (\S+)|\S+ := (\"[a-z-]+\") if)", text, re.MULTILINE
        )
        for comment, _, contained, assigned in blocks:
            said = re.search(r"^#   code: (\S+)$", comment, re.MULTILINE)
            literal = (contained or assigned).strip('"')
            if said:
                assert said[1] == literal, f"{file.name}: {said[1]} is not {literal}"
                assert literal in codes, literal
    annotated = {code for file in REGO for code in re.findall(r"^#   code: (\S+)$", file.read_text(), re.MULTILINE)}
    assert annotated >= codes


def rows() -> list[tuple[str, dict[str, Any]]]:
    """Each row of each version that can be claimed and granted, with its place."""
    found = [(str(f.relative_to(RULES)), yaml.safe_load(f.read_text())) for f in ROWS]
    return [(place, row) for place, row in found if "forbidden" not in row]


def test_every_row_is_worked_out_with_the_same_members() -> None:
    shapes = Counter(tuple(sorted(row.keys() - {"debatable"})) for _, row in rows())
    assert len(shapes) == 1, shapes


def test_every_row_speaks_the_closed_lists() -> None:
    vocabulary = documents()["vocabulary"]
    for place, row in rows():
        assert [entry["rung"] for entry in row["ladder"]] == vocabulary["rungs"], place
        assert all(entry["passed"] in (True, None) for entry in row["ladder"]), place
        assert set(row["activities"]) <= set(vocabulary["activities"]), place
        assert set(row["states"]) <= set(vocabulary["states"]), place
        assert set(row["track"] or []) <= set(vocabulary["tracks"]), place
        assert set(row["circumstances"]) <= set(vocabulary["circumstances"]), place
        assert set(row["obligations"]) <= set(vocabulary["obligations"]), place
        assert row["obligations"] == sorted(row["obligations"], key=vocabulary["obligations"].index), place
        assert set(row["cites"]) <= set(vocabulary["subjects"]), place
        assert ("vernietig-op" in row["obligations"]) == (row["retention"] == "wgs"), place
        assert row["roles"] == "any" or row["roles"] in vocabulary["roles"], place
        assert row["coordinator"] in {None, "adviseert", "via-college"}, place
        assert row["secrecy"] in {"exception", "consent", "breaks", "breaks-on-request", "never", "none"}, place
        assert row["onward"] in {None, "special", "all"}, place
        assert row["third"] in {None, "derde", "incidenteel"}, place
        assert row["objection"] in {"block", "review", "none"}, place
        assert not (row["tasks"] and row["task_prefix"]), place
        assert not row["renewal"] or row["retention"] == "wgs", place
        for party in row["parties"].values():
            assert set(party["kinds"]) <= set(vocabulary["kinds"]), place


def test_every_row_carries_its_law_and_never_claims_more_than_was_seen() -> None:
    for place, row in rows():
        assert [entry["article"] for entry in row["law"]] == row["articles"], place
        for entry in row["law"]:
            assert entry["mark"] in {"ST", "SEC", "MEM", "INF"}, place
            assert not entry["verified"] or entry["mark"] in VERIFIABLE, place
            assert entry["summary"], place
            date.fromisoformat(entry["checked_on"])
        assert not row["verified"] or all(entry["verified"] for entry in row["law"]), place
        assert row["since"] is None or date.fromisoformat(row["since"]), place


@pytest.mark.parametrize("name", ["facts", "decision"])
def test_every_member_of_a_schema_is_described(name: str) -> None:
    def undescribed(node: Any, path: str) -> list[str]:
        if isinstance(node, list):
            return [p for i, v in enumerate(node) for p in undescribed(v, f"{path}/{i}")]
        if not isinstance(node, dict):
            return []
        lacking = [
            f"{path}/{k}" for k, v in node.get("properties", {}).items() if "description" not in v and "$ref" not in v
        ]
        return lacking + [p for k, v in node.items() for p in undescribed(v, f"{path}/{k}")]

    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert undescribed(SCHEMAS[name], "") == []


def test_the_baselines_fit_the_schema_of_facts() -> None:
    validator = jsonschema_rs.validator_for(SCHEMAS["facts"], validate_formats=True)
    for name in baseline_names():
        assert [error.message for error in validator.iter_errors(baseline(name))] == [], name


def test_every_decision_fits_its_schema() -> None:
    validator = jsonschema_rs.validator_for(SCHEMAS["decision"], validate_formats=True)
    for case in all_cases():
        assert [error.message for error in validator.iter_errors(ask_embedded(case.facts))] == [], case.id


def test_the_schema_of_decisions_is_closed_over_the_vocabulary() -> None:
    vocabulary = documents()["vocabulary"]
    definitions = SCHEMAS["decision"]["$defs"]
    assert definitions["reason"]["enum"] == vocabulary["reasons"]
    assert definitions["obligation"]["properties"]["code"]["enum"] == vocabulary["obligations"]
    assert definitions["rung"]["properties"]["rung"]["enum"] == vocabulary["rungs"]
