"""Copies of the store's files, taken beside a gateway that may be serving.

Rules:
- A log is copied row by row, in short reads: a snapshot of a large file would keep the gateway from emptying its WAL,
  and so from erasing answers. Rows are only ever added, so what the head covers is the same whenever it is read.
- Answers that are kept for a day are not copied: a copy outlives the day.
- A copy is one file, complete and durable when the call returns.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import apsw

from gateway.crypto.durable import sync_file
from gateway.store.sqlite.database import BUSY_TIMEOUT_MS, Durability, open_database
from gateway.store.sqlite.log import SCHEMA
from gateway.store.sqlite.log_reader import HEAD, PLACE, TILE, SqliteLogReader
from gateway.tlog.growth import TILE_HEIGHT, TILE_WIDTH

PAGE = 4096
_BOTH = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI
_COUNT = "SELECT coalesce(max(idx) + 1, 0) FROM entries"
_ROWS = (
    "INSERT INTO entries SELECT idx, record_id, request_id, leaf FROM live.entries WHERE idx >= ? AND idx < ?",
    "INSERT INTO bodies SELECT idx, sealed, subject_key, case_key, retain_until, statement FROM live.bodies"
    " WHERE idx >= ? AND idx < ?",
)
_TILES = "INSERT OR REPLACE INTO tiles SELECT place, hashes FROM live.tiles WHERE place >= ? AND place < ?"
_CUT = "INSERT OR REPLACE INTO tiles VALUES (?, ?)"
_HEAD = "INSERT OR REPLACE INTO head VALUES (1, ?, ?, ?, ?, ?)"
_PUBLISHED = "INSERT OR REPLACE INTO published SELECT * FROM live.published WHERE size <= ?"
_STAMPS = """
    INSERT OR REPLACE INTO stamps SELECT * FROM live.stamps
    WHERE CAST(substr(checkpoint, instr(checkpoint, char(10)) + 1) AS INTEGER) <= ?
"""  # the second line of a checkpoint is its size; a cast reads the digits that a text begins with


class Unreadable(Exception):
    """The file is not there, is none of ours, or was changed while it was read."""


def copy_log(live: Path, copy: Path) -> int:
    """Bring `copy` up to the log `live`, made where it is not there yet; how many records it then has. Raises
    `Unreadable`, and `OSError` where the disk is full.
    """
    if not live.exists():
        raise Unreadable(f"{live} is not there")
    SqliteLogReader.beside(live).close()
    with _told(live):
        open_database(copy, Durability.NORMAL, SCHEMA).close()
    with _told(live), closing(apsw.Connection(str(copy), flags=_BOTH)) as target:
        target.set_busy_timeout(BUSY_TIMEOUT_MS)
        target.execute("ATTACH ? AS live", (f"{live.absolute().as_uri()}?mode=ro",))
        size, *head = target.execute(HEAD.replace("FROM head", "FROM live.head")).fetchone() or (None,)
        if size is None:
            size = 0
        else:
            for start in range(target.execute(_COUNT).get, size, PAGE):
                for statement in _ROWS:
                    target.execute(statement, (start, min(start + PAGE, size)))
            _copy_tiles(target, size)
            for statement in (_PUBLISHED, _STAMPS):
                target.execute(statement, (size,))
            target.execute(_HEAD, (size, *head))
        target.execute("DETACH live")
        target.pragma("journal_mode", "delete")
    sync_file(copy)
    return size


def copy_database(live: Path, copy: Path) -> None:
    """A copy of a small database, as it is at one moment. Raises `Unreadable`."""
    if not live.exists():
        raise Unreadable(f"{live} is not there")
    os.close(os.open(copy, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    with _told(live), closing(apsw.Connection(str(live), flags=apsw.SQLITE_OPEN_READONLY)) as source:
        source.set_busy_timeout(BUSY_TIMEOUT_MS)
        with closing(apsw.Connection(str(copy))) as target:
            with target.backup("main", source, "main") as backup:
                while not backup.done:
                    backup.step(-1)
            target.pragma("journal_mode", "delete")
    sync_file(copy)


def require_sound(path: Path) -> None:
    """Let SQLite look through a whole file. Raises `Unreadable`."""
    with _told(path), closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
        if (said := connection.pragma("integrity_check")) != "ok":
            raise Unreadable(f"{path}: {said}")


def _copy_tiles(target: apsw.Connection, size: int) -> None:
    level = 0
    while count := size >> TILE_HEIGHT * level:
        index, width = divmod(count, TILE_WIDTH)
        first = level << PLACE
        have = target.execute("SELECT count(*) FROM tiles WHERE place >= ? AND place < ?", (first, first + index)).get
        target.execute(_TILES, (first + max(have - 1, 0), first + index))
        if width:
            hashes = target.execute(TILE.replace("FROM tiles", "FROM live.tiles"), (first + index,)).get
            target.execute(_CUT, (first + index, (hashes or b"")[: 32 * width]))
        level += 1


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except apsw.FullError as error:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path)) from error
    except apsw.Error as error:
        raise Unreadable(f"{path}: {type(error).__name__}") from error
