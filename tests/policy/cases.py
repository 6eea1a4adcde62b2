"""Reads the case files of `policies/cases`: a baseline, what is different, and what must come out.

Rules: `set` puts a value on a dotted path (a number is an index of a list), `unset` removes one; a baseline may extend
another. A path that does not exist is an error, so that a case cannot lose its point without being noticed.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.policy.engines import POLICIES

CASES = POLICIES / "cases"


@dataclass(frozen=True)
class Case:
    """One case: where it stands, its sentence, its facts, and the expectation."""

    file: str
    title: str
    facts: dict[str, Any]
    expect: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.file}: {self.title}"


def put(document: Any, path: str, value: Any) -> None:
    """Set `path` (dotted) in `document` to `value`, in place."""
    *parents, last = path.split(".")
    node = _walk(document, parents)
    if isinstance(node, list):
        node[int(last)] = value
    else:
        node[last] = value


def remove(document: Any, path: str) -> None:
    """Remove `path` (dotted) from `document`, in place; KeyError or IndexError where it is not there."""
    *parents, last = path.split(".")
    node = _walk(document, parents)
    del node[int(last) if isinstance(node, list) else last]


def _walk(node: Any, parts: list[str]) -> Any:
    for part in parts:
        node = node[int(part) if isinstance(node, list) else part]
    return node


@cache
def _baselines() -> dict[str, Any]:
    return yaml.safe_load((CASES / "baselines.yaml").read_text())


def baseline(name: str) -> dict[str, Any]:
    """A fresh copy of the complete facts of a baseline."""
    entry = copy.deepcopy(_baselines()[name])
    if "extends" not in entry:
        return entry
    facts = baseline(entry["extends"])
    for path, value in entry["set"].items():
        put(facts, path, value)
    return facts


def baseline_names() -> list[str]:
    """The names of all baselines."""
    return list(_baselines())


def _read(file: Path) -> Iterator[Case]:
    for entry in yaml.safe_load(file.read_text()):
        facts = baseline(entry["base"])
        for path, value in copy.deepcopy(entry.get("set", {})).items():
            put(facts, path, value)
        for path in entry.get("unset", []):
            remove(facts, path)
        yield Case(str(file.relative_to(CASES)), entry["title"], facts, entry["expect"])


@cache
def all_cases() -> tuple[Case, ...]:
    """Every case of every basis, in the order of the files."""
    return tuple(case for file in sorted(CASES.rglob("*/*.yaml")) for case in _read(file))
