"""Looking for the people of the region where they may not stand: state, logs, URLs, errors."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

from gateway.sandbox.region import Region

TELLING = ("naam", "adres_huidig", "contact_bij_nood")


def telling_texts() -> frozenset[str]:
    """What tells who somebody of the region is: every BSN, name and address."""
    people = Region.load().document["people"]
    holdings = [one.get("values", {}) for person in people for one in person["holders"].values()]
    values = {held[name] for held in holdings for name in TELLING if name in held}
    return frozenset(values | {person["bsn"] for person in people})


def spellings(text: str) -> frozenset[bytes]:
    """A text as it could stand in a file: raw, JSON-escaped, hex, and base64 (both alphabets) at any offset."""
    raw = text.encode()
    found = {raw, json.dumps(text)[1:-1].encode(), raw.hex().encode(), raw.hex().upper().encode()}
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found.add(encode(b"x" * shift + raw)[4 if shift else 0 : -4])
    return frozenset(found)


def people_in(content: bytes) -> set[str]:
    """Which of those texts stand in some bytes, however spelt."""
    return {text for text in telling_texts() if any(form in content for form in spellings(text))}


def people_in_files(folder: Path) -> dict[Path, set[str]]:
    """The files below a folder in which people stand, and who."""
    return {path: found for path in _files(folder) if (found := people_in(path.read_bytes()))}


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
