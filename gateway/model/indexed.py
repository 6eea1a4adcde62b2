"""A record as the review's index file keeps it, and how far that file has read a log."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple


class Readable(IntEnum):
    """Whether a record's body could be read. SQLite stores the first two in no bytes, so that a row that is erased
    keeps its length.
    """

    YES = 0
    ERASED = 1
    DAMAGED = 2


class IndexedRow(NamedTuple):
    """`place`: the order of lines, by year and number; `record`, `request`: UUIDv7; `at`: milliseconds since 1970;
    `content`: JSON of what was read of the body, zeros where it was erased; the ids of the keys that open the body.
    """

    place: int
    record: str
    request: str
    at: int
    kind: str
    simulation: bool
    revision: str
    readable: int
    content: bytes
    subject_key: bytes | None
    case_key: bytes | None


@dataclass(frozen=True, slots=True)
class ReadSoFar:
    """`leaf`: the SHA-256 of the last leaf that was read, so that another log in this one's place is seen;
    `checkpoint`: of `size`, as the log signed it.
    """

    year: int
    size: int
    leaf: bytes
    checkpoint: str = field(repr=False)
