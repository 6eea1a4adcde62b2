"""The folder that a log is exported to: whole at every moment, and added to by each export.

Rules:
- A file gets its name when its content is complete, and the checkpoint gets its own when all that it covers lies on the
  disk. Whoever reads meanwhile, or after a power cut, has the log as its checkpoint says.
- What the checkpoint of an earlier export covers is left as it is; all else that lies there is written anew.
- Partial tiles that a wider one replaced are taken away at the end: a log has one set of files for each size.
- One export at a time; anyone may read public files, but sealed bodies are the owner's alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from gateway.crypto.durable import sync_filesystem
from gateway.verify.checkpoint import Checkpoint
from gateway.verify.errors import VerificationError

CHECKPOINT, SUMS, BODIES, TILES, UNFINISHED = "checkpoint", "sums", "bodies", "tile", ".unfinished"
WRITING = ".writing"
_SUM = re.compile(r"([0-9a-f]{64})  (\S+)")


class CannotExport(Exception):
    """Nothing was written. A sentence in Dutch."""


@dataclass(slots=True)
class ExportFolder:
    """`covered`: the checkpoint of the export before, None where there is none; `whole`: whether that export came to
    its end; `files` and `bytes`: what was written. What is not finished, the next export begins anew.
    """

    path: Path
    covered: Checkpoint | None
    whole: bool
    files: int = 0
    bytes: int = 0
    _lock: int = -1
    _sums: dict[str, str] = field(default_factory=dict)
    _made: set[str] = field(default_factory=set)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Raises `CannotExport` where the folder is in use or is none of ours, `OSError` where it cannot be used."""
        path.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            covered, whole = _covered(path), not (path / UNFINISHED).exists()
            if covered is None and whole and any(path.iterdir()):
                raise CannotExport(f"{path} is niet leeg, en geen export van een log.")
        except BaseException as error:
            os.close(lock)
            if isinstance(error, BlockingIOError):
                raise CannotExport(f"Er wordt al naar {path} geëxporteerd.") from None
            raise
        return cls(path, covered, whole, _lock=lock)

    def close(self) -> None:
        os.close(self._lock)

    @property
    def has_bodies(self) -> bool:
        return (self.path / BODIES).exists()

    def begin(self) -> None:
        """Say on disk that an export is under way, and clear away what one that was cut off left."""
        if not self.whole:
            for name in [name for name in self._walk("") if name.endswith(WRITING)]:
                (self.path / name).unlink()
        (self.path / UNFINISHED).touch()
        sync_filesystem(self.path)

    def put(self, name: str, content: bytes) -> None:
        """Put a file in place in one step."""
        folder = f"{self.path}/{os.path.dirname(name)}"
        made, private = f"{folder}/{WRITING}", name.startswith(f"{BODIES}/")
        if folder not in self._made:
            os.makedirs(folder, 0o700 if private else 0o755, exist_ok=True)
            self._made.add(folder)
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600 if private else 0o644)
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            written = file.write(content)
            while written < len(content):
                written += file.write(content[written:])
        os.rename(made, f"{self.path}/{name}")
        if not name.startswith(f"{TILES}/"):
            self._sums[name] = hashlib.sha256(content).hexdigest()
        self.files += 1
        self.bytes += len(content)

    def finish(self, checkpoint: str, partial: Set[str]) -> None:
        """All that `checkpoint` covers is in place: write down the sums, make it durable, then name it. `partial`: the
        partial files that a log of this size has; others go.
        """
        before = _read_sums(self.path)
        lines = []
        for name in sorted(self._beside_the_tree(partial)):
            digest = self._sums.get(name) or (self.whole and before.get(name)) or _digest(self.path / name)
            lines.append(f"{digest}  {name}\n")
        self.put(SUMS, "".join(lines).encode())
        sync_filesystem(self.path)
        self.put(CHECKPOINT, checkpoint.encode())
        for name in [name for name in self._walk("") if ".p/" in name and name not in partial]:
            (self.path / name).unlink()
            if not any((self.path / name).parent.iterdir()):
                (self.path / name).parent.rmdir()
        sync_filesystem(self.path)
        (self.path / UNFINISHED).unlink()

    def _beside_the_tree(self, partial: Set[str]) -> Iterator[str]:
        for name in self._walk(""):
            of_tree = name.startswith(f"{TILES}/") or name in (CHECKPOINT, SUMS, UNFINISHED)
            if not of_tree and (".p/" not in name or name in partial):
                yield name

    def _walk(self, start: str) -> Iterator[str]:
        with os.scandir(self.path / start) as entries:
            for entry in entries:
                name = f"{start}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    yield from self._walk(f"{name}/")
                else:
                    yield name


def _covered(path: Path) -> Checkpoint | None:
    try:
        note = (path / CHECKPOINT).read_text("utf-8")
        return Checkpoint.of(note)
    except FileNotFoundError:
        return None
    except (UnicodeDecodeError, VerificationError):
        raise CannotExport(f"{path / CHECKPOINT} is geen checkpoint.") from None


def _read_sums(path: Path) -> dict[str, str]:
    try:
        lines = (path / SUMS).read_text("ascii").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return {}
    found = (_SUM.fullmatch(line) for line in lines)
    return {match[2]: match[1] for match in found if match}


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
