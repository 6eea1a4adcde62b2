"""The file in which the review's index keeps what it read of a tenant's logs. Derived: it can be thrown away.

Rules:
- Rows are only added at the end, and one that is erased is overwritten where it stands, by zeros of its length: no copy
  stays in a page that a tree split or moved (see `store.sqlite.bodykeys`). Trees that do move hold ids alone.
- A key that was destroyed is remembered, so that whatever it opens comes in as zeros, whenever it comes.
- Rows, how far was read, and what was erased go in together.
- `synchronous=NORMAL`: what a power cut takes is read again.

Trust: whoever can read this file can read of each request who asked what of whom in which case.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import apsw
import orjson

from gateway.model.indexed import IndexedRow, Readable, ReadSoFar
from gateway.store.sqlite.database import Durability, forget, open_database, told, transaction, truncate_wal

UNAVAILABLE = "desk-state-unavailable"
SCHEMA = (
    """
    CREATE TABLE lines (
        slot INTEGER PRIMARY KEY, place INTEGER NOT NULL, record BLOB NOT NULL, request BLOB NOT NULL,
        at INTEGER NOT NULL, kind TEXT NOT NULL, simulation INTEGER NOT NULL, revision TEXT NOT NULL,
        readable INTEGER NOT NULL, content BLOB NOT NULL, subject_key BLOB, case_key BLOB) STRICT;
    CREATE UNIQUE INDEX lines_place ON lines (place);
    CREATE INDEX lines_record ON lines (record);
    CREATE INDEX lines_request ON lines (request);
    CREATE INDEX lines_subject_key ON lines (subject_key) WHERE subject_key IS NOT NULL;
    CREATE INDEX lines_case_key ON lines (case_key) WHERE case_key IS NOT NULL;
    CREATE TABLE progress (
        year INTEGER PRIMARY KEY, size INTEGER NOT NULL, leaf BLOB NOT NULL, checkpoint TEXT NOT NULL) STRICT;
    CREATE TABLE gone (key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
    """,
)
_COLUMNS = "place, record, request, at, kind, simulation, revision, readable, content, subject_key, case_key"
_INSERT = f"INSERT INTO lines ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ALL = f"SELECT {_COLUMNS} FROM lines ORDER BY slot"
_AT = f"SELECT {_COLUMNS} FROM json_each(?) AS asked CROSS JOIN lines ON place = asked.value"
_OF_REQUESTS = "SELECT place FROM json_each(?) AS asked CROSS JOIN lines ON request = unhex(asked.value)"
_OPENED_BY = "SELECT slot, place FROM lines WHERE (subject_key = ?1 OR case_key = ?1) AND readable <> ?2"
_ERASE = "UPDATE lines SET readable = ?, content = zeroblob(length(content)) WHERE slot = ?"
_PROGRESS = "INSERT OR REPLACE INTO progress (year, size, leaf, checkpoint) VALUES (?, ?, ?, ?)"


class SqliteIndexFile:
    """`review.index_file.IndexFile` on a file of its own. All may be called by any thread. Raises `Fault`
    desk-state-unavailable and disk-full.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        with told(UNAVAILABLE):
            self._connection = open_database(path, Durability.NORMAL, SCHEMA)
            truncate_wal(self._connection)

    def rows(self) -> Iterator[IndexedRow]:
        with self._used() as connection:
            yield from map(_row, connection.execute(_ALL))

    def progress(self) -> list[ReadSoFar]:
        with self._used() as connection:
            return [ReadSoFar(*row) for row in connection.execute("SELECT * FROM progress ORDER BY year")]

    def add(
        self, rows: Sequence[IndexedRow], progress: ReadSoFar, erased: Collection[bytes]
    ) -> tuple[list[IndexedRow], list[int]]:
        with self._used() as connection, transaction(connection):
            connection.executemany("INSERT OR IGNORE INTO gone (key) VALUES (?)", [(key,) for key in erased])
            gone = self._gone({key for row in rows for key in (row.subject_key, row.case_key) if key is not None})
            kept = [_kept(row, gone) for row in rows]
            connection.executemany(_INSERT, map(_values, kept))
            found = dict(pair for key in erased for pair in connection.execute(_OPENED_BY, (key, Readable.ERASED)))
            connection.executemany(_ERASE, [(Readable.ERASED, slot) for slot in found])
            values = (progress.year, progress.size, progress.leaf, progress.checkpoint)
            connection.execute(_PROGRESS, values)
        return kept, list(found.values())

    def forget(self) -> bool:
        with self._used() as connection:
            return forget(connection)

    def at(self, places: Sequence[int]) -> dict[int, IndexedRow]:
        with self._used() as connection:
            return {row[0]: _row(row) for row in connection.execute(_AT, (orjson.dumps(list(places)).decode(),))}

    def place_of_record(self, record: str) -> int | None:
        with self._used() as connection:
            return connection.execute("SELECT place FROM lines WHERE record = ?", (UUID(record).bytes,)).get

    def places_of_requests(self, requests: Collection[str]) -> list[int]:
        asked = orjson.dumps([request.replace("-", "") for request in requests]).decode()
        with self._used() as connection:
            return [place for (place,) in connection.execute(_OF_REQUESTS, (asked,))]

    def clear(self) -> None:
        with self._used() as connection:
            with transaction(connection):
                for table in ("lines", "progress", "gone"):
                    connection.execute(f"DELETE FROM {table}")
            truncate_wal(connection)

    def close(self) -> None:
        with self._used() as connection:
            truncate_wal(connection)
            connection.close()

    def _gone(self, keys: Collection[bytes]) -> set[bytes]:
        asked = orjson.dumps([key.hex() for key in keys]).decode()
        known = "SELECT gone.key FROM json_each(?) AS asked CROSS JOIN gone ON gone.key = unhex(asked.value)"
        return {key for (key,) in self._connection.execute(known, (asked,))}

    @contextmanager
    def _used(self) -> Iterator[apsw.Connection]:
        with self._lock, told(UNAVAILABLE):
            yield self._connection


def _kept(row: IndexedRow, gone: set[bytes]) -> IndexedRow:
    if row.subject_key in gone or row.case_key in gone:
        return row._replace(readable=Readable.ERASED, content=b"")
    return row


def _values(row: IndexedRow) -> tuple[Any, ...]:
    return (
        row.place,
        UUID(row.record).bytes,
        UUID(row.request).bytes,
        row.at,
        row.kind,
        int(row.simulation),
        row.revision,
        int(row.readable),
        *row[8:],
    )


def _row(row: Any) -> IndexedRow:
    place, record, request, at, kind, simulation, *rest = row
    return IndexedRow(place, _uuid(record), _uuid(request), at, kind, bool(simulation), *rest)


def _uuid(data: bytes) -> str:
    text = data.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
