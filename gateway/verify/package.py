"""An evidence package: a zip, or the folder that it was unpacked in, that proves records to anybody.

    manifest.json      which files there are, each with its SHA-256, and which records they prove:
                       {"bodies": whether bodies are opened, "files": {path: SHA-256}, "logs": [{"file", "origin",
                        "records": [{"file", "id", "number"}]}], "made": moment (UTC), "tenant",
                        "type": "sluis-evidence-package", "version": 1}
    manifest.note      a signed note: `TITLE`, then the SHA-256 of the manifest, signed as each log that it speaks of
    LEESMIJ.html       in plain words; regels/ a record a file; bewijs/ the proofs of each log (`evidence.py`);
                       beleid/ the policies that decided; sleutels/ keys and witnesses; verify/ this program

Rules:
- The manifest is JSON with one spelling: members sorted, two spaces a step, UTF-8, a newline at the end.
- The log's own key signs it, so that a reader needs to know no key but the log's. What it signs is no checkpoint: those
  have three lines and begin with the log's name, this has two and begins with `TITLE`.
- Of an unpacked folder only plain files count; what Python leaves in `verify/` when it runs is passed over.

Specification: C2SP signed-note (https://c2sp.org/signed-note@v1.0.0); zip: `zipped.py`.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from .archive.errors import MalformedPackage, StrayFile, Unreadable
from .zipped import MAX_BYTES, MAX_FILES

TYPE, VERSION = "sluis-evidence-package", 1
TITLE = "sluis evidence package v1"
MANIFEST, NOTE = "manifest.json", "manifest.note"
_LEFT_BY_PYTHON = "__pycache__"


@dataclass(frozen=True, slots=True)
class PackedRecord:
    number: int
    id: str
    file: str


@dataclass(frozen=True, slots=True)
class PackedLog:
    """The records of one log; `file`: their evidence."""

    origin: str
    file: str
    records: Sequence[PackedRecord]


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files`: the SHA-256 of every file but manifest and note, in hexadecimal, by path; `made`: ISO 8601, UTC."""

    made: str
    tenant: str
    bodies: bool
    logs: Sequence[PackedLog]
    files: Mapping[str, str]

    def to_bytes(self) -> bytes:
        """The file."""
        document = {
            "bodies": self.bodies,
            "files": dict(self.files),
            "logs": [
                {
                    "file": log.file,
                    "origin": log.origin,
                    "records": [{"file": each.file, "id": each.id, "number": each.number} for each in log.records],
                }
                for log in self.logs
            ],
            "made": self.made,
            "tenant": self.tenant,
            "type": TYPE,
            "version": VERSION,
        }
        return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Take a manifest apart. Raises `MalformedPackage` for anything that `to_bytes` does not make."""
        try:
            document = json.loads(data.decode("utf-8"))
            manifest = cls(
                made=_text(document["made"]),
                tenant=_text(document["tenant"]),
                bodies=document["bodies"] is True,
                logs=[_log(each) for each in document["logs"]],
                files={name: _text(digest) for name, digest in document["files"].items()},
            )
            if manifest.to_bytes() != data:
                raise ValueError("not the one spelling, or of another version")
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise MalformedPackage(str(error) or type(error).__name__).at(file=MANIFEST) from error
        return manifest


def note_text(manifest: bytes) -> str:
    """What is signed of a manifest."""
    return f"{TITLE}\n{hashlib.sha256(manifest).hexdigest()}\n"


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of an unpacked package by path. Raises `StrayFile`, `Unreadable`, `MalformedPackage` for too much."""
    files: dict[str, bytes] = {}
    total = 0
    for name in _walk(folder):
        files[name] = _read(folder, name, MAX_BYTES - total)
        total += len(files[name])
        if len(files) > MAX_FILES:
            raise MalformedPackage(f"more than {MAX_FILES} files")
    return files


def _walk(folder: Path) -> list[str]:
    names, waiting = [], [""]
    while waiting:
        start = waiting.pop()
        try:
            with os.scandir(folder / start) as found:
                entries = list(found)
        except OSError as error:
            raise Unreadable(error.strerror or type(error).__name__).at(file=start or ".") from error
        for entry in entries:
            name = f"{start}/{entry.name}" if start else entry.name
            if entry.is_dir(follow_symlinks=False):
                waiting += [] if start.startswith("verify") and entry.name == _LEFT_BY_PYTHON else [name]
            elif not entry.is_file(follow_symlinks=False):
                raise StrayFile("a link, a pipe or a device").at(file=name)
            else:
                names.append(name)
    return sorted(names)


def _read(folder: Path, name: str, room: int) -> bytes:
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Unreadable("not a plain file").at(file=name)
            data = file.read(room + 1)
    except OSError as error:
        raise Unreadable(error.strerror or type(error).__name__).at(file=name) from error
    if len(data) > room:
        raise MalformedPackage(f"more than {MAX_BYTES} bytes").at(file=name)
    return data


def _log(members: Any) -> PackedLog:
    records = [
        PackedRecord(_number(each["number"]), _text(each["id"]), _text(each["file"])) for each in members["records"]
    ]
    return PackedLog(_text(members["origin"]), _text(members["file"]), records)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _number(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("not a number")
    return value
