"""The keys that open the log's bodies, in a file of their own.

Rules:
- FULL: a key is on disk before the record that needs it is written.
- A key belongs to an owner (a subject's pseudonym, a case, a request without one) and is known elsewhere by a random id
  that says nothing once the row is gone: destroying the row erases what it opened.
- This file has its own rule of backup: a copy that outlives an erasure undoes it.

Trust: whoever can read this file and the log can read every body.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import orjson

from gateway.store.sqlite import Durability, open_database, open_reader, transaction

SCHEMA = (
    """
    CREATE TABLE keys (
        id BLOB PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, key BLOB NOT NULL, UNIQUE (kind, owner)) STRICT;
    """,
)
_KNOWN = """
    SELECT keys.kind, keys.owner, keys.id, keys.key FROM json_each(?) AS asked CROSS JOIN keys
    ON keys.kind = asked.value ->> 0 AND keys.owner = asked.value ->> 1
"""
KEY_SIZE, ID_SIZE = 32, 16


class SqliteBodyKeys:
    """`tlog.ports.BodyKeys` on one file."""

    def __init__(self, path: Path, randomness: Callable[[int], bytes]) -> None:
        self._writer = open_database(path, Durability.FULL, SCHEMA)
        self._reader = open_reader(path)
        self._reading = threading.Lock()
        self._randomness = randomness

    def obtain(self, owners: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[bytes, bytes]]:
        asked = list(dict.fromkeys(owners))
        rows = self._writer.execute(_KNOWN, (orjson.dumps(asked).decode(),))
        found = {(kind, owner): (key_id, key) for kind, owner, key_id, key in rows}
        made = {each: (self._randomness(ID_SIZE), self._randomness(KEY_SIZE)) for each in asked if each not in found}
        if made:
            values = [(key_id, *owner, key) for owner, (key_id, key) in made.items()]
            with transaction(self._writer):
                self._writer.executemany("INSERT INTO keys VALUES (?, ?, ?, ?)", values)
        return found | made

    def find(self, key_id: bytes) -> bytes | None:
        with self._reading:
            row = self._reader.execute("SELECT key FROM keys WHERE id = ?", (key_id,)).fetchone()
        return row and row[0]

    def close(self) -> None:
        with self._reading:
            self._reader.close()
        self._writer.close()
