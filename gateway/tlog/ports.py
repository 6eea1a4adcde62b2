"""What the log needs from the outside, in the words of the model.

Trust: whoever can write what lies behind `LogStorage` can destroy records, and could make us sign a fork if the head
were changed with them: opening compares the head with the tree and with our own signature. Whoever can read both
`BodyKeys` and `LogStorage` can read every body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from gateway.model.codes import Tenant
from gateway.model.record import LogRow, LogState, StoredRow

Owner = tuple[str, str]
"""Whose key: a kind (`subject`, `case`, `request`) and a name within it."""


class Identifiers(Protocol):
    def new(self) -> str:
        """A fresh UUIDv7 (RFC 9562)."""


class Randomness(Protocol):
    def __call__(self, size: int, /) -> bytes:
        """That many bytes that nobody can predict."""


class LogStorage(Protocol):
    """One log's rows. `commit` and `erase_answers` are called by one thread; all else by any thread, at any time."""

    def state(self) -> LogState | None:
        """The committed head, None in a new log."""

    def commit(
        self, before: LogState | None, after: LogState, rows: Sequence[LogRow], tiles: Mapping[tuple[int, int], bytes]
    ) -> None:
        """Write everything in one transaction, durable on return, only if the head is still `before`.

        `tiles`: (level, index) → hashes, whole or partial, replacing a narrower one. Raises `OSError(ENOSPC)` on a full
        disk. After any exception nothing may be assumed: neither that it was written nor that it was not.
        """

    def entries(self, start: int, count: int) -> list[bytes]:
        """The leaves from `start`, at most `count`."""

    def tile(self, level: int, index: int) -> bytes | None:
        """The hashes of a tile as wide as they are now."""

    def body(self, index: int) -> tuple[bytes, bytes | None, bytes] | None:
        """A sealed body, the id of its subject's key, the id of its case's key."""

    def index_of(self, record_id: str) -> int | None: ...

    def indexes_of_request(self, request_id: str) -> list[int]: ...

    def taken(self, keys: Sequence[tuple[str, str]], now: datetime) -> set[tuple[str, str]]:
        """Which of these keys (client, idempotency hash) have an outbox row that has not expired by `now`."""

    def answer(self, client: str, idempotency_hash: str) -> StoredRow | None:
        """The outbox row under this key, expired or not."""

    def answer_of_request(self, request_id: str) -> StoredRow | None: ...

    def erase_answers(self, now: datetime) -> int:
        """Erase the outbox rows that expired by `now`, leaving no trace in any file; how many there were."""

    def close(self) -> None: ...


class BodyKeys(Protocol):
    """The keys that open bodies, apart from the log. `obtain` is called by one thread, `find` by any."""

    def obtain(self, owners: Sequence[Owner]) -> Mapping[Owner, tuple[bytes, bytes]]:
        """Owner → id and key (32 bytes), making those that are missing; all are durable on return."""

    def find(self, key_id: bytes) -> bytes | None:
        """A key, None when it was destroyed."""

    def close(self) -> None: ...


class Shelf(Protocol):
    """Where the logs stand. Whoever holds one is the only writer: a second one is refused, and told why."""

    def years(self, tenant: Tenant) -> Sequence[int]:
        """The years of which a log exists."""

    def storage(self, tenant: Tenant, year: int) -> LogStorage: ...

    def keys(self, tenant: Tenant) -> BodyKeys: ...

    def close(self) -> None: ...
