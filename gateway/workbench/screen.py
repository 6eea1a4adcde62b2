"""How the workbench speaks on a screen: Dutch, short, and only words that are its own or of a closed list.

Rules:
- A name that came from outside (of a field, of a basis that nobody knows) is told by `model.plain`.
- A code that the catalogue does not know, because an older or newer policy said it, is told by itself.
"""

import textwrap
from collections.abc import Iterable, Iterator

from gateway.catalogue import Catalogue
from gateway.model.plain import plain, safe

__all__ = ["PASSED", "advice", "listed", "plain", "safe", "wrapped"]

WIDTH = 100
PASSED = {True: "✔", False: "✕", None: "–"}


def listed(words: Iterable[str], nothing: str = "geen") -> str:
    """Words after each other, or that there are none."""
    return ", ".join(map(plain, words)) or nothing


def wrapped(text: str, indent: int = 0) -> Iterator[str]:
    """A sentence in lines that fit."""
    margin = " " * indent
    yield from textwrap.wrap(safe(text), WIDTH, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False)


def advice(catalogue: Catalogue, code: str, indent: int) -> Iterator[str]:
    """What a code says, and the next step."""
    text = catalogue[code].nl if code in catalogue else None
    yield from wrapped(f"{plain(code)}: {text.sentence}" if text else plain(code), indent)
    if text and text.next:
        yield from wrapped(f"Volgende stap: {text.next}", indent + 2)
