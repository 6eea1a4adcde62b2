"""The folders that a privacy officer works in: rules, and beside them the cases.

Rule: what the command line takes is either the folder of rules, as the setting `policies` is, or the folder that has
`rules/` in it; the cases stand in `cases/` beside the rules.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """`rules`: what the engines load. `cases`: the case files."""

    rules: Path
    cases: Path

    @classmethod
    def at(cls, folder: Path) -> Self:
        rules = folder / "rules" if (folder / "rules").is_dir() else folder
        return cls(rules, (rules.parent if rules.name.strip(".") else rules.resolve().parent) / "cases")
