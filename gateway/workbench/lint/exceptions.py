"""Reads `lint/exceptions.yaml`: where a grant begins, and what the lint lets be.

Rules: `grants` is a list of paths of rules, as `data.sluis.main.verdict_whole`. `exceptions` is a list of `rule`,
`file` (below rules/), `text` (of the expression, on one line) and `reason`; each of them is needed, and nothing else
is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.pdp.documents import Malformed
from gateway.pdp.yaml import parse_yaml
from gateway.workbench.lint.finding import Finding
from gateway.workbench.lint.policy import Exemption, Policy

FILE = "lint/exceptions.yaml"
COVERAGE = "dekking"  # judged where the lines are counted
_MEMBERS = {"rule", "file", "text", "reason"}


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What stands in the file; `wrong` where it cannot be read."""

    grants: tuple[str, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    wrong: tuple[Finding, ...] = ()

    @classmethod
    def read(cls, folder: Path) -> "Exceptions":
        """Of a folder of policies. Without the file nothing is let be, and where a grant begins is not known."""
        try:
            text = (folder / FILE).read_text("utf-8")
            document = parse_yaml(text)
            grants, listed = document["grants"], document["exceptions"]
            read = [_exemption(each) for each in listed]
            if not all(isinstance(path, str) for path in grants) or document.keys() != {"grants", "exceptions"}:
                raise ValueError("grants")
        except (OSError, UnicodeDecodeError, Malformed, KeyError, TypeError, ValueError, AttributeError) as error:
            why = error.why if isinstance(error, Malformed) else type(error).__name__
            line = int(why.split()[1].rstrip(":")) if why.startswith("line ") else 1
            return cls(wrong=(_unreadable(line, why),))
        lines = list(_lines(text))
        placed = [Exemption(**each, line=line) for each, line in zip(read, lines, strict=False)]
        return cls(tuple(grants), tuple(placed))


def unneeded(policy: Policy) -> Iterator[Finding]:
    """An exception that nothing needed any more."""
    for each in policy.exceptions:
        if each not in policy.used and each.rule != COVERAGE:
            yield not_needed(each)


def not_needed(each: Exemption) -> Finding:
    wrong = f"Niets heeft deze uitzondering nodig: {each.rule} in {each.file}, `{each.text}`."
    return Finding(FILE, each.line, "uitzondering", wrong, "Haal haar weg.")


def _exemption(entry: Any) -> dict[str, str]:
    if entry.keys() != _MEMBERS or not all(isinstance(value, str) and value.strip() for value in entry.values()):
        raise ValueError(str(entry))
    return {**entry, "text": " ".join(entry["text"].split())}


def _lines(text: str) -> Iterator[int]:
    """The line on which each exception begins."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("- ") and "rule:" in line:
            yield number


def _unreadable(line: int, why: str) -> Finding:
    return Finding(
        FILE,
        line,
        "uitzondering",
        f"De lijst van uitzonderingen kan niet worden gelezen ({why}).",
        "Geef `grants` (regels) en `exceptions` (elk met rule, file, text en reason).",
    )
