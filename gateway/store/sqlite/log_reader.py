"""One log's file, read: the read side of the storage, and the same beside a gateway that may be serving the file.

Rules:
- Each answer is read whole at once, so that no snapshot stands in the way of the gateway when it erases answers and
  empties its WAL. Readers of one connection take turns.
- A file that SQLite cannot read any more is told as damaged.
- Beside a gateway nothing is written and nothing is locked: the connection can only read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

import apsw
import orjson

from gateway.errors import Fault
from gateway.model.log import LogState, Published, Stamp, StoredRow
from gateway.model.record import OutboxRow
from gateway.store.sqlite.database import BUSY_TIMEOUT_MS, unusable_as_fault

HEAD = "SELECT size, epoch, compact, checkpoint, closed FROM head"
TILE = "SELECT hashes FROM tiles WHERE place = ?"
VERSION = 2
"""How many steps of the schema a file must have taken to be read."""
PLACE = 48  # bits for a tile's index below its level
_STATEMENTS = "SELECT idx, statement FROM bodies WHERE statement IS NOT NULL AND idx >= ? ORDER BY idx LIMIT ?"
_ANSWER = """
    SELECT idx, leaf, receipt, client, idempotency_hash, body_hmac, requester, recipient, answer, expires_at
    FROM outbox JOIN entries USING (idx)
"""
_TALLY = """
    SELECT CAST(leaf AS TEXT) ->> 'class', ifnull(retain_until, ''), count(*) FROM json_each(?) AS asked
    CROSS JOIN bodies ON case_key = unhex(asked.value) JOIN entries USING (idx) GROUP BY 1, 2
"""
_MISFILED = """
    SELECT idx FROM entries AS own JOIN bodies AS body USING (idx) WHERE idx >= ? AND idx < ? AND (
        record_id IS NOT CAST(leaf AS TEXT) ->> 'id' OR request_id IS NOT CAST(leaf AS TEXT) ->> 'request_id'
        OR (SELECT idx FROM entries WHERE record_id = own.record_id) IS NOT idx
        OR NOT EXISTS (SELECT 1 FROM entries AS found INDEXED BY entries_request
            WHERE found.request_id = own.request_id AND found.idx = own.idx)
        OR NOT EXISTS (SELECT 1 FROM bodies AS found INDEXED BY bodies_due
            WHERE found.case_key = body.case_key AND found.retain_until IS body.retain_until AND found.idx = own.idx))
    ORDER BY idx LIMIT 1
"""
_DAYS = """
    SELECT min(idx), case_key, ifnull(retain_until, '') FROM bodies WHERE idx >= ? AND idx < ? GROUP BY 2, 3 ORDER BY 1
"""
_BODIES = "SELECT idx, sealed, subject_key, case_key FROM bodies WHERE idx >= ? AND idx < ?"


class SqliteLogReader:
    """`tlog.at_rest.ReadableLog` of one file, and the read side of `tlog.ports.LogStorage`."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._reader = connection
        self._reading = threading.Lock()

    @classmethod
    def beside(cls, path: Path) -> Self:
        """A log's file that a gateway may have open. Raises `Fault` `log-damaged` where it cannot be read,
        `log-unavailable` where it is of an older form that the gateway brings forward when it starts.
        """
        with unusable_as_fault("log-damaged", path):
            connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
            connection.set_busy_timeout(BUSY_TIMEOUT_MS)
            connection.pragma("trusted_schema", False)
            version = connection.pragma("user_version")
        if version < VERSION:
            connection.close()
            raise Fault("log-unavailable", log=f"{path.name} is of version {version}: start the gateway once")
        return cls(connection)

    def state(self) -> LogState | None:
        return state_of(self._first(HEAD, ()))

    def entries(self, start: int, count: int) -> list[bytes]:
        rows = self._all("SELECT leaf FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx", (start, start + count))
        return [leaf for (leaf,) in rows]

    def tile(self, level: int, index: int) -> bytes | None:
        row = self._first(TILE, (level << PLACE | index,))
        return row and row[0]

    def body(self, index: int) -> tuple[bytes, bytes | None, bytes] | None:
        return self._first("SELECT sealed, subject_key, case_key FROM bodies WHERE idx = ?", (index,))

    def bodies(self, start: int, count: int) -> dict[int, tuple[bytes, bytes | None, bytes]]:
        """The sealed bodies of the records from `start`, `count` of them at most, by index."""
        rows = self._all(_BODIES, (start, start + count))
        return {index: (sealed, subject, case) for index, sealed, subject, case in rows}

    def statements(self, start: int, count: int) -> list[tuple[int, bytes]]:
        return self._all(_STATEMENTS, (start, count))

    def tally(self, case_keys: Sequence[bytes]) -> dict[tuple[str, str], int]:
        """How many records these keys open with their subject's, by class and day (ISO 8601, or empty)."""
        rows = self._all(_TALLY, (orjson.dumps([key.hex() for key in case_keys]).decode(),))
        return {(kind, until): number for kind, until, number in rows}

    def misfiled(self, start: int, count: int) -> int | None:
        row = self._first(_MISFILED, (start, start + count))
        return None if row is None else row[0]

    def days(self, start: int, count: int) -> list[tuple[int, bytes, str]]:
        return self._all(_DAYS, (start, start + count))

    def index_of(self, record_id: str) -> int | None:
        row = self._first("SELECT idx FROM entries WHERE record_id = ?", (record_id,))
        return None if row is None else row[0]

    def indexes_of_request(self, request_id: str) -> list[int]:
        rows = self._all("SELECT idx FROM entries WHERE request_id = ? ORDER BY idx", (request_id,))
        return [index for (index,) in rows]

    def answer(self, client: str, idempotency_hash: str) -> StoredRow | None:
        return _stored(self._first(f"{_ANSWER} WHERE client = ? AND idempotency_hash = ?", (client, idempotency_hash)))

    def answer_of_request(self, request_id: str) -> StoredRow | None:
        return _stored(self._first(f"{_ANSWER} WHERE request_id = ? ORDER BY idx LIMIT 1", (request_id,)))

    def published(self) -> Published | None:
        row = self._first("SELECT size, checkpoint, witnessed_at FROM published", ())
        return row and Published(row[0], row[1], None if row[2] is None else _moment(row[2]))

    def stamps(self) -> list[Stamp]:
        rows = self._all("SELECT day, checkpoint, token FROM stamps ORDER BY day", ())
        return [Stamp(date.fromisoformat(day), checkpoint, token) for day, checkpoint, token in rows]

    def close(self) -> None:
        with self._reading:
            self._reader.close()

    def _first(self, sql: str, values: tuple[Any, ...]) -> Any:
        with self._reading, _damage_as_fault():
            return self._reader.execute(sql, values).fetchone()

    def _all(self, sql: str, values: tuple[Any, ...]) -> list[Any]:
        with self._reading, _damage_as_fault():
            return self._reader.execute(sql, values).fetchall()


@contextmanager
def _damage_as_fault() -> Iterator[None]:
    """Turn what SQLite says of a file that is no database any more into a `Fault`."""
    try:
        yield
    except (apsw.CorruptError, apsw.NotADBError, UnicodeDecodeError) as error:
        raise Fault("log-damaged", retry_after=3600, log=f"{type(error).__name__}: {error}") from error


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _stored(row: tuple[Any, ...] | None) -> StoredRow | None:
    if row is None:
        return None
    index, leaf, receipt, *members, expires_at = row
    return StoredRow(index, leaf, receipt, OutboxRow(*members, _moment(expires_at)))


def state_of(row: tuple[Any, ...] | None) -> LogState | None:
    if row is None:
        return None
    size, epoch, compact, checkpoint, closed = row
    return LogState(
        size, epoch, tuple(compact[at : at + 32] for at in range(0, len(compact), 32)), checkpoint, bool(closed)
    )
