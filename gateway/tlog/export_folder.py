"""The folder that a log is exported to: whole at every moment, and added to by each export.

Rules:
- A file gets its name when its content is complete, and the checkpoint gets its own when all that it covers lies on the
  disk. Whoever reads meanwhile, or after a power cut, sees the log as its checkpoint says.
- What the checkpoint of an earlier export covers is left as it is; all else that lies there is written anew.
- The log must be the one of that checkpoint, grown: else nothing is written.
- One export at a time; anyone may read public files, but sealed bodies are the owner's alone.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.crypto.durable import sync_filesystem
from gateway.verify.checkpoint import Checkpoint
from gateway.verify.errors import VerificationError
from gateway.verify.note import parse_note

CHECKPOINT, UNFINISHED = "checkpoint", ".unfinished"
PRIVATE = "bodies/"


class CannotExport(Exception):
    """Nothing was written. A sentence in Dutch."""


class OtherLog(CannotExport):
    """What was exported before does not belong to this log as it is now."""


@dataclass(slots=True)
class ExportFolder:
    """`covered`: the checkpoint of the export before, None where there is none; `whole`: whether that export came to
    its end; `files` and `bytes`: what was written. Use as a context manager; without `finish` the next export begins
    where this one did.
    """

    path: Path
    covered: Checkpoint | None
    whole: bool
    _lock: int
    files: int = 0
    bytes: int = 0

    @classmethod
    def open(cls, path: Path) -> Self:
        """Raises `CannotExport` where the folder is in use or is none of ours, `OSError` where it cannot be used."""
        path.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CannotExport(f"Er wordt al naar {path} geëxporteerd.") from None
            whole = not (path / UNFINISHED).exists()
            covered = _covered(path)
            if covered is None and whole and any(path.iterdir()):
                raise CannotExport(f"{path} is niet leeg, en geen export van een log.")
            return cls(path, covered, whole, lock)
        except BaseException:
            os.close(lock)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._lock)

    def begin(self) -> None:
        """Say on disk that an export is under way, and clear away what one that was cut off left."""
        shutil.rmtree(self.path / UNFINISHED, ignore_errors=True)
        (self.path / UNFINISHED).mkdir()
        sync_filesystem(self.path)

    def put(self, name: str, content: bytes) -> None:
        """Put a file in place in one step."""
        place, made = self.path / name, self.path / UNFINISHED / "file"
        private = name.startswith(PRIVATE)
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600 if private else 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        try:
            made.rename(place)
        except FileNotFoundError:
            place.parent.mkdir(mode=0o700 if private else 0o755, parents=True)
            made.rename(place)
        self.files += 1
        self.bytes += len(content)

    def finish(self, checkpoint: str) -> None:
        """All that `checkpoint` covers is in place: make it durable, then name it."""
        sync_filesystem(self.path)
        self.put(CHECKPOINT, checkpoint.encode())
        sync_filesystem(self.path)
        (self.path / UNFINISHED).rmdir()


def _covered(path: Path) -> Checkpoint | None:
    try:
        note = (path / CHECKPOINT).read_text("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise CannotExport(f"{path / CHECKPOINT} is geen checkpoint.") from None
    try:
        return Checkpoint.parse(parse_note(note).text)
    except VerificationError:
        raise CannotExport(f"{path / CHECKPOINT} is geen checkpoint.") from None
