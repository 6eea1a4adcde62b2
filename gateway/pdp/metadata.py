"""METADATA: what a comment block in a policy says of the rule right below it.

Rules: a block begins with `# METADATA` and goes on as long as its lines are comments; what follows is YAML, a mapping
(OPA, annotations). A block that is no such thing is a block that says why.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Metadata:
    """One block. `line`: of its first line. `above`: the line right below it. `wrong`: why it is no YAML mapping."""

    line: int
    above: int
    said: Mapping[str, Any] = field(default_factory=dict)
    wrong: str = ""

    @property
    def custom(self) -> Mapping[str, Any]:
        custom = self.said.get("custom")
        return custom if isinstance(custom, dict) else {}


def blocks(text: str) -> Iterator[Metadata]:
    """The blocks of one policy, in the order of its text."""
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        start = number
        number += 1
        if lines[start].strip() != "# METADATA":
            continue
        while number < len(lines) and lines[number].startswith("#"):
            number += 1
        try:
            said = yaml.load("\n".join(line[1:] for line in lines[start + 1 : number]), _LOADER)
        except yaml.YAMLError as error:
            yield Metadata(start + 1, number + 1, wrong=str(error).partition("\n")[0])
            continue
        fine = isinstance(said, dict)
        yield Metadata(start + 1, number + 1, said if fine else {}, "" if fine else "no mapping")
