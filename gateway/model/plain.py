"""Names that came from outside, made harmless wherever somebody reads them.

Rules:
- Control and formatting characters are replaced, so that a name cannot move a cursor, turn the direction of a text or
  forge a line.
- No number of a person: eight digits or more after each other are left out.
- A name is cut at `LONGEST`.
"""

import re
import unicodedata

LONGEST = 120
_NUMBER = re.compile(r"\d{8,}")
_UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def safe(text: str) -> str:
    """A text, without what could harm the screen that it stands on."""
    return "".join("�" if unicodedata.category(sign) in _UNSAFE else sign for sign in text)


def plain(text: str) -> str:
    """A name from outside: harmless, without the number of a person, and no longer than `LONGEST`."""
    named = _NUMBER.sub("…", safe(text))
    return named if len(named) <= LONGEST else f"{named[:LONGEST]}…"
