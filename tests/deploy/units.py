"""Reads a systemd unit as systemd does: continued lines joined, each directive as often as it stands there."""

from pathlib import Path


def directives(unit: Path) -> dict[str, list[str]]:
    """Every directive of a unit file with its values, in their order."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text().replace("\\\n", " ").splitlines():
        name, sign, value = line.partition("=")
        if sign and not line.startswith(("#", ";")):
            found.setdefault(name, []).append(" ".join(value.split()))
    return found
