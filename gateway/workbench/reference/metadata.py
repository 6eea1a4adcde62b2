"""Which rung can give which code, and in which words: read from the METADATA above the rules.

Rules: a block that has `custom.code` stands right above the rule that gives that code. The rung is that of the package
(`sluis.ladder.…`); a package elsewhere gives its codes through the file that names its `codes` or `field_codes`: that
of a rung, or a line that names the rung. What cannot be placed is an error, not a page without a rung.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

LADDER = "sluis.ladder."
_PACKAGE = re.compile(r"^package (\S+)", re.MULTILINE)
_BLOCK = re.compile(r"^# METADATA\n((?:#.*\n)+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class Giving:
    """One rule that gives `code` (a reason or an obligation) at `rung`. `why`: its Dutch title. `article`: or empty."""

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
            rung = _rung(path, text, policies, rungs)
            giving = Giving(rung, str(code), str(block.get("title", "")), str(custom.get("article", "")))
            found.append((rungs.index(rung), path, giving))
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


def _rung(path: str, text: str, policies: Mapping[str, str], rungs: list[str]) -> str:
    package = _name(text)
    if package.startswith(LADDER):
        return package.removeprefix(LADDER).replace("_", "-")
    passed_on = re.compile(rf"data\.{re.escape(package)}\.(?:field_)?codes\b")
    for other in policies.values():
        for line in filter(passed_on.search, other.splitlines()):
            named = [rung for rung in rungs if f'"{rung}"' in line]
            if _name(other).startswith(LADDER):
                named = [_name(other).removeprefix(LADDER).replace("_", "-")]
            if named:
                return named[0]
    raise Unplaced(f"{path}: no rung passes on the codes of {package}")


def _name(text: str) -> str:
    package = _PACKAGE.search(text)
    return package[1] if package else ""
