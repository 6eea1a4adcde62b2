"""The logs where they stand, to be read: by whoever serves them, and beside whoever does.

Rule: what reads by these ports alone writes nothing and locks nothing, so that it never stands in a gateway's way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from gateway.model.log import LogState, Published, Stamp

PAGE = 4096
Body = tuple[bytes, bytes | None, bytes]
"""A sealed body, the id of its subject's key (None where it has none), the id of its case's key."""
Keys = tuple[bytes | None, bytes]
"""The keys that open a body: its subject's, None where it has none, and its case's."""


class ReadableLog(Protocol):
    """The read side of one log. All may be called by any thread, at any time. Every method may raise `Fault`."""

    def state(self) -> LogState | None:
        """The committed head, None in a new log."""

    def entries(self, start: int, count: int) -> list[bytes]:
        """The leaves from `start`, at most `count`."""

    def tile(self, level: int, index: int) -> bytes | None:
        """The hashes of a tile as wide as they are now."""

    def bodies(self, start: int, count: int) -> dict[int, Body]:
        """The sealed bodies among the records from `start`, at most `count` further, by index."""

    def statements(self, start: int, count: int) -> list[tuple[int, bytes]]:
        """Of the records from `start`, at most `count` that have a statement: index and statement."""

    def tally(self, case_keys: Sequence[bytes]) -> Mapping[tuple[str, str], int]:
        """How many records these keys open with their subject's, by class and day (ISO 8601, or empty)."""

    def misfiled(self, start: int, count: int) -> int | None:
        """Of the records from `start`, at most `count` further, the first beside which other ids stand than in its
        leaf, or that is not found by what stands beside it.
        """

    def days(self, start: int, count: int) -> Sequence[tuple[int, bytes, str]]:
        """Under which cases' keys, and until which day (ISO 8601, or empty), the bodies of the records from `start` are
        kept, at most `count` further: the first record, the key's id, the day.
        """

    def index_of(self, record_id: str) -> int | None: ...

    def indexes_of_request(self, request_id: str) -> list[int]: ...

    def published(self) -> Published | None:
        """The newest published checkpoint."""

    def stamps(self) -> list[Stamp]:
        """All stamps, oldest first."""

    def close(self) -> None: ...


class ReadableKeys(Protocol):
    """The keys that open a stream's bodies. All may be called by any thread."""

    def find(self, key_id: bytes) -> bytes | None:
        """A key, retired or not; None when it was destroyed."""

    def owned(self, kind: str, name: str) -> list[bytes]:
        """The ids of the keys that somebody has, of every day."""

    def days(self, key_ids: Sequence[bytes]) -> Mapping[bytes, str]:
        """Until which day (ISO 8601, or empty) what these keys seal is kept, by id; of none that was destroyed."""

    def due(self, day: date, limit: int) -> list[bytes]:
        """The ids of at most `limit` keys whose day is `day` or earlier, the earliest first."""

    def close(self) -> None: ...


class LogsAtRest(Protocol):
    """Where the logs stand, a stream's by year. A stream is a tenant's disclosures (`zvh`) or who looked at them
    (`audit-zvh`).
    """

    def years(self, stream: str) -> Sequence[int]:
        """The years of which a log exists, in their order."""

    def storage(self, stream: str, year: int) -> ReadableLog: ...

    def keys(self, stream: str) -> ReadableKeys: ...

    def close(self) -> None: ...


def all_statements(log: ReadableLog) -> Iterator[tuple[int, bytes]]:
    """Index and text of each, in the log's order."""
    start = 0
    while rows := log.statements(start, PAGE):
        yield from rows
        start = rows[-1][0] + 1


def keys_of(keys: ReadableKeys, subject_id: bytes | None, case_id: bytes) -> Keys | None:
    """The keys of these ids, None where one of them was destroyed."""
    subject, case = None if subject_id is None else keys.find(subject_id), keys.find(case_id)
    return None if case is None or (subject is None and subject_id is not None) else (subject, case)
