"""The questions that people keep at the desk: `questions.sqlite`, of one desk.

Rules: a person is the SHA-256 of their `sub`; nothing here is a record, and what is removed is overwritten.

Trust: whoever can read this file can read which filters were kept, and under which names.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from gateway.store.sqlite.database import Durability, open_database, told, transaction

SCHEMA = (
    """
    CREATE TABLE questions (
        id INTEGER PRIMARY KEY, person BLOB NOT NULL, tenant TEXT NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL,
        UNIQUE (person, tenant, name)) STRICT;
    """,
)
_ALL = "SELECT id, name, query FROM questions WHERE person = ? AND tenant = ? ORDER BY name COLLATE NOCASE, id"
_COUNT = "SELECT count(*) FROM questions WHERE person = ? AND tenant = ? AND name <> ?"
_KEEP = """
    INSERT INTO questions (person, tenant, name, query) VALUES (?, ?, ?, ?)
    ON CONFLICT (person, tenant, name) DO UPDATE SET query = excluded.query
"""
_REMOVE = "DELETE FROM questions WHERE person = ? AND tenant = ? AND id = ? RETURNING name"


class QuestionFile:
    """Rows of `id`, `name`, `query`. All may be called by any thread. Raises `Fault` desk-state-unavailable and
    disk-full.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        with told("desk-state-unavailable"):
            self._connection = open_database(path, Durability.NORMAL, SCHEMA)

    def all(self, who: str, tenant: str) -> list[tuple[int, str, str]]:
        with self._used() as connection:
            return connection.execute(_ALL, (_person(who), tenant)).fetchall()

    def keep(self, who: str, tenant: str, name: str, query: str, most: int) -> bool:
        """False where there are `most` of other names already."""
        with self._used() as connection, transaction(connection):
            if connection.execute(_COUNT, (_person(who), tenant, name)).get >= most:
                return False
            connection.execute(_KEEP, (_person(who), tenant, name, query))
        return True

    def remove(self, who: str, tenant: str, id: int) -> str | None:
        with self._used() as connection:
            return connection.execute(_REMOVE, (_person(who), tenant, id)).get

    def close(self) -> None:
        with self._used() as connection:
            connection.close()

    @contextmanager
    def _used(self) -> Iterator[apsw.Connection]:
        with self._lock, told("desk-state-unavailable"):
            yield self._connection


def _person(who: str) -> bytes:
    return hashlib.sha256(who.encode()).digest()
