"""Which rung of the ladder can give which code, by which article and in which words: read from the METADATA.

Rules: a block that has `custom.code` stands above the rule that gives that code. The rung is that of its file
(`ladder/…`); a file elsewhere gives its codes through whoever passes them on: the file of a rung, or a line that names
the rung. What `answer/` adds comes after the ladder. What else cannot be placed is an error, not a code without a rung.
The lint holds METADATA and rules to each other; here it is only read.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.pdp.metadata import blocks

LADDER, AFTERWARDS = "ladder/", "answer/"

Said = Mapping[str, tuple[str, ...]]
"""Code → the articles that are given for it."""


@dataclass(frozen=True, slots=True, order=True)
class Giving:
    """One rule that gives `code` (a reason or an obligation) at `rung`, which is empty for what comes after the ladder.

    `why`: its Dutch title. `article`: one, or more with `, ` between them, or empty.
    """

    rung: str
    code: str
    why: str
    article: str


class Unplaced(ValueError):
    """A block that cannot be read, or a code whose rung cannot be told."""


def givings(policies: Mapping[str, str], rungs: Sequence[str]) -> tuple[Giving, ...]:
    """Every code that METADATA names, by ladder and then by file. `policies`: path → Rego text."""
    found: list[tuple[int, str, Giving]] = []
    for path, text in sorted(policies.items()):
        for block in blocks(text):
            if block.wrong:
                raise Unplaced(f"{path}:{block.line}: a block of METADATA is not a YAML mapping")
            if (code := block.custom.get("code")) is None:
                continue
            rung = _rung(path, policies, rungs)
            article = block.custom.get("article", "")
            giving = Giving(rung, str(code), str(block.said.get("title", "")), str(article))
            found.append((rungs.index(rung) if rung else len(rungs), path, giving))
    found.sort(key=lambda each: each[:2])
    return tuple(dict.fromkeys(giving for _, _, giving in found))


def codes_by_rung(policies: Mapping[str, str], rungs: Sequence[str]) -> Mapping[str, Said]:
    """Rung → code → articles. Raises `Unplaced`."""
    said: dict[str, dict[str, tuple[str, ...]]] = {rung: {} for rung in rungs}
    for giving in givings(policies, rungs):
        if giving.rung:
            here = said[giving.rung]
            articles = giving.article.split(", ") if giving.article else ()
            here[giving.code] = tuple(dict.fromkeys((*here.get(giving.code, ()), *articles)))
    return said


def _rung(path: str, policies: Mapping[str, str], rungs: Sequence[str]) -> str:
    if (rung := _of_file(path)) in rungs:
        return rung
    name = re.escape(path.rpartition("/")[2].removesuffix(".rego"))
    passed_on = re.compile(rf"\b{name}_(?:\w+_)?codes\b")
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
