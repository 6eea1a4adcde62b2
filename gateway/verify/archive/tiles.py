"""How the files of a log are named and taken apart, and which ones a log of a given size has.

Specification: C2SP tlog-tiles (https://c2sp.org/tlog-tiles).

Rules:
- A log has exactly one set of files for each size: full tiles, and at each level at most one partial one.
- Entries stand after their length as a big-endian uint16; sealed bodies after the ids of the subject's and the case's
  key, 16 bytes each (zeros where there is none), and their length as a big-endian uint32.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import MalformedEntries

WIDTH = 256
HEIGHT = 8
MAX_BODY = 1 << 24
KEY_ID = 16
_NAME = re.compile(
    r"(?:tile/(?P<level>entries|0|[1-9])|(?P<bodies>bodies))/(?P<upper>(?:x[0-9]{3}/)*)(?P<last>[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class SealedBody:
    """A body as it is kept: empty where it is gone. `keys`: of the subject (None where it has none) and of the case;
    None where one was destroyed, or where the source does not hold keys.
    """

    sealed: bytes
    subject_id: bytes | None
    case_id: bytes
    keys: tuple[bytes | None, bytes] | None = None


def file_name(kind: int | str, index: int, width: int = WIDTH) -> str:
    """The path of a tile within an export; `kind`: the level, `entries` or `bodies`."""
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    place = "/".join([f"x{each}" for each in parts[:-1]] + parts[-1:])
    folder = kind if kind == "bodies" else f"tile/{kind}"
    return f"{folder}/{place}" if width == WIDTH else f"{folder}/{place}.p/{width}"


def belongs(name: str, size: int) -> bool:
    """Whether a log of `size` records has a tile or bundle of this path."""
    match = _NAME.fullmatch(name)
    if match is None:
        return False
    kind = "bodies" if match["bodies"] else match["level"]
    index, width = int(match["upper"].replace("x", "").replace("/", "") + match["last"]), int(match["width"] or WIDTH)
    count = size >> HEIGHT * int(kind) if kind not in ("entries", "bodies") else size
    return name == file_name(kind, index, width) and width == min(WIDTH, count - index * WIDTH)


def split_entries(bundle: bytes, width: int) -> list[bytes]:
    """The `width` entries of a bundle. Raises `MalformedEntries`."""
    entries, at, end = [], 0, len(bundle)
    for _ in range(width):
        start = at + 2
        if start > end:
            break
        at = start + (bundle[at] << 8 | bundle[at + 1])
        entries.append(bundle[start:at])
    if at != end or len(entries) != width:
        raise MalformedEntries(f"not exactly {width} entries")
    return entries


def split_bodies(bundle: bytes, width: int) -> list[SealedBody]:
    """The `width` bodies of a bundle. Raises `MalformedEntries`."""
    bodies, at = [], 0
    for _ in range(width):
        head = bundle[at : at + 2 * KEY_ID + 4]
        subject_id, case_id = head[:KEY_ID], head[KEY_ID : 2 * KEY_ID]
        start = at + len(head)
        at = start + int.from_bytes(head[2 * KEY_ID :], "big")
        bodies.append(SealedBody(bundle[start:at], subject_id if any(subject_id) else None, case_id))
        if len(head) != 2 * KEY_ID + 4:
            break
    if at != len(bundle) or len(bodies) != width:
        raise MalformedEntries(f"not exactly {width} bodies")
    return bodies


def bundles(size: int) -> Iterator[tuple[int, int]]:
    """The bundles of a log of `size`: index and width."""
    for index in range(-(-size // WIDTH)):
        yield index, min(WIDTH, size - index * WIDTH)
