"""Which rung can give which code, and in which words: read from the METADATA above the rules.

Rules: a block that has `custom.code` stands above the rule that gives that code. The rung is that of its file
(`ladder/…`); a file elsewhere gives its codes through whoever passes them on: the file of a rung, or a line that names
the rung. What `answer/` adds comes after the ladder. What else cannot be placed is an error, not a page without a rung.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

LADDER, AFTERWARDS = "ladder/", "answer/"
_BLOCK = re.compile(r"^# METADATA\n((?:#.*\n)+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class Giving:
    """One rule that gives `code` (a reason or an obligation) at `rung`, which is empty for what comes after the ladder.

    `why`: its Dutch title. `article`: or empty.
    """

    rung: str
    code: str
    why: str
    article: str


class Unplaced(ValueError):
    """A block that cannot be read, or a code whose rung cannot be told."""


def givings(policies: Mapping[str, str], rungs: list[str]) -> tuple[Giving, ...]:
    """Every code that METADATA names, by ladder and then by file. `policies`: path → Rego text."""
    found: list[tuple[int, str, Giving]] = []
    for path, text in sorted(policies.items()):
        for block in _blocks(path, text):
            custom = block.get("custom")
            code = custom.get("code") if isinstance(custom, dict) else None
            if code is None:
                continue
            rung = _rung(path, policies, rungs)
            giving = Giving(rung, str(code), str(block.get("title", "")), str(custom.get("article", "")))
            found.append((rungs.index(rung) if rung else len(rungs), path, giving))
    found.sort(key=lambda each: each[:2])
    return tuple(dict.fromkeys(giving for _, _, giving in found))


def _blocks(path: str, text: str) -> Iterator[dict[str, Any]]:
    for block in _BLOCK.findall(text):
        try:
            said = yaml.safe_load(re.sub(r"^# ?", "", block, flags=re.MULTILINE))
        except yaml.YAMLError as error:
            raise Unplaced(f"{path}: a block of METADATA is not YAML") from error
        if not isinstance(said, dict):
            raise Unplaced(f"{path}: a block of METADATA says nothing")
        yield said


def _rung(path: str, policies: Mapping[str, str], rungs: list[str]) -> str:
    if (rung := _of_file(path)) in rungs:
        return rung
    name = re.escape(path.rpartition("/")[2].removesuffix(".rego"))
    passed_on = re.compile(rf"\bdata\.sluis\.{name}\.(?:field_)?codes\b|\b{name}_(?:\w+_)?codes\b")
    for other, text in sorted(policies.items()):
        for line in filter(passed_on.search, text.splitlines() if other != path else ()):
            if (rung := _of_file(other)) in rungs:
                return rung
            for rung in rungs:
                if f'"{rung}"' in line:
                    return rung
    if path.startswith(AFTERWARDS):
        return ""
    raise Unplaced(f"{path}: no rung passes on its codes")


def _of_file(path: str) -> str:
    """The rung that a file would be of, or nothing."""
    return path.removeprefix(LADDER).removesuffix(".rego").replace("_", "-") if path.startswith(LADDER) else ""
