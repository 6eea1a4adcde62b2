"""How the workbench speaks on a screen: Dutch, short, and only words that are its own or of a closed list.

Rules:
- A name that came from outside (of a field, of a basis that nobody knows) has its control characters replaced, so that
  it cannot move the cursor or forge a line, is cut at `LONGEST`, and has no number of a person in it: eight digits or
  more after each other are left out.
- A code that the catalogue does not know, because an older or newer policy said it, is told by itself.
"""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator

from gateway.catalogue import Catalogue

WIDTH = 100
LONGEST = 120
_NUMBER = re.compile(r"\d{8,}")
_UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
PASSED = {True: "✔", False: "✕", None: "–"}


def safe(text: str) -> str:
    """A text, harmless on a terminal."""
    return "".join("�" if unicodedata.category(sign) in _UNSAFE else sign for sign in text)


def plain(text: str) -> str:
    """A name from outside: harmless, without the number of a person, and no longer than `LONGEST`."""
    named = _NUMBER.sub("…", safe(text))
    return named if len(named) <= LONGEST else f"{named[:LONGEST]}…"


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
