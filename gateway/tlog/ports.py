"""What the log needs from the outside, in the words of the model.

Trust: whoever can write what lies behind `LogStorage` can destroy records, and could make us sign a fork if the head
were changed with them: opening compares the head with the tree and with our own signature. Whoever can read both
`BodyKeys` and `LogStorage` can read every body.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from gateway.model.erasure import Erasure
from gateway.model.log import LogRow, LogState, Published, Stamp, StoredRow
from gateway.tlog.at_rest import Body, LogsAtRest, ReadableKeys, ReadableLog

R = TypeVar("R")
Owner = tuple[str, str, str]
"""Whose key: a kind (`subject`, `case`, `request`), a name within it, and the day until which what it opens is kept
(ISO 8601), empty where none was set.
"""


class Identifiers(Protocol):
    def new(self) -> str:
        """A fresh UUIDv7 (RFC 9562)."""


class Randomness(Protocol):
    def __call__(self, size: int, /) -> bytes:
        """That many bytes that nobody can predict."""


class LogTransaction(Protocol):
    """One write transaction on a log. Nobody else moves the head while it lasts."""

    @property
    def head(self) -> LogState | None:
        """The committed head as it is now, None in a new log."""

    def taken(self, keys: Sequence[tuple[str, str]], now: datetime) -> set[tuple[str, str]]:
        """Which of these keys (client, idempotency hash) have an outbox row that has not expired by `now`."""

    def tile(self, level: int, index: int) -> bytes | None:
        """The hashes of a tile as wide as they are now."""

    def write(self, after: LogState, rows: Sequence[LogRow], tiles: Mapping[tuple[int, int], bytes]) -> None:
        """Move the head from `head` to `after`, with the rows in between. `tiles`: (level, index) → hashes, whole or
        partial, replacing a narrower one.
        """


class LogStorage(ReadableLog, Protocol):
    """One log's rows. What writes is called by one thread; all else by any thread, at any time."""

    def transact(self, change: Callable[[LogTransaction], R]) -> R:
        """Call `change` in one write transaction; what it wrote is durable on return.

        Raises `OSError(ENOSPC)` on a full disk. After any exception nothing may be assumed: neither that it was written
        nor that it was not.
        """

    def body(self, index: int) -> Body | None: ...

    def answer(self, client: str, idempotency_hash: str) -> StoredRow | None:
        """The outbox row under this key, expired or not."""

    def answer_of_request(self, request_id: str) -> StoredRow | None: ...

    def check(self) -> None:
        """Whether what is written would be: raises where the way to it was lost. Writes nothing."""

    def erase_answers(self, now: datetime) -> int:
        """Erase the outbox rows that expired by `now`, leaving no trace in any file; how many there were. Writes."""

    def erase_answers_to(self, keys: Sequence[bytes]) -> bool:
        """Erase the outbox rows of records whose bodies these keys open; False where somebody who reads kept a trace
        from going: then ask again. Writes.
        """

    def publish(self, published: Published) -> None:
        """Keep it, unless one of a larger size is kept already. Writes."""

    def stamp(self, stamp: Stamp) -> None:
        """Keep it; a second one of a day takes the place of the first. Writes."""


class BodyKeys(ReadableKeys, Protocol):
    """The keys that open bodies, apart from the log. All may be called by any thread."""

    def obtain(self, owners: Sequence[Owner]) -> Mapping[Owner, tuple[bytes, bytes]]:
        """Owner → id and key (32 bytes), making those that are missing; all are durable on return."""

    def held(self, key_ids: Sequence[bytes]) -> bool:
        """Whether each of these keys still belongs to its owner: none was retired or destroyed."""

    def retire(self, erasure: Erasure) -> Erasure | None:
        """Take its keys away from their owners and keep the intention, durably: `obtain` never gives one of them again.
        What comes back has the keys that were not retired before, None where all were.
        """

    def unfinished(self) -> list[Erasure]:
        """What was retired and not finished, oldest first."""

    def destroy(self, keys: Sequence[bytes]) -> bool:
        """Overwrite them, durably; False where somebody who reads kept a trace from going: then ask again. Those that
        are gone already do no harm.
        """

    def finish(self, erasure_id: str, tombstone: str) -> None:
        """The keys are gone; `tombstone`: the id of the record that says so."""

    def tombstone_of(self, erasure_id: str) -> str | None:
        """The id of that record, None while the erasure is unfinished or unknown."""

    def check(self) -> None:
        """Raises where nothing can be written; what can be opened anew is."""

    def compact(self) -> None:
        """Let go of what indexes may remember of the owners of keys that are gone. It may hold up `obtain`, by about a
        second for some hundred thousand keys.
        """


class Shelf(LogsAtRest, Protocol):
    """Where the logs stand, to be written."""

    @property
    def shared(self) -> bool:
        """Whether several processes may write at once. If not, who opens a log takes a new epoch, and whoever wrote
        before can no longer commit.
        """

    def storage(self, stream: str, year: int) -> LogStorage: ...

    def keys(self, stream: str) -> BodyKeys: ...
