"""Who is signed in to the desk, who is on the way to it, and when somebody was there last: `desk.sqlite`, of one desk.

Rules:
- A cookie's value never stands here, only its SHA-256: whoever reads this file cannot take a session over.
- A person is the SHA-256 of issuer and `sub`; only the document of a running session says more.
- `synchronous=NORMAL`: after a power cut somebody may have to sign in again.

Trust: whoever can write this file can give themselves any role at the desk.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import apsw

from gateway.store.sqlite.database import Durability, open_database, told, transaction, truncate_wal

UNAVAILABLE = "desk-state-unavailable"
MAX_ATTEMPTS = 10_000
SCHEMA = (
    """
    CREATE TABLE session (key BLOB PRIMARY KEY, document BLOB NOT NULL, started INTEGER NOT NULL, seen INTEGER NOT NULL)
        WITHOUT ROWID;
    CREATE TABLE attempt (key BLOB PRIMARY KEY, document BLOB NOT NULL, started INTEGER NOT NULL);
    CREATE INDEX attempt_by_age ON attempt (started);
    CREATE TABLE visit (person BLOB NOT NULL, tenant TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (person, tenant))
        WITHOUT ROWID;
    """,
)
_PUT = "INSERT OR REPLACE INTO session (key, document, started, seen) VALUES (?, ?, ?, ?)"
_CHANGE = "UPDATE session SET document = ? WHERE key = ?"
_SEEN = "UPDATE session SET seen = ? WHERE key = ?"
_GET = "SELECT document, started, seen FROM session WHERE key = ?"
_END = "DELETE FROM session WHERE key = ?"
_EXPIRE = "DELETE FROM session WHERE started < ? OR seen < ?"
_BEGIN = "INSERT INTO attempt (key, document, started) VALUES (?, ?, ?)"
_TAKE = "DELETE FROM attempt WHERE key = ? AND started >= ? RETURNING document"
_STALE = "DELETE FROM attempt WHERE started < ?"
_CROWD = "DELETE FROM attempt WHERE key IN (SELECT key FROM attempt ORDER BY started DESC LIMIT -1 OFFSET ?)"
_VISIT = "INSERT OR REPLACE INTO visit (person, tenant, last) VALUES (?, ?, ?)"
_VISITS = "SELECT tenant, last FROM visit WHERE person = ?"
_FORGET = "DELETE FROM visit WHERE last < ?"


class SessionFile:
    """Moments are Unix seconds; documents are the desk's. All may be called by any thread. Every method may raise
    `Fault` desk-state-unavailable or disk-full.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        with told(UNAVAILABLE):
            self._connection = open_database(path, Durability.NORMAL, SCHEMA)

    def put(self, key: bytes, document: bytes, *, started: int, seen: int) -> None:
        with self._used() as connection:
            connection.execute(_PUT, (key, document, started, seen))

    def change(self, key: bytes, document: bytes) -> None:
        """Keep another document of a session that is there; one that ended stays ended."""
        with self._used() as connection:
            connection.execute(_CHANGE, (document, key))

    def seen(self, key: bytes, now: int) -> None:
        with self._used() as connection:
            connection.execute(_SEEN, (now, key))

    def get(self, key: bytes) -> tuple[bytes, int, int] | None:
        """Document, when it started and when it was last seen."""
        with self._used() as connection:
            return connection.execute(_GET, (key,)).fetchone()

    def end(self, key: bytes) -> None:
        with self._used() as connection:
            connection.execute(_END, (key,))

    def begin(self, key: bytes, document: bytes, now: int) -> None:
        """Keep what was agreed with somebody who is sent to sign in. Beyond `MAX_ATTEMPTS` the oldest are dropped."""
        with self._used() as connection, transaction(connection):
            connection.execute(_BEGIN, (key, document, now))
            connection.execute(_CROWD, (MAX_ATTEMPTS,))

    def take(self, key: bytes, since: int) -> bytes | None:
        """What was kept by `begin` at `since` or later: once."""
        with self._used() as connection:
            row = connection.execute(_TAKE, (key, since)).fetchone()
        return row[0] if row else None

    def visit(self, person: bytes, tenant: str, now: int) -> None:
        with self._used() as connection:
            connection.execute(_VISIT, (person, tenant, now))

    def visits(self, person: bytes) -> Mapping[str, int]:
        """When somebody was there last, by tenant."""
        with self._used() as connection:
            return dict(connection.execute(_VISITS, (person,)))

    def expire(self, *, started: int, seen: int, attempts: int, visits: int) -> None:
        """Forget what is from before these moments."""
        with self._used() as connection, transaction(connection):
            connection.execute(_EXPIRE, (started, seen))
            connection.execute(_STALE, (attempts,))
            connection.execute(_FORGET, (visits,))

    def close(self) -> None:
        with self._used() as connection:
            truncate_wal(connection)
            connection.close()

    @contextmanager
    def _used(self) -> Iterator[apsw.Connection]:
        with self._lock, told(UNAVAILABLE):
            yield self._connection
