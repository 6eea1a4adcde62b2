"""The keys that open the logs' bodies, in a database of their own.

Rules:
- A key is committed before the record that needs it is written; two processes that want the same new key get one.
- Deleting a row erases what it opened: no query finds it any more. PostgreSQL overwrites the bytes when it vacuums and
  recycles its WAL; so this database has no archive of WAL, and its disk is encrypted.
- It has its own rule of backup: a copy that outlives an erasure undoes it.

Trust: whoever can read this database and the log can read every body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import psycopg

from gateway.model.erasure import Erasure, ErasureReason
from gateway.store.postgres.database import Database, told
from gateway.store.postgres.session import Session
from gateway.store.sqlite.bodykeys import ID_SIZE, KEY_SIZE
from gateway.tlog.ports import Owner

_KNOWN = """
    SELECT kind, owner, until, id, key FROM unnest(%s::text[], %s::text[], %s::text[]) AS asked (kind, owner, until)
    JOIN keys USING (kind, owner, until) WHERE stream = %s
"""
_HELD = "SELECT count(*) FROM keys WHERE id = ANY(%s) AND erasure IS NULL"
_MAKE = "INSERT INTO keys VALUES (%s, %s, %s, %s, %s, %s, NULL) ON CONFLICT DO NOTHING"
_DUE = """
    SELECT id FROM keys WHERE stream = %s AND until <> '' AND erasure IS NULL AND until <= %s ORDER BY until LIMIT %s
"""
_RETIRE = "UPDATE keys SET owner = NULL, erasure = %s WHERE id = ANY(%s) AND erasure IS NULL RETURNING id"
_UNFINISHED = "SELECT id, reason, actor, at, keys FROM erasures WHERE stream = %s AND tombstone IS NULL ORDER BY at, id"

Keys = dict[Owner, tuple[bytes, bytes]]


class PostgresBodyKeys:
    """`tlog.ports.BodyKeys` of one stream, for every process. Raises `Fault` log-unavailable."""

    def __init__(self, database: Database, stream: str, randomness: Callable[[int], bytes]) -> None:
        self._writer, self._reader = Session(database), Session(database)
        self._stream, self._randomness = stream, randomness

    def obtain(self, owners: Sequence[Owner]) -> Mapping[Owner, tuple[bytes, bytes]]:
        asked = list(dict.fromkeys(owners))
        with _told():
            found = _known(self._reader.read(_KNOWN, *_columns(asked), self._stream))
            missing = [each for each in asked if each not in found]
            return found | self._writer.write(lambda run: self._make(run, missing)) if missing else found

    def _make(self, run: psycopg.Cursor[Any], missing: Sequence[Owner]) -> Keys:
        made = [
            (self._randomness(ID_SIZE), self._stream, *owner, self._randomness(KEY_SIZE)) for owner in sorted(missing)
        ]
        run.executemany(_MAKE, made)
        return _known(run.execute(_KNOWN, (*_columns(missing), self._stream)).fetchall())

    def held(self, key_ids: Sequence[bytes]) -> bool:
        asked = list(set(key_ids))
        with _told():
            return self._reader.first(_HELD, asked)[0] == len(asked)

    def find(self, key_id: bytes) -> bytes | None:
        with _told():
            row = self._reader.first("SELECT key FROM keys WHERE id = %s", key_id)
        return row and row[0]

    def owned(self, kind: str, name: str) -> list[bytes]:
        sql = "SELECT id FROM keys WHERE stream = %s AND kind = %s AND owner = %s"
        with _told():
            return [key_id for (key_id,) in self._reader.read(sql, self._stream, kind, name)]

    def days(self, key_ids: Sequence[bytes]) -> dict[bytes, str]:
        with _told():
            return dict(self._reader.read("SELECT id, until FROM keys WHERE id = ANY(%s)", list(key_ids)))

    def due(self, day: date, limit: int) -> list[bytes]:
        with _told():
            return [key_id for (key_id,) in self._reader.read(_DUE, self._stream, day.isoformat(), limit)]

    def retire(self, erasure: Erasure) -> Erasure | None:
        def change(run: psycopg.Cursor[Any]) -> list[bytes]:
            taken = [key_id for (key_id,) in run.execute(_RETIRE, (erasure.id, list(erasure.keys)))]
            if taken:
                values = (erasure.id, self._stream, str(erasure.reason), erasure.by, erasure.at, taken)
                run.execute("INSERT INTO erasures VALUES (%s, %s, %s, %s, %s, %s, NULL)", values)
            return taken

        with _told():
            taken = self._writer.write(change)
        return replace(erasure, keys=tuple(taken)) if taken else None

    def unfinished(self) -> list[Erasure]:
        with _told():
            rows = self._reader.read(_UNFINISHED, self._stream)
        return [Erasure(name, ErasureReason(why), by, at, tuple(keys)) for name, why, by, at, keys in rows]

    def destroy(self, keys: Sequence[bytes]) -> bool:
        with _told():
            self._writer.write(lambda run: run.execute("DELETE FROM keys WHERE id = ANY(%s)", (list(keys),)))
        return True

    def finish(self, erasure_id: str, tombstone: str) -> None:
        sql = "UPDATE erasures SET tombstone = %s WHERE id = %s"
        with _told():
            self._writer.write(lambda run: run.execute(sql, (tombstone, erasure_id)))

    def tombstone_of(self, erasure_id: str) -> str | None:
        with _told():
            row = self._reader.first("SELECT tombstone FROM erasures WHERE id = %s", erasure_id)
        return row and row[0]

    def check(self) -> None:
        with _told():
            self._writer.read("SELECT 1")

    def compact(self) -> None:
        """PostgreSQL overwrites rows that are gone when it vacuums, which autovacuum does while others write."""

    def close(self) -> None:
        self._reader.close()
        self._writer.close()


@contextmanager
def _told() -> Iterator[None]:
    with told("log-unavailable"):
        yield


def _known(rows: Sequence[tuple[str, str, str, bytes, bytes]]) -> Keys:
    return {(kind, owner, until): (key_id, key) for kind, owner, until, key_id, key in rows}


def _columns(owners: Sequence[Owner]) -> tuple[list[str], ...]:
    return tuple(list(column) for column in zip(*owners, strict=True)) if owners else ([], [], [])
