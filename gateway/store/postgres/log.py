"""The logs in PostgreSQL, which any number of processes write.

Rules:
- The row in `logs` is the fence: it is locked first, so the head that a writer reads is the one that it moves.
- Entries, bodies, outbox, tiles and head are one transaction; many rows go in by COPY.
- A writer that lost its connection knows nothing any more: it stops, and the log is opened anew. A reader asks again
  once.
- Expired answers are deleted; PostgreSQL overwrites them when it vacuums.

Trust: whoever owns these tables can destroy records; the signed checkpoint and the witnesses show it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import psycopg

from gateway.model.log import LogRow, LogState, Published, Stamp
from gateway.model.record import OutboxRow
from gateway.store.postgres.database import Database
from gateway.store.postgres.log_reader import HEAD, TILE, PostgresLogReader, as_log, state_of
from gateway.store.postgres.session import Session

COPY_FROM = 16
"""Rows from which COPY costs less than as many inserts in one message."""


@dataclass(frozen=True, slots=True)
class _Table:
    """What rows go into: a table with its columns, and their types."""

    columns: str
    types: tuple[str, ...]


_ENTRIES = _Table("entries (log, idx, record_id, request_id, leaf)", ("int4", "int8", "text", "text", "bytea"))
_BODIES = _Table(
    "bodies (log, idx, sealed, subject_key, case_key, retain_until, statement)",
    ("int4", "int8", "bytea", "bytea", "bytea", "date", "bytea"),
)
R = TypeVar("R")
_FIND = "SELECT id FROM logs WHERE stream = %s AND year = %s"
_MAKE = "INSERT INTO logs (stream, year) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_MOVE = "UPDATE logs SET size = %s, epoch = %s, compact = %s, checkpoint = %s, closed = %s WHERE id = %s"
_TILES = """
    INSERT INTO tiles VALUES (%s, %s, %s, %s) ON CONFLICT (log, level, idx) DO UPDATE SET hashes = excluded.hashes
"""
_OUTBOX = """
    INSERT INTO outbox VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (log, client, idempotency_hash) DO UPDATE SET idx = excluded.idx, body_hmac = excluded.body_hmac,
    requester = excluded.requester, recipient = excluded.recipient, answer = excluded.answer,
    receipt = excluded.receipt, expires_at = excluded.expires_at
"""
_TAKEN = """
    SELECT outbox.client, outbox.idempotency_hash FROM unnest(%s::text[], %s::text[]) AS asked (client, hash)
    JOIN outbox ON log = %s AND outbox.client = asked.client AND idempotency_hash = asked.hash WHERE expires_at > %s
"""
_PUBLISH = """
    INSERT INTO published VALUES (%s, %s, %s, %s) ON CONFLICT (log) DO UPDATE
    SET size = excluded.size, checkpoint = excluded.checkpoint, witnessed_at = excluded.witnessed_at
    WHERE excluded.size >= published.size
"""
_STAMP = """
    INSERT INTO stamps VALUES (%s, %s, %s, %s)
    ON CONFLICT (log, day) DO UPDATE SET checkpoint = excluded.checkpoint, token = excluded.token
"""
_ERASE_ANSWERS_TO = """
    DELETE FROM outbox USING bodies WHERE outbox.log = %s AND bodies.log = outbox.log AND bodies.idx = outbox.idx
    AND (bodies.case_key = ANY(%s) OR bodies.subject_key = ANY(%s))
"""


class PostgresLogTransaction:
    """`tlog.ports.LogTransaction`: the lock on the log's row keeps every other writer out."""

    def __init__(self, cursor: psycopg.Cursor[Any], log: int) -> None:
        self._run, self._log = cursor, log
        self.head = state_of(cursor.execute(f"{HEAD} FOR UPDATE", (log,)).fetchone())

    def taken(self, keys: Sequence[tuple[str, str]], now: datetime) -> set[tuple[str, str]]:
        if not keys:
            return set()
        clients, hashes = zip(*keys, strict=True)
        return set(self._run.execute(_TAKEN, (list(clients), list(hashes), self._log, now)))

    def tile(self, level: int, index: int) -> bytes | None:
        row = self._run.execute(TILE, (self._log, level, index)).fetchone()
        return row and row[0]

    def write(self, after: LogState, rows: Sequence[LogRow], tiles: Mapping[tuple[int, int], bytes]) -> None:
        log, run = self._log, self._run
        entries = [(log, r.index, r.record_id, r.request_id, r.leaf) for r in rows]
        bodies = [(log, r.index, r.body, r.subject_key, r.case_key, r.retain_until, r.statement) for r in rows]
        kept = [(log, r.index, *_outbox(r.outbox, r.receipt)) for r in rows if r.outbox is not None]
        changed = [(log, *place, hashes) for place, hashes in tiles.items()]
        if len(rows) >= COPY_FROM:
            self._copy(_ENTRIES, entries)
            self._copy(_BODIES, bodies)
            entries = bodies = []
        with run.connection.pipeline():
            for table, values in ((_ENTRIES, entries), (_BODIES, bodies)):
                if values:
                    run.executemany(
                        f"INSERT INTO {table.columns} VALUES ({', '.join(['%s'] * len(table.types))})", values
                    )
            for sql, values in ((_OUTBOX, kept), (_TILES, changed)):
                if values:
                    run.executemany(sql, values)
            run.execute(_MOVE, (after.size, after.epoch, b"".join(after.compact), after.checkpoint, after.closed, log))

    def _copy(self, table: _Table, rows: Sequence[tuple[Any, ...]]) -> None:
        with self._run.copy(f"COPY {table.columns} FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(table.types)
            for row in rows:
                copy.write_row(row)


class PostgresLogStorage(PostgresLogReader):
    """`tlog.ports.LogStorage` on one log of a database. Writing and reading have a session each."""

    def __init__(self, database: Database, stream: str, year: int) -> None:
        """Raises `Fault` log-unavailable where the database cannot be used."""
        with as_log():
            self._writer = database.connect()
            try:
                super().__init__(Session(database), _identify(self._writer, stream, year))
            except BaseException:
                self._writer.close()
                raise

    def transact(self, change: Callable[[PostgresLogTransaction], R]) -> R:
        with as_log(), self._writer.transaction(), self._writer.cursor(binary=True) as cursor:
            return change(PostgresLogTransaction(cursor, self._log))

    def check(self) -> None:
        with as_log():
            self._writer.execute("SELECT 1")

    def erase_answers(self, now: datetime) -> int:
        with as_log():
            return self._writer.execute(
                "DELETE FROM outbox WHERE log = %s AND expires_at <= %s", (self._log, now)
            ).rowcount

    def erase_answers_to(self, keys: Sequence[bytes]) -> bool:
        with as_log():
            self._writer.execute(_ERASE_ANSWERS_TO, (self._log, list(keys), list(keys)))
        return True

    def publish(self, published: Published) -> None:
        with as_log():
            self._writer.execute(_PUBLISH, (self._log, published.size, published.checkpoint, published.witnessed_at))

    def stamp(self, stamp: Stamp) -> None:
        with as_log():
            self._writer.execute(_STAMP, (self._log, stamp.day, stamp.checkpoint, stamp.token))

    def close(self) -> None:
        self._reader.close()
        self._writer.close()


def _identify(connection: psycopg.Connection, stream: str, year: int) -> int:
    found = connection.execute(_FIND, (stream, year)).fetchone()
    if found is None:
        connection.execute(_MAKE, (stream, year))
        found = connection.execute(_FIND, (stream, year)).fetchone()
    assert found is not None
    return found[0]


def _outbox(row: OutboxRow, receipt: str) -> tuple[Any, ...]:
    members = (row.client, row.idempotency_hash, row.body_hmac, row.requester, row.recipient, row.answer)
    return (*members, receipt, row.expires_at)
