"""The log in SQLite: one file a stream and year.

Rules:
- FULL: after COMMIT the rows survive a power cut (https://www.sqlite.org/pragma.html#pragma_synchronous).
- Entries, bodies, outbox, tiles and head are written in one transaction, that fails unless the head is as expected.
- Only the outbox is ever deleted from, and then nothing of it stays behind, in the WAL neither.

Trust: whoever can write these files can destroy records; the signed checkpoint shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import apsw
import orjson

from gateway.model.log import LogRow, LogState, Published, Stamp
from gateway.model.record import OutboxRow
from gateway.store.sqlite.database import (
    Durability,
    forget,
    open_database,
    open_reader,
    transaction,
    truncate_wal,
)
from gateway.store.sqlite.log_reader import HEAD, PLACE, TILE, SqliteLogReader, state_of

SCHEMA = (
    """
    CREATE TABLE head (
        one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, epoch INTEGER NOT NULL,
        compact BLOB NOT NULL, checkpoint TEXT NOT NULL) STRICT;
    CREATE TABLE entries (
        idx INTEGER PRIMARY KEY, record_id TEXT NOT NULL UNIQUE, request_id TEXT NOT NULL, leaf BLOB NOT NULL) STRICT;
    CREATE INDEX entries_request ON entries (request_id);
    CREATE TABLE bodies (
        idx INTEGER PRIMARY KEY, sealed BLOB NOT NULL, subject_key BLOB, case_key BLOB NOT NULL) STRICT;
    CREATE TABLE tiles (place INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
    CREATE TABLE outbox (
        idx INTEGER PRIMARY KEY, client TEXT NOT NULL, idempotency_hash TEXT NOT NULL, body_hmac TEXT NOT NULL,
        requester TEXT NOT NULL, recipient TEXT NOT NULL, answer BLOB NOT NULL, receipt TEXT NOT NULL,
        expires_at INTEGER NOT NULL, UNIQUE (client, idempotency_hash)) STRICT;
    CREATE INDEX outbox_expires ON outbox (expires_at);
    """,
    """
    ALTER TABLE head ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE bodies ADD COLUMN retain_until TEXT;
    ALTER TABLE bodies ADD COLUMN statement BLOB;
    CREATE INDEX bodies_due ON bodies (case_key, retain_until);
    CREATE INDEX bodies_stated ON bodies (idx) WHERE statement IS NOT NULL;
    CREATE TABLE published (
        one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, checkpoint TEXT NOT NULL,
        witnessed_at INTEGER) STRICT;
    CREATE TABLE stamps (day TEXT PRIMARY KEY, checkpoint TEXT NOT NULL, token BLOB NOT NULL) STRICT;
    """,
)
R = TypeVar("R")
_ERASE_ANSWERS_TO = """
    WITH gone AS MATERIALIZED (SELECT unhex(value) AS id FROM json_each(?))
    DELETE FROM outbox WHERE idx IN (
        SELECT idx FROM outbox JOIN bodies USING (idx) WHERE case_key IN gone OR subject_key IN gone)
"""
_TAKEN = """
    SELECT client, idempotency_hash FROM json_each(?) AS asked CROSS JOIN outbox
    ON client = asked.value ->> 0 AND idempotency_hash = asked.value ->> 1 WHERE expires_at > ?
"""
_MOVE = """
    UPDATE head SET size = ?, epoch = ?, compact = ?, checkpoint = ?, closed = ? WHERE size = ? AND epoch = ?
"""
_PUBLISH = """
    INSERT INTO published VALUES (1, ?, ?, ?) ON CONFLICT DO UPDATE
    SET size = excluded.size, checkpoint = excluded.checkpoint, witnessed_at = excluded.witnessed_at
    WHERE excluded.size >= published.size
"""


class HeadMoved(Exception):
    """Another writer moved the head inside this one's transaction, which cannot be."""


class SqliteLogTransaction:
    """`tlog.ports.LogTransaction`: BEGIN IMMEDIATE keeps every other writer out."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._run = connection
        self.head = state_of(connection.execute(HEAD).fetchone())

    def taken(self, keys: Sequence[tuple[str, str]], now: datetime) -> set[tuple[str, str]]:
        return set(self._run.execute(_TAKEN, (orjson.dumps(keys).decode(), _milliseconds(now)))) if keys else set()

    def tile(self, level: int, index: int) -> bytes | None:
        return self._run.execute(TILE, (level << PLACE | index,)).get

    def write(self, after: LogState, rows: Sequence[LogRow], tiles: Mapping[tuple[int, int], bytes]) -> None:
        self._move_head(after)
        many = self._run.executemany
        many("INSERT INTO entries VALUES (?, ?, ?, ?)", [(r.index, r.record_id, r.request_id, r.leaf) for r in rows])
        many(
            "INSERT INTO bodies VALUES (?, ?, ?, ?, ?, ?)",
            [
                (r.index, r.body, r.subject_key, r.case_key, r.retain_until and r.retain_until.isoformat(), r.statement)
                for r in rows
            ],
        )
        many(
            "INSERT OR REPLACE INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_outbox(r.index, r.outbox, r.receipt) for r in rows if r.outbox is not None],
        )
        many(
            "INSERT OR REPLACE INTO tiles VALUES (?, ?)",
            [(level << PLACE | index, hashes) for (level, index), hashes in tiles.items()],
        )

    def _move_head(self, after: LogState) -> None:
        values = (after.size, after.epoch, b"".join(after.compact), after.checkpoint, after.closed)
        if self.head is None:
            self._run.execute("INSERT INTO head VALUES (1, ?, ?, ?, ?, ?)", values)
            return
        self._run.execute(_MOVE, (*values, self.head.size, self.head.epoch))
        if self._run.changes() != 1:
            raise HeadMoved(f"the head is no longer at size {self.head.size} of epoch {self.head.epoch}")


class SqliteLogStorage(SqliteLogReader):
    """`tlog.ports.LogStorage` on one file. Writing and reading have a connection each."""

    def __init__(self, path: Path) -> None:
        self._writer = open_database(path, Durability.FULL, SCHEMA)
        super().__init__(open_reader(path))

    def transact(self, change: Callable[[SqliteLogTransaction], R]) -> R:
        with transaction(self._writer):
            return change(SqliteLogTransaction(self._writer))

    def check(self) -> None:
        """A file that is open is not lost as a session can be."""

    def erase_answers(self, now: datetime) -> int:
        with transaction(self._writer):
            self._writer.execute("DELETE FROM outbox WHERE expires_at <= ?", (_milliseconds(now),))
            erased = self._writer.changes()
        if erased:
            truncate_wal(self._writer)
        return erased

    def erase_answers_to(self, keys: Sequence[bytes]) -> bool:
        with transaction(self._writer):
            self._writer.execute(_ERASE_ANSWERS_TO, (orjson.dumps([key.hex() for key in keys]).decode(),))
        return forget(self._writer)

    def publish(self, published: Published) -> None:
        witnessed = published.witnessed_at and _milliseconds(published.witnessed_at)
        with transaction(self._writer):
            self._writer.execute(_PUBLISH, (published.size, published.checkpoint, witnessed))

    def stamp(self, stamp: Stamp) -> None:
        with transaction(self._writer):
            self._writer.execute(
                "INSERT OR REPLACE INTO stamps VALUES (?, ?, ?)", (stamp.day.isoformat(), stamp.checkpoint, stamp.token)
            )

    def close(self) -> None:
        super().close()
        self._writer.close()


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _outbox(index: int, row: OutboxRow, receipt: str) -> tuple[Any, ...]:
    return (
        index,
        row.client,
        row.idempotency_hash,
        row.body_hmac,
        row.requester,
        row.recipient,
        row.answer,
        receipt,
        _milliseconds(row.expires_at),
    )
