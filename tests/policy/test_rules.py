"""The rows and the schemas: a row is worked out, with the same members as every other row, and speaks the closed lists.

What holds of the Rego (formatting, METADATA, codes, types, what the engines stumble over) the workbench checks:
`tests/unit/workbench/test_check.py` has it find nothing in the committed policies.
"""

import json
import re
from collections import Counter
from datetime import date
from typing import Any

import jsonschema_rs
import pytest
import yaml

from tests.policy.cases import all_cases, baseline, baseline_names
from tests.policy.engines import POLICIES, RULES, ask_embedded, documents

ROWS = sorted(RULES.glob("bases/*/*/data.yaml"))
SCHEMAS = {
    name: json.loads((POLICIES / "schema" / f"{name}.schema.json").read_text()) for name in ("facts", "decision")
}
VERIFIABLE = {"ST"}


def test_only_what_engines_load_stands_under_rules() -> None:
    strangers = [f for f in RULES.rglob("*") if f.is_file() and f.suffix != ".rego" and f.name != "data.yaml"]
    assert strangers == []
    assert not list(RULES.rglob("*_test.rego"))


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


@pytest.mark.parametrize(("chain", "call"), [("verdict_request", "open"), ("verdict_fields", "fields_open")])
def test_the_rungs_of_a_chain_are_those_that_are_asked_when_it_breaks(chain: str, call: str) -> None:
    """A rung that stood only in the list of what broke would hold nobody back."""
    text = (RULES / "answer" / "verdict.rego").read_text()
    whole = text.partition(f"\n{chain} if {{\n")[2].partition("\n}\n")[0]
    broken = text.partition(f"\n{chain}_broken := {{\n")[2].partition("}) if {")[0]
    all_of_it, _, each = broken.partition("} - union({")
    asked = re.findall(rf"^\t(\w+)_{call}\(row\)$", whole, re.MULTILINE)
    told = re.findall(rf'^\t\{{"([a-z-]+)" \| (\w+)_{call}\(claim_row\)\}},$', each, re.MULTILINE)
    assert len(asked) > 6
    assert sorted(asked) == sorted(name for _, name in told)
    assert [rung.replace("-", "_") for rung, _ in told] == [name for _, name in told]
    assert sorted(rung for rung, _ in told) == sorted(re.findall(r'"([a-z-]+)"', all_of_it))
