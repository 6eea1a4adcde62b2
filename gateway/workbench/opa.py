"""What OPA itself says of a folder of rules: whether it compiles them strictly, and whether they are formatted.

Rules: OPA is run as a program on the folder, reads nothing else and asks nobody for anything. What it says is told as a
finding with its place; what it says of a line that cannot be parsed is left to the lint, which says it already.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from gateway.workbench.lint import Finding

TIMEOUT = 60.0


def strict(opa: Path, rules: Path) -> Iterator[Finding]:
    """`opa check --strict`: unused variables and imports, shadowed names, unsafe expressions, recursion."""
    found = _run(opa, "check", "--strict", "--format", "json", str(rules))
    if found.returncode == 0:
        return
    try:
        errors = json.loads(found.stderr or found.stdout)["errors"]
    except (ValueError, KeyError, TypeError):
        yield _finding(rules, str(rules), 1, (found.stderr or found.stdout).strip().partition("\n")[0])
        return
    for error in errors:
        place = error.get("location") or {}
        yield _finding(rules, place.get("file", str(rules)), place.get("row", 1), error["message"])


def formatted(opa: Path, rules: Path) -> Iterator[Finding]:
    """`opa fmt --list`, with the first line that it would write otherwise."""
    for name in _run(opa, "fmt", "--list", str(rules)).stdout.splitlines():
        ours = Path(name).read_text().splitlines()
        theirs = _run(opa, "fmt", name).stdout.splitlines()
        line = next((number for number, (a, b) in enumerate(zip(ours, theirs, strict=False), 1) if a != b), len(ours))
        yield Finding(
            _relative(rules, name),
            line,
            "opmaak",
            "De opmaak is niet die van `opa fmt`.",
            f"Draai `opa fmt --write` op {_relative(rules, name)}.",
        )


def _finding(rules: Path, file: str, line: int, message: str) -> Finding:
    remedy = "Herstel wat OPA noemt; het telt ook waarschuwingen."
    return Finding(_relative(rules, file), line, "opa", f"OPA weigert dit: {message}.", remedy)


def _relative(rules: Path, file: str) -> str:
    path = Path(file)
    return path.relative_to(rules.parent).as_posix() if path.is_relative_to(rules.parent) else path.as_posix()


def _run(opa: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(opa), *arguments], capture_output=True, text=True, timeout=TIMEOUT, check=False)
