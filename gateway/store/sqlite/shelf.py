"""Where the logs stand on one machine: a file a stream and year, and the lock that keeps a second gateway away.

Rules:
- Who holds the lock is the only writer of the tenants' logs; a second gateway is refused, and told who serves.
- Who looked at the log is recorded beside a gateway that serves, so the audit streams have a shelf without that lock:
  their writers take turns.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

from gateway.crypto.durable import make_folder
from gateway.errors import Fault
from gateway.store.sqlite.bodykeys import SqliteBodyKeys
from gateway.store.sqlite.database import unusable_as_fault
from gateway.store.sqlite.log import SqliteLogStorage


class SharedShelf:
    """`tlog.ports.Shelf`: `log/<stream>-<year>.sqlite` and `bodykeys/<stream>.sqlite` in the state folder."""

    shared = True

    def __init__(self, folder: Path) -> None:
        self._logs, self._keys = folder / "log", folder / "bodykeys"
        make_folder(self._logs)

    def years(self, stream: str) -> Sequence[int]:
        names = (path.stem.removeprefix(f"{stream}-") for path in self._logs.glob(f"{stream}-*.sqlite"))
        return sorted(int(name) for name in names if name.isdigit())

    def storage(self, stream: str, year: int) -> SqliteLogStorage:
        path = self._logs / f"{stream}-{year}.sqlite"
        with unusable_as_fault("log-damaged", path):
            return SqliteLogStorage(path)

    def keys(self, stream: str) -> SqliteBodyKeys:
        path = self._keys / f"{stream}.sqlite"
        with unusable_as_fault("log-damaged", path):
            return SqliteBodyKeys(path, os.urandom)

    def close(self) -> None:
        """Nothing is held."""


class SqliteShelf(SharedShelf):
    """The shelf of the one gateway that writes: it holds the folder's lock until it is closed."""

    shared = False

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        descriptor = os.open(self._logs / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._lock = os.fdopen(descriptor, "r+", encoding="ascii")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = self._lock.readline().strip() or "unknown"
            self._lock.close()
            raise Fault("state-in-use", log=f"process {holder} already serves {folder}") from error
        self._lock.truncate(0)
        self._lock.write(f"{os.getpid()}\n")
        self._lock.flush()

    def close(self) -> None:
        self._lock.close()
