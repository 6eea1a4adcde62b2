"""One log of a database, read: the read side of `tlog.ports.LogStorage`.

Rule: an error tells the trouble as the log's port tells it, and quotes nothing of what PostgreSQL said.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from gateway.errors import Fault
from gateway.model.log import LogState, Published, Stamp, StoredRow
from gateway.model.record import OutboxRow
from gateway.store.postgres.database import Trouble, fault_of, trouble_of
from gateway.store.postgres.session import Session

HEAD = "SELECT size, epoch, compact, checkpoint, closed FROM logs WHERE id = %s"
TILE = "SELECT hashes FROM tiles WHERE log = %s AND level = %s AND idx = %s"
_ANSWER = """
    SELECT idx, leaf, receipt, client, idempotency_hash, body_hmac, requester, recipient, answer, expires_at
    FROM outbox JOIN entries USING (log, idx) WHERE log = %s
"""
_STATEMENTS = """
    SELECT idx, statement FROM bodies WHERE log = %s AND statement IS NOT NULL AND idx >= %s ORDER BY idx LIMIT %s
"""
_TALLY = """
    SELECT convert_from(leaf, 'UTF8')::json ->> 'class', coalesce(retain_until::text, ''), count(*)
    FROM bodies JOIN entries USING (log, idx) WHERE log = %s AND case_key = ANY(%s) GROUP BY 1, 2
"""
_MISFILED = """
    SELECT idx FROM entries CROSS JOIN LATERAL (SELECT convert_from(leaf, 'UTF8')::json AS said) AS spelled
    WHERE log = %s AND idx >= %s AND idx < %s
    AND (record_id, request_id) IS DISTINCT FROM (said ->> 'id', said ->> 'request_id') ORDER BY idx LIMIT 1
"""
_DAYS = """
    SELECT min(idx), case_key, coalesce(retain_until::text, '') FROM bodies WHERE log = %s AND idx >= %s AND idx < %s
    GROUP BY 2, 3 ORDER BY 1
"""


class PostgresLogReader:
    """`tlog.at_rest.ReadableLog`. `log`: the number of the log in its database."""

    def __init__(self, session: Session, log: int) -> None:
        self._reader, self._log = session, log

    def state(self) -> LogState | None:
        return state_of(self._first(HEAD, self._log))

    def entries(self, start: int, count: int) -> list[bytes]:
        sql = "SELECT leaf FROM entries WHERE log = %s AND idx >= %s AND idx < %s ORDER BY idx"
        return [leaf for (leaf,) in self._all(sql, self._log, start, start + count)]

    def tile(self, level: int, index: int) -> bytes | None:
        row = self._first(TILE, self._log, level, index)
        return row and row[0]

    def body(self, index: int) -> tuple[bytes, bytes | None, bytes] | None:
        sql = "SELECT sealed, subject_key, case_key FROM bodies WHERE log = %s AND idx = %s"
        return self._first(sql, self._log, index)

    def bodies(self, start: int, count: int) -> dict[int, tuple[bytes, bytes | None, bytes]]:
        sql = "SELECT idx, sealed, subject_key, case_key FROM bodies WHERE log = %s AND idx >= %s AND idx < %s"
        return {index: (sealed, *keys) for index, sealed, *keys in self._all(sql, self._log, start, start + count)}

    def statements(self, start: int, count: int) -> list[tuple[int, bytes]]:
        return self._all(_STATEMENTS, self._log, start, count)

    def tally(self, case_keys: Sequence[bytes]) -> dict[tuple[str, str], int]:
        return {(kind, until): number for kind, until, number in self._all(_TALLY, self._log, list(case_keys))}

    def misfiled(self, start: int, count: int) -> int | None:
        row = self._first(_MISFILED, self._log, start, start + count)
        return row and row[0]

    def days(self, start: int, count: int) -> list[tuple[int, bytes, str]]:
        return self._all(_DAYS, self._log, start, start + count)

    def index_of(self, record_id: str) -> int | None:
        row = self._first("SELECT idx FROM entries WHERE log = %s AND record_id = %s", self._log, record_id)
        return row and row[0]

    def indexes_of_request(self, request_id: str) -> list[int]:
        sql = "SELECT idx FROM entries WHERE log = %s AND request_id = %s ORDER BY idx"
        return [index for (index,) in self._all(sql, self._log, request_id)]

    def answer(self, client: str, idempotency_hash: str) -> StoredRow | None:
        sql = f"{_ANSWER} AND client = %s AND idempotency_hash = %s"
        return _stored(self._first(sql, self._log, client, idempotency_hash))

    def answer_of_request(self, request_id: str) -> StoredRow | None:
        return _stored(self._first(f"{_ANSWER} AND request_id = %s ORDER BY idx LIMIT 1", self._log, request_id))

    def published(self) -> Published | None:
        row = self._first("SELECT size, checkpoint, witnessed_at FROM published WHERE log = %s", self._log)
        return row and Published(*row)

    def stamps(self) -> list[Stamp]:
        sql = "SELECT day, checkpoint, token FROM stamps WHERE log = %s ORDER BY day"
        return [Stamp(*row) for row in self._all(sql, self._log)]

    def _first(self, sql: str, *values: Any) -> Any:
        with as_log():
            return self._reader.first(sql, *values)

    def _all(self, sql: str, *values: Any) -> list[Any]:
        with as_log():
            return self._reader.read(sql, *values)


@contextmanager
def as_log() -> Iterator[None]:
    """Errors as the log's port tells them: a full disk as `OSError`, all else as a fault that quotes nothing."""
    try:
        yield
    except psycopg.Error as error:
        if trouble_of(error) is Trouble.FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
        raise fault_of(error, "log-unavailable") from None
    except Fault as fault:
        raise Fault("log-unavailable", retry_after=fault.retry_after, log=fault.log) from None


def state_of(row: tuple[Any, ...] | None) -> LogState | None:
    """The head in a row of `HEAD`; None where nothing was signed yet."""
    if row is None or row[1] == 0:
        return None
    size, epoch, compact, checkpoint, closed = row
    return LogState(size, epoch, tuple(compact[at : at + 32] for at in range(0, len(compact), 32)), checkpoint, closed)


def _stored(row: tuple[Any, ...] | None) -> StoredRow | None:
    if row is None:
        return None
    index, leaf, receipt, *members = row
    return StoredRow(index, leaf, receipt, OutboxRow(*members))
