"""What the operator does when the log is not what it was, as deploy/RUNBOOK.md has it: one text, in one place."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.settings import ROOT

RUNBOOK = ROOT / "deploy" / "RUNBOOK.md"
HEADING, FENCE = "## ", "```"
_WRAPPED = re.compile(r"(?<=\S)\n[ ]*(?=[^\s\-|#\d]|\d+[^.\d])")
RED, TWO_HISTORIES = "When the desk of the FG is red", "log-rolled-back: which of the three"
_OF_SEALS = frozenset({"log-rolled-back", "log-forked", "quorum-missing"})


def sections(code: str, file: Path = RUNBOOK) -> list[tuple[str, str]]:
    """Title and text of the sections that go with a code of the verifier; none where the text is not installed."""
    try:
        text = file.read_text("utf-8")
    except OSError:
        return []
    wanted = [RED, TWO_HISTORIES] if code in _OF_SEALS else [RED]
    found = dict(_split(text))
    return [(title, found[title]) for title in wanted if title in found]


def _split(text: str) -> list[tuple[str, str]]:
    parts = f"\n{text}".split(f"\n{HEADING}")[1:]
    return [(title.strip(), _unwrapped(body.strip())) for title, _, body in (part.partition("\n") for part in parts)]


def _unwrapped(text: str) -> str:
    """A paragraph and an item on one line each, for a screen wraps them itself; what is typed stays as it is."""
    pieces = text.split(FENCE)
    pieces[::2] = [_WRAPPED.sub(" ", piece) for piece in pieces[::2]]
    return FENCE.join(pieces)
