"""What was shown once and counts only once: DPoP proofs and client assertions, in a file of its own.

Rules:
- Look and remember are one statement: two that come at once cannot both be first.
- `synchronous=NORMAL`: a killed process loses nothing, a power cut may lose the last moments. So a file that was not
  closed cleanly refuses what was issued before this start; after another boot also what callers whose clocks run
  ahead issued.
- Only a SHA-256 of kind, issuer and `jti` is kept, until it would be refused for its age anyway; at most `MAX_ROWS`,
  beyond which nothing is accepted.

Trust: whoever can delete or roll back this file can have the proofs of the last minute accepted a second time.
"""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Self

import apsw

from gateway.errors import Fault
from gateway.store.migrations import steps
from gateway.store.sqlite.database import Durability, open_database, told, truncate_wal

MAX_ROWS = 1_000_000
UNAVAILABLE = "replay-unavailable"
CLOCKS_MAY_DIFFER = 10
"""Seconds that a caller's clock may run ahead."""
PURGE_EVERY = 1_024
PURGE_MOST = 4 * PURGE_EVERY
BOOT = Path("/proc/sys/kernel/random/boot_id")
_REMEMBER = "INSERT INTO seen (key, expires) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1"
_PURGE = "DELETE FROM seen WHERE key IN (SELECT key FROM seen WHERE expires < ? ORDER BY expires LIMIT ?)"
_RUN = "INSERT OR REPLACE INTO run (one, clean, boot) VALUES (1, ?, ?)"


class ReplayStore:
    """Satisfies `oauth.ports.Replay`. `refuses_until`: what was issued at or before this second (Unix) is refused; 0
    after a clean stop.
    """

    def __init__(self, connection: apsw.Connection, *, refuses_until: int) -> None:
        self._connection = connection
        self._rows = connection.execute("SELECT count(*) FROM seen").get
        self._until_purge = PURGE_EVERY
        self.refuses_until = refuses_until

    @classmethod
    def open(cls, path: Path, *, now: datetime, ahead: int, boot: str | None = None) -> Self:
        """`ahead`: seconds that a caller's clock may run ahead. `boot`: names this run of the machine (read from the
        kernel).
        """
        with told(UNAVAILABLE):
            connection = open_database(path, Durability.NORMAL, steps("sqlite-replay"))
            boot = boot or _boot_id()
            last = connection.execute("SELECT clean, boot FROM run").fetchone()
            refuses_until = 0
            if last is not None and not last[0]:
                refuses_until = int(now.timestamp()) + (0 if last[1] == boot != "" else ahead)
            store = cls(connection, refuses_until=refuses_until)
            store._mark(clean=False, boot=boot)
        return store

    async def first(self, kind: str, issuer: str, jti: str, *, expires: int, now: int) -> bool:
        """Whether this is the first time that it is shown; remembered until `expires` (Unix seconds)."""
        key = key_of(kind, issuer, jti)
        with told(UNAVAILABLE):
            self._until_purge -= 1
            if self._until_purge <= 0:
                self.purge(now=now)
            if self._rows >= MAX_ROWS:
                raise Fault(UNAVAILABLE, log="more proofs are remembered than there is room for")
            new = self._connection.execute(_REMEMBER, (key, expires)).fetchone() is not None
        self._rows += new
        return new

    def purge(self, *, now: int) -> None:
        """Forget what expired, at most `PURGE_MOST` at once so that nobody waits long."""
        self._until_purge = PURGE_EVERY
        with told(UNAVAILABLE):
            self._connection.execute(_PURGE, (now, PURGE_MOST))
            self._rows -= self._connection.changes()

    def close(self) -> None:
        """Say that everything is on disk: the next start refuses nothing for its time."""
        with told(UNAVAILABLE):
            self._mark(clean=True, boot=_boot_id())
            truncate_wal(self._connection)
            self._connection.close()

    def _mark(self, *, clean: bool, boot: str) -> None:
        self._connection.pragma("synchronous", Durability.FULL.value)
        self._connection.execute(_RUN, (clean, boot))
        self._connection.pragma("synchronous", Durability.NORMAL.value)


def key_of(kind: str, issuer: str, jti: str) -> bytes:
    """What is kept of something that was shown: a hash, which says nothing of a caller."""
    return hashlib.sha256(f"{kind}\0{issuer}\0{jti}".encode()).digest()


def _boot_id() -> str:
    try:
        return BOOT.read_text().strip()
    except OSError:
        return ""
