"""A log as it is stored: its head, its rows, and what is published of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from gateway.model.record import OutboxRow


@dataclass(frozen=True, slots=True)
class LogState:
    """The head of a log as committed: `compact` holds the hashes of its perfect subtrees, largest first; to a `closed`
    one nothing is added any more.
    """

    size: int
    epoch: int
    compact: tuple[bytes, ...]
    checkpoint: str
    closed: bool = False


@dataclass(frozen=True, slots=True)
class LogRow:
    """A record as it is stored: the leaf's bytes, the sealed body, and which keys open it."""

    index: int
    record_id: str
    request_id: str
    leaf: bytes
    body: bytes
    subject_key: bytes | None
    case_key: bytes
    outbox: OutboxRow | None
    receipt: str
    retain_until: date | None
    statement: bytes | None


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint for everybody: a note with every signature that it has. `witnessed_at`: the moment at which enough
    witnesses had seen it, None while they have not.
    """

    size: int
    checkpoint: str
    witnessed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """The word of a time-stamping authority (RFC 3161, DER) over the SHA-256 of a published checkpoint's bytes."""

    day: date
    checkpoint: str
    token: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredRow:
    """An outbox row as it comes back from storage."""

    index: int
    leaf: bytes
    receipt: str
    outbox: OutboxRow
