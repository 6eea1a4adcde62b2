"""Opening SQLite the one way this gateway does.

Rules:
- Every database stands alone in WAL mode with its own durability: FULL where an acknowledgement means "on disk"
  (log, body keys), NORMAL where losing the last moment is harmless or handled.
- Files are 0600 in directories of 0700, made durable in their parents before use.
- Deleted content is overwritten (`secure_delete`), since erasure is a promise here; and no statement's journal holds it
  in a nameless file, whose blocks stay on the disk (`temp_store`).
- A full disk is told as `OSError(ENOSPC)`, so that the layers above need not know SQLite.

Specification: https://www.sqlite.org/wal.html and https://www.sqlite.org/pragma.html.

Trust: whoever can write these files can change or remove what they hold; the log's signatures show that, the other
files have no such protection.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

import apsw

from gateway.crypto.durable import make_folder, sync_file
from gateway.errors import Fault
from gateway.store.migrations import pending

BUSY_TIMEOUT_MS = 5_000
READERS_GET_MS = 250


class Durability(Enum):
    """What COMMIT promises, as SQLite's `synchronous`: https://www.sqlite.org/pragma.html#pragma_synchronous."""

    FULL = "FULL"
    NORMAL = "NORMAL"


def open_database(path: Path, durability: Durability, schema: Sequence[str] = ()) -> apsw.Connection:
    """Open `path`, made with its directory if it is not there, and bring it up to `schema`.

    `schema` is a list of steps, each SQL for one version, only ever extended at its end; `user_version` counts the
    steps already taken. Raises `OSError` when the disk is full and `apsw.Error` for all else.
    """
    make_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    with disk_full_as_oserror():
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", durability.value)
        connection.pragma("fullfsync", True)
        connection.pragma("trusted_schema", False)
        connection.pragma("foreign_keys", True)
        connection.pragma("secure_delete", True)
        connection.pragma("temp_store", "MEMORY")
        _migrate(connection, schema)
    return connection


def open_reader(path: Path) -> apsw.Connection:
    """Open a second connection to an existing database that can only read."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    connection.pragma("query_only", True)
    connection.pragma("trusted_schema", False)
    return connection


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """One write transaction, taken at once; committed at the end of the block, rolled back on any exception."""
    with disk_full_as_oserror():
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextmanager
def disk_full_as_oserror() -> Iterator[None]:
    """Turn SQLITE_FULL into `OSError(ENOSPC)`; every other error passes."""
    try:
        yield
    except apsw.FullError as error:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error


@contextmanager
def unusable_as_fault(code: str, path: Path) -> Iterator[None]:
    """Turn what keeps a file from being opened into a `Fault` that names the file: `disk-full`, or else `code`. A log
    that may not be read is `log-unavailable`: nothing is known to be wrong with it.
    """
    try:
        with disk_full_as_oserror():
            yield
    except (apsw.Error, OSError) as error:
        if _is_anothers(path):
            code = "log-unavailable" if code == "log-damaged" else code
            raise Fault(code, log=f"{path} cannot be used: no access to it") from error
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise Fault("disk-full", retry_after=60, log=f"{path} cannot be used: no room") from error
        raise Fault(code, retry_after=3600, log=f"{path} cannot be used: {type(error).__name__}") from error


def _is_anothers(path: Path) -> bool:
    if os.path.isdir(path.parent) and not os.access(path.parent, os.R_OK | os.X_OK):
        return True
    return os.path.exists(path) and not os.access(path, os.R_OK)


@contextmanager
def told(code: str) -> Iterator[None]:
    """Turn what SQLite and the disk say into a `Fault` that quotes nothing: `disk-full`, or else `code`."""
    try:
        with disk_full_as_oserror():
            yield
    except (apsw.Error, OSError) as error:
        full = isinstance(error, OSError) and error.errno == errno.ENOSPC
        raise Fault("disk-full" if full else code, log=type(error).__name__) from None


def forget(connection: apsw.Connection) -> bool:
    """Let nothing that was erased linger in the WAL; False where a reader stood in the way for longer than
    `READERS_GET_MS`.
    """
    connection.set_busy_timeout(READERS_GET_MS)
    try:
        truncate_wal(connection)
    except apsw.BusyError:
        return False
    finally:
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    return True


def truncate_wal(connection: apsw.Connection) -> None:
    """Move everything into the database file and empty the WAL, so that erased content does not linger in it.

    SQLite leaves the truncation unsynced: without the sync a power cut brings back what was erased.
    Raises `apsw.BusyError` when a reader stands in the way for longer than the busy timeout.
    """
    with disk_full_as_oserror():
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    sync_file(Path(connection.filename_wal))


def _migrate(connection: apsw.Connection, schema: Sequence[str]) -> None:
    done = connection.pragma("user_version")
    if done > len(schema) and schema:
        raise apsw.SchemaChangeError(f"database has schema version {done}, this program knows {len(schema)}")
    for version, step in pending(schema, done):
        with transaction(connection):
            if connection.pragma("user_version") < version:
                connection.execute(step)
                connection.pragma("user_version", version)
