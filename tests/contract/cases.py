"""The case files of the policies, worked out: one facts document each, and what an expert expects of it.

A case names a baseline (`base`), changes it (`set`: dotted path → value, a number indexes a list; `unset`: paths to
remove) and says what must come out (`expect`). A baseline may name another that it `extends`.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Case:
    name: str
    facts: dict[str, Any]
    expect: dict[str, Any]


def read_cases(folder: Path) -> list[Case]:
    """Every case of every file in the folder; `baselines.yaml` holds the baselines."""
    baselines = yaml.safe_load((folder / "baselines.yaml").read_text())
    files = sorted(path for path in folder.rglob("*.yaml") if path.name != "baselines.yaml")
    return [case for path in files for case in _cases(path, folder, baselines)]


def _cases(path: Path, folder: Path, baselines: dict[str, Any]) -> Iterator[Case]:
    name = path.relative_to(folder).with_suffix("").as_posix()
    for number, entry in enumerate(yaml.safe_load(path.read_text())):
        facts = _changed(_baseline(entry["base"], baselines), entry)
        yield Case(f"{name} {entry.get('n', number)}: {entry['title']}", facts, entry["expect"])


def _baseline(name: str, baselines: dict[str, Any]) -> dict[str, Any]:
    baseline = baselines[name]
    return _changed(_baseline(baseline["extends"], baselines), baseline) if "extends" in baseline else baseline


def _changed(facts: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    facts = copy.deepcopy(facts)
    for path, value in change.get("set", {}).items():
        *way, last = path.split(".")
        place = _walk(facts, way)
        place[int(last) if isinstance(place, list) else last] = value
    for path in change.get("unset", []):
        *way, last = path.split(".")
        place = _walk(facts, way)
        del place[int(last) if isinstance(place, list) else last]
    return facts


def _walk(place: Any, way: list[str]) -> Any:
    for step in way:
        place = place[int(step) if isinstance(place, list) else step]
    return place


def unmet(expect: dict[str, Any], decision: dict[str, Any]) -> list[str]:
    """What of an expectation a decision does not meet."""
    fields = {field["name"]: field for field in decision["fields"]}
    obligations = {obligation["code"]: obligation.get("on") for obligation in decision["obligations"]}
    articles = decision["basis"]["articles"]
    granted = sorted(name for name, field in fields.items() if field["granted"])
    wrong = {
        "outcome": expect.get("outcome", decision["outcome"]) != decision["outcome"],
        "reasons": not set(expect.get("reasons", ())) <= set(decision["reasons"]),
        "granted": sorted(expect.get("granted", granted)) != granted,
        "refused": any(code not in fields[name]["reasons"] for name, code in expect.get("refused", {}).items()),
        "obligations": not set(expect.get("obligations", ())) <= obligations.keys(),
        "obligations_on": any(obligations.get(c) != on for c, on in expect.get("obligations_on", {}).items()),
        "hints": not set(expect.get("hints", ())) <= set(decision["hints"]),
        "basis": not set(expect.get("basis", ())) <= set(articles),
    }
    return [name for name, is_wrong in wrong.items() if is_wrong] + [
        f"unknown expectation {name}" for name in expect.keys() - wrong.keys()
    ]
