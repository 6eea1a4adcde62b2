"""Looking for the people of the region where they may not stand: state, logs, URLs, errors."""

import base64
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from gateway.sandbox.region import Region

TELLING = ("naam", "adres_huidig", "contact_bij_nood")
SHORTEST = 9
COMMON = frozenset({"afgesloten"})
"""Values that are also words of the registers (the state of a case)."""


def telling_texts() -> frozenset[str]:
    """What tells who somebody of the region is: every BSN, name and address."""
    people = Region.load().document["people"]
    holdings = [one.get("values", {}) for person in people for one in person["holders"].values()]
    values = {held[name] for held in holdings for name in TELLING if name in held}
    return frozenset(values | {person["bsn"] for person in people})


def held_texts() -> frozenset[str]:
    """Every text that a holder has of somebody, and that is long enough to be known from chance and common words."""
    people = Region.load().document["people"]
    held = [
        value for person in people for one in person["holders"].values() for value in one.get("values", {}).values()
    ]
    texts = {
        text for value in held for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)
    }
    return frozenset(text for text in texts if len(text) >= SHORTEST and text not in COMMON)


@cache
def spellings(text: str) -> frozenset[bytes]:
    """A text as it could stand in a file: raw, JSON-escaped, hex, and base64 (both alphabets) at any offset."""
    raw = text.encode()
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in text)
    found = {raw, json.dumps(text)[1:-1].encode(), raw.hex().encode(), raw.hex().upper().encode()}
    found |= {escaped.encode(), escaped.upper().replace("\\U", "\\u").encode()}
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found.add(encode(b"x" * shift + raw)[4 if shift else 0 : -4])
    return frozenset(found)


def people_in(content: bytes) -> set[str]:
    """Which of those texts stand in some bytes, however spelt."""
    return {text for text in _everything() if any(form in content for form in spellings(text))}


@cache
def _everything() -> frozenset[str]:
    return telling_texts() | held_texts()


def people_in_files(folder: Path) -> dict[Path, set[str]]:
    """The files below a folder in which people stand, and who."""
    return {path: found for path in _files(folder) if (found := people_in(path.read_bytes()))}


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
