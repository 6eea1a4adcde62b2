"""The log in SQLite: one file a tenant and year, and the lock that keeps a second gateway away.

Rules:
- FULL: after COMMIT the rows survive a power cut (https://www.sqlite.org/pragma.html#pragma_synchronous).
- Entries, bodies, outbox, tiles and head are written in one transaction, that fails unless the head is as expected.
- Only the outbox is ever deleted from, and then nothing of it stays behind, in the WAL neither.

Trust: whoever can write these files can destroy records; the signed checkpoint shows it.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.record import LogRow, LogState, OutboxRow, StoredRow
from gateway.store.bodykeys import SqliteBodyKeys
from gateway.store.sqlite import Durability, open_database, open_reader, transaction, truncate_wal, unusable_as_fault

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
)
_PLACE = 48  # bits for a tile's index below its level
_ANSWER = """
    SELECT idx, leaf, receipt, client, idempotency_hash, body_hmac, requester, recipient, answer, expires_at
    FROM outbox JOIN entries USING (idx)
"""
_TAKEN = """
    SELECT client, idempotency_hash FROM json_each(?) AS asked CROSS JOIN outbox
    ON client = asked.value ->> 0 AND idempotency_hash = asked.value ->> 1 WHERE expires_at > ?
"""


class HeadMoved(Exception):
    """Another writer moved the head: this one must stop."""


class SqliteLogStorage:
    """`tlog.ports.LogStorage` on one file. Writing and reading have a connection each; reading is serialised."""

    def __init__(self, path: Path) -> None:
        self._writer = open_database(path, Durability.FULL, SCHEMA)
        self._reader = open_reader(path)
        self._reading = threading.Lock()

    def state(self) -> LogState | None:
        row = self._first("SELECT size, epoch, compact, checkpoint FROM head", ())
        if row is None:
            return None
        size, epoch, compact, checkpoint = row
        return LogState(size, epoch, tuple(compact[at : at + 32] for at in range(0, len(compact), 32)), checkpoint)

    def commit(
        self, before: LogState | None, after: LogState, rows: Sequence[LogRow], tiles: Mapping[tuple[int, int], bytes]
    ) -> None:
        run = self._writer
        with transaction(run):
            self._move_head(before, after)
            run.executemany(
                "INSERT INTO entries VALUES (?, ?, ?, ?)", [(r.index, r.record_id, r.request_id, r.leaf) for r in rows]
            )
            run.executemany(
                "INSERT INTO bodies VALUES (?, ?, ?, ?)", [(r.index, r.body, r.subject_key, r.case_key) for r in rows]
            )
            run.executemany(
                "INSERT OR REPLACE INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_outbox(r.index, r.outbox, r.receipt) for r in rows if r.outbox is not None],
            )
            run.executemany(
                "INSERT OR REPLACE INTO tiles VALUES (?, ?)",
                [(level << _PLACE | index, hashes) for (level, index), hashes in tiles.items()],
            )

    def _move_head(self, before: LogState | None, after: LogState) -> None:
        values = (after.size, after.epoch, b"".join(after.compact), after.checkpoint)
        if before is None:
            self._writer.execute("INSERT INTO head VALUES (1, ?, ?, ?, ?)", values)
            return
        self._writer.execute(
            "UPDATE head SET size = ?, epoch = ?, compact = ?, checkpoint = ? WHERE size = ? AND epoch = ?",
            (*values, before.size, before.epoch),
        )
        if self._writer.changes() != 1:
            raise HeadMoved(f"the head is no longer at size {before.size} of epoch {before.epoch}")

    def entries(self, start: int, count: int) -> list[bytes]:
        rows = self._all("SELECT leaf FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx", (start, start + count))
        return [leaf for (leaf,) in rows]

    def tile(self, level: int, index: int) -> bytes | None:
        row = self._first("SELECT hashes FROM tiles WHERE place = ?", (level << _PLACE | index,))
        return row and row[0]

    def body(self, index: int) -> tuple[bytes, bytes | None, bytes] | None:
        return self._first("SELECT sealed, subject_key, case_key FROM bodies WHERE idx = ?", (index,))

    def index_of(self, record_id: str) -> int | None:
        row = self._first("SELECT idx FROM entries WHERE record_id = ?", (record_id,))
        return None if row is None else row[0]

    def indexes_of_request(self, request_id: str) -> list[int]:
        rows = self._all("SELECT idx FROM entries WHERE request_id = ? ORDER BY idx", (request_id,))
        return [index for (index,) in rows]

    def taken(self, keys: Sequence[tuple[str, str]], now: datetime) -> set[tuple[str, str]]:
        rows = self._all(_TAKEN, (orjson.dumps(keys).decode(), _milliseconds(now))) if keys else ()
        return set(rows)

    def answer(self, client: str, idempotency_hash: str) -> StoredRow | None:
        return _stored(self._first(f"{_ANSWER} WHERE client = ? AND idempotency_hash = ?", (client, idempotency_hash)))

    def answer_of_request(self, request_id: str) -> StoredRow | None:
        return _stored(self._first(f"{_ANSWER} WHERE request_id = ? ORDER BY idx LIMIT 1", (request_id,)))

    def erase_answers(self, now: datetime) -> int:
        with transaction(self._writer):
            self._writer.execute("DELETE FROM outbox WHERE expires_at <= ?", (_milliseconds(now),))
            erased = self._writer.changes()
        if erased:
            truncate_wal(self._writer)
        return erased

    def close(self) -> None:
        with self._reading:
            self._reader.close()
        self._writer.close()

    def _first(self, sql: str, values: tuple[Any, ...]) -> Any:
        with self._reading:
            return self._reader.execute(sql, values).fetchone()

    def _all(self, sql: str, values: tuple[Any, ...]) -> list[Any]:
        with self._reading:
            return self._reader.execute(sql, values).fetchall()


class SqliteShelf:
    """`tlog.ports.Shelf`: `log/<tenant>-<year>.sqlite` and `bodykeys/<tenant>.sqlite` in the state folder."""

    def __init__(self, folder: Path) -> None:
        self._logs, self._keys = folder / "log", folder / "bodykeys"
        self._logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._logs / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._lock = os.fdopen(descriptor, "r+", encoding="ascii")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = self._lock.readline().strip() or "unknown"
            self._lock.close()
            raise Fault("state-in-use", log=f"process {holder} already serves {folder}") from error
        self._lock.truncate(0)
        self._lock.write(f"{os.getpid()}\n")
        self._lock.flush()

    def years(self, tenant: Tenant) -> Sequence[int]:
        names = (path.stem.removeprefix(f"{tenant}-") for path in self._logs.glob(f"{tenant}-*.sqlite"))
        return sorted(int(name) for name in names if name.isdigit())

    def storage(self, tenant: Tenant, year: int) -> SqliteLogStorage:
        path = self._logs / f"{tenant}-{year}.sqlite"
        with unusable_as_fault("log-damaged", path):
            return SqliteLogStorage(path)

    def keys(self, tenant: Tenant) -> SqliteBodyKeys:
        path = self._keys / f"{tenant}.sqlite"
        with unusable_as_fault("log-damaged", path):
            return SqliteBodyKeys(path, os.urandom)

    def close(self) -> None:
        self._lock.close()


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


def _stored(row: tuple[Any, ...] | None) -> StoredRow | None:
    if row is None:
        return None
    index, leaf, receipt, *members, expires_at = row
    return StoredRow(index, leaf, receipt, OutboxRow(*members, datetime.fromtimestamp(expires_at / 1000, UTC)))
