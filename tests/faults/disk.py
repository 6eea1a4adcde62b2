"""A disk whose power can be cut, or that can be full: SQLite through a VFS of apsw, all else by watching `os.fsync`.

Rules (what POSIX and SQLite promise, and no more: https://www.sqlite.org/atomiccommit.html, sections 2 and 9):
- The files in `folder` are what the process sees. What a cut leaves of one is what was synced, and of what was written
  since each sector of 512 bytes by itself: whole, torn or not at all. A truncation survives or does not. Where a file
  grew over a sector that did not survive, zeros stand there or what the disk held before.
- A name is sure once its folder was synced: by `os.fsync`, or by SQLite's unix VFS at the first sync of a new journal
  or WAL and where a deletion asks for it. Until then it has any of the states it was in since the last sync.
- A sync that the cut overtakes promised nothing.
- `full`: the write that finds no room leaves a part of itself behind.
"""

from __future__ import annotations

import errno
import itertools
import os
import random
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import apsw

SECTOR = 512
BASE = "unix"
_names = itertools.count()


@dataclass
class Kept:
    """One file's content: what is sure, and what happened since (`None`: truncated to `offset`)."""

    sure: bytearray
    since: list[tuple[int, bytes | None]] = field(default_factory=list)
    names_folder: bool = False

    def sync(self) -> None:
        for offset, data in self.since:
            _apply(self.sure, offset, data)
        self.since.clear()

    def after_cut(self, chance: random.Random) -> bytes:
        image, odds = bytearray(self.sure), chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for offset, data in self.since:
            if data is None:
                if chance.random() < odds:
                    _apply(image, offset, None)
                continue
            for start, end in _sectors(offset, len(data)):
                if chance.random() < odds:
                    _apply(image, offset + start, data[start:end], chance)
                elif chance.random() < 0.1:
                    torn = chance.randrange(start, end + 1)
                    start, end = (start, torn) if chance.random() < 0.5 else (torn, end)
                    _apply(image, offset + start, data[start:end], chance)
        return bytes(image)


class Disk:
    """The disk under `folder` for one life of a process. `fuse`: at which step (write, truncation, sync, deletion) the
    power fails or the room ends, counted from the moment it is set; None while all is well. `nameless`:
    how many files were opened that have no name, of which the blocks stay when they are closed.
    """

    def __init__(self, folder: Path, chance: random.Random, *, full: bool = False, lasting: bool = True) -> None:
        self.folder, self.steps, self.power = folder, 0, True
        self.fuse: int | None = None
        self.nameless = 0
        self._chance, self._full, self._lasting = chance, full, lasting
        self._lock = threading.RLock()
        self._files: dict[Path, Kept] = {}
        self._old = {path: path.is_dir() for path in folder.rglob("*")}
        self._sure: dict[Path, set[Path]] = {}
        self._gone: dict[Path, Kept] = {}
        for path in self._old:
            self._sure.setdefault(path.parent, set()).add(path)
        self._fsync = os.fsync
        self._vfs: _Vfs | None = None

    def __enter__(self) -> Self:
        self._vfs = _Vfs(self, f"disk-{next(_names)}")
        os.fsync = self._watch_fsync
        return self

    def __exit__(self, *_: object) -> None:
        os.fsync = self._fsync
        assert self._vfs is not None
        self._vfs.unregister()

    def has_room(self) -> None:
        """There is room again."""
        self.fuse = None

    def step(self, did: Callable[[], object] = lambda: None) -> None:
        """Count a step; the one on which the fuse blows still does its work, unheard."""
        with self._lock:
            if not self.power:
                raise apsw.IOError("the power is off")
            self.steps += 1
            if self.fuse is not None and not self._full:
                self.fuse -= 1
                if self.fuse < 0:
                    did()
                    self.power = False
                    raise apsw.IOError("the power fails")

    def room_for(self, data: bytes) -> int:
        """How many bytes of `data` still fit."""
        if self._full and self.fuse is not None:
            self.fuse -= 1
            if self.fuse == -1 or (self.fuse < 0 and self._lasting):
                return self._chance.randrange(len(data))
        return len(data)

    def opened(self, path: Path) -> Kept:
        with self._lock:
            if path not in self._files:
                self._files[path] = Kept(bytearray(path.read_bytes() if path in self._old else b""))
            return self._files[path]

    def deleted(self, path: Path, *, synced: bool) -> None:
        with self._lock:
            if path in self._files:
                self._gone[path] = self._files.pop(path)
            if synced:
                self.sync_folder(path.parent)

    def sync_folder(self, folder: Path) -> None:
        """Every name in `folder` is from now on what it is."""
        with self._lock:
            self._sure[folder] = set(folder.iterdir())
            for path in [path for path in self._gone if path.parent == folder]:
                del self._gone[path]

    def cut(self, into: Path) -> None:
        """Write to `into`, a folder that is not there yet, what a cut at this moment leaves."""
        with self._lock:
            self.power = False
            self._leave(self.folder, into)

    def _leave(self, folder: Path, into: Path) -> None:
        into.mkdir(mode=0o700)
        there, sure = set(folder.iterdir()), self._sure.get(folder, set())
        for path in sorted(there | sure):
            if path.name.endswith("-shm") or ((path in there) != (path in sure) and self._chance.random() < 0.5):
                continue
            if path in there and path.is_dir():
                self._leave(path, into / path.name)
            elif kept := self._one_of(path):
                _write(into / path.name, kept.after_cut(self._chance))
            elif path in there:
                sure_content = path in self._old or self._chance.random() < 0.5
                _write(into / path.name, path.read_bytes() if sure_content else b"")

    def _one_of(self, path: Path) -> Kept | None:
        both = [kept for kept in (self._files.get(path), self._gone.get(path)) if kept is not None]
        return self._chance.choice(both) if both else None

    def _watch_fsync(self, descriptor: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        if not path.is_relative_to(self.folder):
            self._fsync(descriptor)
            return
        try:
            self.step()
        except apsw.IOError as error:
            raise OSError(errno.EIO, os.strerror(errno.EIO)) from error
        with self._lock:
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                self.sync_folder(path)
            elif path in self._files:
                self._files[path].sync()
            else:
                self._files[path] = Kept(bytearray(path.read_bytes()))


class _Vfs(apsw.VFS):
    def __init__(self, disk: Disk, name: str) -> None:
        self._disk, self._name = disk, name
        super().__init__(name, BASE, makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        if name is None:  # a file without a name is gone after a cut
            self._disk.nameless += 1
            return apsw.VFSFile(BASE, name, flags)
        path = Path(name.filename() if isinstance(name, apsw.URIFilename) else name)
        file = _File(self._disk, path, name, flags)
        if flags[0] & apsw.SQLITE_OPEN_CREATE and flags[0] & (apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_WAL):
            file.kept.names_folder = True
        return file

    def xDelete(self, name: str, syncdir: bool) -> None:
        path = Path(name)
        self._disk.step()
        super().xDelete(name, syncdir)
        self._disk.deleted(path, synced=syncdir)


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, path: Path, name: Any, flags: list[int]) -> None:
        super().__init__(BASE, name, flags)
        self._disk, self._path = disk, path
        self.kept = disk.opened(path)

    def xWrite(self, data: Any, offset: int) -> None:
        data = bytes(data)

        def write() -> None:
            self.kept.since.append((offset, data))

        self._disk.step(write)
        fits = self._disk.room_for(data)
        super().xWrite(data[:fits], offset)
        self.kept.since.append((offset, data[:fits]))
        if fits < len(data):
            raise apsw.FullError("no room")

    def xTruncate(self, newsize: int) -> None:
        self._disk.step(lambda: self.kept.since.append((newsize, None)))
        super().xTruncate(newsize)
        self.kept.since.append((newsize, None))

    def xSync(self, flags: int) -> None:
        self._disk.step()
        self.kept.sync()
        if self.kept.names_folder:
            self._disk.sync_folder(self._path.parent)
            self.kept.names_folder = False


def _sectors(offset: int, length: int) -> list[tuple[int, int]]:
    """The parts of a write at `offset` that lie in one sector each."""
    starts = [0, *range(SECTOR - offset % SECTOR, length, SECTOR)]
    return list(itertools.pairwise([*starts, length]))


def _apply(image: bytearray, offset: int, data: bytes | None, chance: random.Random | None = None) -> None:
    if data is None:
        if offset > len(image):
            image.extend(bytes(offset - len(image)))
        del image[offset:]
        return
    if offset > len(image):
        gap = offset - len(image)
        image.extend(chance.randbytes(gap) if chance and chance.random() < 0.5 else bytes(gap))
    image[offset : offset + len(data)] = data


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)
