"""Asks the two engines the same question, straight from `policies/rules` and without the gateway.

Rules: both load the same files and nothing else; an answer is compared as canonical JSON; OPA runs with strict builtin
errors, so that an unguarded builtin stops the test instead of becoming undefined.
"""

import json
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import regorus
import yaml

POLICIES = Path(__file__).resolve().parents[2] / "policies"
RULES = POLICIES / "rules"
ENTRYPOINT = "data.sluis.main.decision"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def canonical(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no whitespace."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def documents(rules: Path = RULES) -> dict[str, Any]:
    """What the `data.yaml` files hold, under the path of their folder, as OPA reads them; read once for each folder."""
    return _documents(rules)


@cache
def _documents(rules: Path) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for file in sorted(rules.rglob("data.yaml")):
        node = tree
        for part in file.relative_to(rules).parent.parts:
            node = node.setdefault(part, {})
        node.update(yaml.load(file.read_text(), LOADER))
    return tree


def embedded(rules: Path = RULES) -> regorus.Engine:
    """The embedded engine with the rules loaded, once for each folder: do not change a folder that was asked."""
    return _embedded(rules)


@cache
def _embedded(rules: Path) -> regorus.Engine:
    engine = regorus.Engine()
    for file in sorted(rules.rglob("*.rego")):
        engine.add_policy(str(file.relative_to(rules)), file.read_text())
    engine.add_data_json(json.dumps(documents(rules)))
    return engine


def ask_embedded(facts: Any, rules: Path = RULES) -> dict[str, Any]:
    """The decision of the embedded engine; raises RuntimeError where it fails."""
    engine = embedded(rules)
    engine.set_input_json(json.dumps(facts))
    answer = json.loads(engine.eval_rule_as_json(ENTRYPOINT))
    if not isinstance(answer, dict):
        raise RuntimeError(f"no decision: {answer!r}")
    return answer


def ask_opa(inputs: Iterable[Any], scratch: Path, rules: Path = RULES) -> list[dict[str, Any]]:
    """The decisions of plain OPA, in one process; one that is undefined would be missing, so they are counted."""
    listed = list(inputs)
    (scratch / "inputs.json").write_text(json.dumps({"inputs": listed}))
    query = f"[decision | some facts in data.inputs; decision := {ENTRYPOINT} with input as facts]"
    command = [
        "opa",
        "eval",
        "--strict-builtin-errors",
        "--format",
        "raw",
        "-d",
        str(rules),
        "-d",
        str(scratch / "inputs.json"),
    ]
    run = subprocess.run([*command, query], capture_output=True, text=True, timeout=110, check=False)
    assert run.returncode == 0, run.stderr + run.stdout[:2000]
    answers = json.loads(run.stdout)
    assert len(answers) == len(listed), f"{len(listed) - len(answers)} decisions undefined"
    return answers


def granted(decision: dict[str, Any]) -> set[str]:
    """Names of the fields that a decision releases."""
    return {field["name"] for field in decision["fields"] if field["granted"]}
