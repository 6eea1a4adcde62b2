"""Reads deploy/Containerfile: its instructions in their order, and what of the project it copies."""

import re
from pathlib import Path


def instructions(root: Path) -> list[tuple[str, str]]:
    """Every instruction with its value, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (root / "deploy/Containerfile").read_text(), flags=re.MULTILINE)
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    return [(line.partition(" ")[0], " ".join(line.partition(" ")[2].split())) for line in lines]


def of(containerfile: list[tuple[str, str]], wanted: str) -> list[str]:
    return [value for instruction, value in containerfile if instruction == wanted]


def copied(containerfile: list[tuple[str, str]]) -> list[str]:
    """The paths of the project that the image is made of."""
    return [
        source
        for value in of(containerfile, "COPY")
        if not value.startswith("--from=")
        for source in value.split()[:-1]
    ]
