"""What a witness remembers: its names, the logs that it follows, and the last checkpoint of each that it cosigned.

Rules:
- A head moves from exactly the one that was judged against, or not at all (compare and set in one statement), and lies
  on the disk (`synchronous=FULL`) before `advance` says so: what is cosigned afterwards can never be taken back by a
  crash, nor two requests at once, nor two processes, make two histories.
- The file is made once, by `create`: one that is gone is not made anew by serving, since a witness that forgot would
  cosign a fork.
- Two notes of one log with one size and two roots prove a fork: the first `KEPT_FORKS` of each log are kept, with the
  note that was cosigned.

Trust: whoever puts an older file in place makes the witness forget what came after; the log's other witnesses do not.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

import apsw

from gateway.errors import Fault
from gateway.store.sqlite.database import Durability, open_database, transaction, unusable_as_fault
from gateway.verify.checkpoint import Checkpoint

KEPT_FORKS = 16
SCHEMA = (
    """
    CREATE TABLE witness (vkey TEXT PRIMARY KEY) STRICT;
    CREATE TABLE followed (vkey TEXT PRIMARY KEY, every_year INTEGER NOT NULL) STRICT;
    CREATE TABLE head (
        origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL, at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE fork (
        origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL, cosigned TEXT NOT NULL,
        at TEXT NOT NULL, PRIMARY KEY (origin, size, root)
    ) STRICT;
    """,
)
_FIRST = "INSERT INTO head (size, root, note, at, origin) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1"
_NEXT = "UPDATE head SET size = ?, root = ?, note = ?, at = ? WHERE origin = ? AND size = ? AND root = ? RETURNING 1"
_FORK = """
    INSERT INTO fork (origin, size, root, note, cosigned, at)
    SELECT origin, size, ?, ?, note, ? FROM head
    WHERE origin = ? AND size = ? AND (SELECT count(*) FROM fork WHERE fork.origin = head.origin) < ?
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Head:
    """The last checkpoint of a log that was cosigned, as the log signed it, and when that was (UTC)."""

    checkpoint: Checkpoint
    note: str
    at: datetime


class WitnessState:
    """Satisfies `witness.server.State`. Any thread may call it; one at a time is served. Every call raises `Fault`
    store-unavailable where the disk is full or the file fails.
    """

    def __init__(self, path: Path, connection: apsw.Connection) -> None:
        self._path, self._connection, self._lock = path, connection, threading.Lock()

    @classmethod
    def create(cls, path: Path, vkeys: Iterable[str]) -> Self:
        """Make the file of a witness whose verifier keys are `vkeys`. `Fault` store-unavailable where it is there."""
        if path.exists():
            raise Fault("store-unavailable", log=f"{path} is there already: nothing was made")
        state = cls._of(path)
        with state._writing() as connection:
            connection.executemany("INSERT INTO witness (vkey) VALUES (?)", [(vkey,) for vkey in vkeys])
        return state

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open what `create` made. `Fault` store-unavailable where it is not there or cannot be used."""
        if not path.exists():
            raise Fault("store-unavailable", log=f"{path} is not there: a witness that forgot must have a new key")
        return cls._of(path)

    @classmethod
    def _of(cls, path: Path) -> Self:
        with unusable_as_fault("store-unavailable", path):
            return cls(path, open_database(path, Durability.FULL, SCHEMA))

    def vkeys(self) -> tuple[str, ...]:
        """The witness's own verifier keys, as they were when it was made."""
        return tuple(vkey for (vkey,) in self._rows("SELECT vkey FROM witness ORDER BY length(vkey), vkey"))

    def logs(self) -> tuple[tuple[str, bool], ...]:
        """The logs that are followed: verifier key, and whether it speaks for later years too."""
        rows = self._rows("SELECT vkey, every_year FROM followed ORDER BY vkey")
        return tuple((vkey, bool(every_year)) for vkey, every_year in rows)

    def follow(self, vkey: str, *, every_year: bool) -> None:
        """Follow a log from now on, durably; said again, it counts as it is said last."""
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO followed (vkey, every_year) VALUES (?, ?)", (vkey, every_year))

    def head(self, origin: str) -> Checkpoint | None:
        """The last checkpoint of a log that was cosigned."""
        rows = self._rows("SELECT size, root FROM head WHERE origin = ?", origin)
        return Checkpoint(origin, *rows[0]) if rows else None

    def heads(self) -> tuple[Head, ...]:
        """Every log's last checkpoint."""
        rows = self._rows("SELECT origin, size, root, note, at FROM head ORDER BY origin")
        return tuple(Head(Checkpoint(*row[:3]), row[3], datetime.fromisoformat(row[4])) for row in rows)

    def advance(self, seen: Checkpoint | None, to: Checkpoint, note: str, at: datetime) -> bool:
        """Move a log's head from `seen` to `to`, and have it on the disk; False, and nothing done, where its head is
        not `seen` any more.
        """
        after = (to.size, to.root, note, at.isoformat(), to.origin)
        statement, bound = (_FIRST, after) if seen is None else (_NEXT, (*after, seen.size, seen.root))
        with self._writing() as connection:
            return connection.execute(statement, bound).fetchone() is not None

    def keep_fork(self, to: Checkpoint, note: str, at: datetime) -> None:
        """Keep a note that has another root than the head of its size."""
        with self._writing() as connection:
            connection.execute(_FORK, (to.root, note, at.isoformat(), to.origin, to.size, KEPT_FORKS))

    def forks(self) -> tuple[tuple[str, str], ...]:
        """What proves forks: the note that was cosigned, and the other one."""
        return tuple(self._rows("SELECT cosigned, note FROM fork ORDER BY origin, rowid"))

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[apsw.Connection]:
        """One transaction, on the disk when the block is left."""
        with self._lock, unusable_as_fault("store-unavailable", self._path), transaction(self._connection):
            yield self._connection

    def _rows(self, statement: str, *bound: object) -> list[tuple]:
        with self._lock, unusable_as_fault("store-unavailable", self._path):
            return self._connection.execute(statement, bound).fetchall()
