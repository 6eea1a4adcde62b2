"""Putting files in place so that they are there whole, and still there after a power cut.

Rules: what is written lies on the disk before it gets its name, and the name before a call returns (POSIX: `fsync` of
the file, `rename`, `fsync` of its folder). That holds for a folder that is made too: else a cut takes all that stands
in it. Whoever reads at the same time sees the old file or the new one.
"""

import ctypes
import os
import secrets
from pathlib import Path


def write_whole(place: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Put a file in place in one step; its folder is made, for its owner alone, where there is none."""
    make_folder(place.parent)
    temporary = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        rename(temporary, place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def rename(made: Path, place: Path) -> None:
    """Move what was made into place in one step."""
    made.rename(place)
    sync_folder(place.parent)


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone, and those above it, where there is none."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
        sync_folder(each.parent)


def sync_file(place: Path) -> None:
    """Make what stands in a file, and how long it is, durable."""
    _sync(place, os.O_RDONLY | os.O_CLOEXEC)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def sync_filesystem(folder: Path) -> None:
    """Make everything durable that was written to the file system of `folder`: for many files at once, where `fsync` of
    each would take longer. Raises `OSError` when something of it could not be written (Linux 5.8).
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(descriptor)


def _sync(place: Path, flags: int) -> None:
    descriptor = os.open(place, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
