"""The keys that open the log's bodies, in a file of their own.

Rules:
- FULL: a key is on disk before the record that needs it is written.
- A key serves one owner (a subject's pseudonym, a case, a request without one) and one day until which bodies are kept,
  so that nothing outlives its day because something else has a later one. It is known elsewhere by a random id that
  says nothing once the key is gone.
- Erasing has two steps. Retired: no owner has the key any more, so whatever comes next gets a new one; what it sealed
  still opens. Destroyed: the key is zeros. Between them the tombstone is recorded.
- A row never moves and never changes its length: `secure_delete` overwrites what is deleted, not the copies that a tree
  leaves behind in a page when it moves rows to another. So a key is overwritten where it stands, and owners are
  digests of one length. What an index may leave behind of them is gone after `compact`.
- This file has its own rule of backup: a copy that outlives an erasure undoes it.

Trust: whoever can read this file and the log can read every body. What a file system or a disk keeps of overwritten
blocks is out of reach here: encrypt the disk.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import orjson

from gateway.model.erasure import Erasure, ErasureReason
from gateway.store.sqlite.database import (
    Durability,
    forget,
    open_database,
    open_reader,
    told,
    transaction,
)
from gateway.tlog.ports import Owner

SCHEMA = (
    """
    CREATE TABLE keys (
        id BLOB PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, key BLOB NOT NULL, UNIQUE (kind, owner)) STRICT;
    """,
    """
    ALTER TABLE keys RENAME TO undated;
    CREATE TABLE keys (
        slot INTEGER PRIMARY KEY, id BLOB NOT NULL, kind TEXT NOT NULL, owner BLOB NOT NULL, until TEXT NOT NULL,
        live INTEGER NOT NULL, key BLOB NOT NULL) STRICT;
    CREATE INDEX keys_id ON keys (id);
    CREATE UNIQUE INDEX keys_owner ON keys (owner, until) WHERE live = 1;
    CREATE INDEX keys_until ON keys (until) WHERE live = 1 AND until <> '';
    CREATE TABLE erasures (
        id TEXT PRIMARY KEY, reason TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL, keys BLOB NOT NULL,
        tombstone TEXT, compacted INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE INDEX erasures_open ON erasures (at) WHERE tombstone IS NULL OR compacted = 0;
    """,
)
_KNOWN = """
    SELECT asked.key, keys.id, keys.key FROM json_each(?) AS asked CROSS JOIN keys
    ON keys.owner = unhex(asked.value ->> 0) AND keys.until = asked.value ->> 1 WHERE keys.live = 1
"""
_INSERT = "INSERT INTO keys (id, kind, owner, until, live, key) VALUES (?, ?, ?, ?, 1, ?)"
OWNED = "SELECT id FROM keys WHERE owner = ? AND live = 1"
_HELD = "SELECT 1 FROM keys WHERE id = ? AND live = 1"
DUE = "SELECT id FROM keys WHERE live = 1 AND until <> '' AND until <= ? ORDER BY until LIMIT ?"
DAYS = "SELECT keys.id, until FROM json_each(?) AS asked CROSS JOIN keys ON keys.id = unhex(asked.value)"
_RETIRE = "UPDATE keys SET owner = zeroblob(32), live = 0 WHERE id = ? AND live = 1"
_DESTROY = "UPDATE keys SET id = zeroblob(16), owner = zeroblob(32), live = 0, key = zeroblob(32) WHERE id = ?"
_ERASURE = "INSERT INTO erasures (id, reason, actor, at, keys) VALUES (?, ?, ?, ?, ?)"
_UNFINISHED = "SELECT id, reason, actor, at, keys FROM erasures WHERE tombstone IS NULL ORDER BY at, id"
KEY_SIZE, ID_SIZE = 32, 16


class SqliteBodyKeys:
    """`tlog.ports.BodyKeys` on one file, which several processes may have open. Raises `Fault` log-unavailable and
    disk-full.
    """

    def __init__(self, path: Path, randomness: Callable[[int], bytes]) -> None:
        self._writer = open_database(path, Durability.FULL, SCHEMA)
        self._reader = open_reader(path)
        self._reading, self._writing = threading.Lock(), threading.Lock()
        self._randomness = randomness
        self._date_what_was_undated()

    def obtain(self, owners: Sequence[Owner]) -> Mapping[Owner, tuple[bytes, bytes]]:
        asked = list(dict.fromkeys(owners))
        with self._alone(self._writing):
            found = self._known(asked)
            return found if len(found) == len(asked) else self._make(asked)

    def held(self, key_ids: Sequence[bytes]) -> bool:
        asked = [(key_id,) for key_id in set(key_ids)]
        with self._alone(self._reading):
            return all(self._reader.execute(_HELD, each).get for each in asked)

    def find(self, key_id: bytes) -> bytes | None:
        with self._alone(self._reading):
            return self._reader.execute("SELECT key FROM keys WHERE id = ?", (key_id,)).get

    def owned(self, kind: str, name: str) -> list[bytes]:
        with self._alone(self._reading):
            rows = self._reader.execute(OWNED, (digest(kind, name),)).fetchall()
        return [key_id for (key_id,) in rows]

    def days(self, key_ids: Sequence[bytes]) -> dict[bytes, str]:
        with self._alone(self._reading):
            return dict(self._reader.execute(DAYS, (hexes(key_ids),)))

    def due(self, day: date, limit: int) -> list[bytes]:
        with self._alone(self._reading):
            rows = self._reader.execute(DUE, (day.isoformat(), limit)).fetchall()
        return [key_id for (key_id,) in rows]

    def retire(self, erasure: Erasure) -> Erasure | None:
        with self._alone(self._writing), transaction(self._writer):
            taken = []
            for key_id in erasure.keys:
                self._writer.execute(_RETIRE, (key_id,))
                if self._writer.changes():
                    taken.append(key_id)
            if taken:
                at = int(erasure.at.timestamp() * 1000)
                values = (erasure.id, str(erasure.reason), erasure.by, at, b"".join(taken))
                self._writer.execute(_ERASURE, values)
        return replace(erasure, keys=tuple(taken)) if taken else None

    def unfinished(self) -> list[Erasure]:
        with self._alone(self._reading):
            rows = self._reader.execute(_UNFINISHED).fetchall()
        return [
            Erasure(name, ErasureReason(reason), by, datetime.fromtimestamp(at / 1000, UTC), _split(keys))
            for name, reason, by, at, keys in rows
        ]

    def destroy(self, keys: Sequence[bytes]) -> bool:
        with self._alone(self._writing):
            with transaction(self._writer):
                self._writer.executemany(_DESTROY, [(key_id,) for key_id in keys])
            return forget(self._writer)

    def finish(self, erasure_id: str, tombstone: str) -> None:
        with self._alone(self._writing), transaction(self._writer):
            self._writer.execute("UPDATE erasures SET tombstone = ? WHERE id = ?", (tombstone, erasure_id))

    def tombstone_of(self, erasure_id: str) -> str | None:
        with self._alone(self._reading):
            return self._reader.execute("SELECT tombstone FROM erasures WHERE id = ?", (erasure_id,)).get

    def check(self) -> None:
        """A file that is open is not lost as a session can be."""

    def compact(self) -> None:
        with self._alone(self._writing):
            if self._writer.execute("SELECT count(*) FROM erasures WHERE compacted = 0").get:
                with transaction(self._writer):
                    self._writer.execute("REINDEX keys_owner")
                    self._writer.execute("UPDATE erasures SET compacted = 1 WHERE tombstone IS NOT NULL")
                forget(self._writer)

    def close(self) -> None:
        with self._reading:
            self._reader.close()
        with self._writing:
            self._writer.close()

    @contextmanager
    def _alone(self, lock: threading.Lock) -> Iterator[None]:
        with told("log-unavailable"), lock:
            yield

    def _known(self, asked: Sequence[Owner]) -> dict[Owner, tuple[bytes, bytes]]:
        wanted = orjson.dumps([(digest(kind, name).hex(), until) for kind, name, until in asked]).decode()
        return {asked[place]: (key_id, key) for place, key_id, key in self._writer.execute(_KNOWN, (wanted,))}

    def _make(self, asked: Sequence[Owner]) -> dict[Owner, tuple[bytes, bytes]]:
        with transaction(self._writer):
            found = self._known(asked)
            made = {
                each: (self._randomness(ID_SIZE), self._randomness(KEY_SIZE)) for each in asked if each not in found
            }
            self._writer.executemany(
                _INSERT,
                [(key_id, kind, digest(kind, name), until, key) for (kind, name, until), (key_id, key) in made.items()],
            )
        return found | made

    def _date_what_was_undated(self) -> None:
        """Take over the keys of a file from before keys had a day."""
        if not self._writer.execute("SELECT 1 FROM sqlite_schema WHERE name = 'undated'").get:
            return
        with transaction(self._writer):
            for key_id, kind, name, key in self._writer.execute("SELECT id, kind, owner, key FROM undated").fetchall():
                self._writer.execute(_INSERT, (key_id, kind, digest(kind, name), "", key))
            self._writer.execute("DROP TABLE undated")


def _split(keys: bytes) -> tuple[bytes, ...]:
    return tuple(keys[at : at + ID_SIZE] for at in range(0, len(keys), ID_SIZE))


def hexes(key_ids: Sequence[bytes]) -> str:
    """Ids of keys as a query takes them: a JSON list."""
    return orjson.dumps([each.hex() for each in key_ids]).decode()


def digest(kind: str, name: str) -> bytes:
    return hashlib.sha256(f"{kind}\0{name}".encode()).digest()
