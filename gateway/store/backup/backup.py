"""Backups: a folder each, with a manifest, and the keys of erasure in another folder, which expires.

Rules:
- A folder comes into place whole. Every file in it stands in `manifest.json` with its SHA-256, and nothing else does.
- The keys that open bodies never lie in the folder of the log: a copy of them undoes an erasure for as long as it is
  there, so it has a day on which it must be gone, and is not put back after that day.
- Logs first, then keys: every body of the copied log has its keys in the copy, save what was erased meanwhile; then the
  logs are copied on until they hold those tombstones.
- Not copied: the passphrase, answers that are kept for a day, what was shown once (it counts as shown after a restore).

Trust: whoever can write in a backup can change the registers in it, and its manifest too: keep the manifest's digest
elsewhere. The logs are verified by their own signatures.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

from gateway.crypto.durable import rename, sync_filesystem
from gateway.store.backup.copies import copy_database, copy_log
from gateway.store.sqlite.log_reader import SqliteLogReader

MANIFEST = "manifest.json"
LOG, KEYS = "log", "bodykeys"
DATABASES = ("store.sqlite", "counters.sqlite")
FOLDERS = ("policies", "overlays", "keys")
ROUNDS = 10
VERSION = 1


class CannotBackUp(Exception):
    """Nothing was made. A sentence in Dutch."""


class Broken(Exception):
    """The backup is not what its manifest says. A sentence in Dutch."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `of`: `log` or `bodykeys`; `made`: UTC; `expires`: the last day on which it may be there;
    `files`: SHA-256 by path; `logs`: size by file name; `digest`: SHA-256 of the manifest itself.
    """

    of: str
    made: datetime
    expires: date | None
    files: dict[str, str]
    logs: dict[str, int]
    digest: str

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises `Broken` where there is no manifest of ours."""
        try:
            data = (folder / MANIFEST).read_bytes()
            held = json.loads(data)
            if held["version"] != VERSION:
                raise Broken(f"{folder} is van een andere versie.")
            made, expires = datetime.fromisoformat(held["made"]), held["expires"]
            until = None if expires is None else date.fromisoformat(expires)
            return cls(held["of"], made, until, held["files"], held["logs"], hashlib.sha256(data).hexdigest())
        except OSError as error:
            raise Broken(f"{folder} is geen kopie die te lezen is ({error.strerror}).") from None
        except (ValueError, KeyError, TypeError):
            raise Broken(f"{folder / MANIFEST} is geen inhoudsopgave van een kopie.") from None

    def require(self, folder: Path) -> None:
        """Check that the folder holds these files and no others. Raises `Broken`, which names the first wrong one."""
        there = {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()} - {MANIFEST}
        for name in sorted(there ^ self.files.keys()):
            raise Broken(f"{folder / name} {'hoort er niet' if name in there else 'ontbreekt'}.")
        for name, digest in sorted(self.files.items()):
            if digest_of(folder / name) != digest:
                raise Broken(f"{folder / name} is veranderd.")


def back_up(state: Path, folder: Path, keys: Path | None, now: datetime, expires: date) -> list[Manifest]:
    """Copy a state folder beside its gateway to `folder`, and its keys of erasure to `keys`, where they may be until
    `expires`. The manifests, of the log first. Raises `CannotBackUp`, `Unreadable`, `OSError`.
    """
    targets = [target for target in (folder, keys) if target is not None]
    for target in targets:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise CannotBackUp(f"{target} is er al, en is niet leeg.")
    if keys is not None and (_within(keys, folder) or _within(folder, keys)):
        raise CannotBackUp(f"{keys} ligt niet apart van {folder}.")
    if not any((state / LOG).glob("*.sqlite")):
        raise CannotBackUp(f"{state} heeft geen log.")
    making = [target.with_name(f".{target.name}.making") for target in targets]
    try:
        for each in making:
            shutil.rmtree(each, ignore_errors=True)
            each.mkdir(mode=0o700, parents=True)
        made = _make(state, making[0], making[1] if keys else None, now, expires)
        for each, target in zip(making, targets, strict=True):
            sync_filesystem(each)
            rename(each, target)
        return made
    finally:
        for each in making:
            shutil.rmtree(each, ignore_errors=True)


def expire(folders: list[Path], today: date) -> list[Path]:
    """Delete the backups of keys whose last day is over; which ones. Raises `Broken` at a folder that is none."""
    held = [(folder, Manifest.read(folder)) for folder in folders]
    gone = [folder for folder, manifest in held if manifest.expires is not None and manifest.expires < today]
    for folder in gone:
        _overwrite(folder)
        shutil.rmtree(folder)
    return gone


def digest_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _within(inner: Path, outer: Path) -> bool:
    return inner.resolve().is_relative_to(outer.resolve())


def _make(state: Path, folder: Path, keys: Path | None, now: datetime, expires: date) -> list[Manifest]:
    sizes = _copy_logs_and_keys(state, folder, keys)
    for name in DATABASES:
        if (state / name).exists():
            copy_database(state / name, folder / name)
    for name in FOLDERS:
        if (state / name).is_dir():
            shutil.copytree(state / name, folder / name)
    made = [_write_manifest(folder, LOG, now, None, sizes)]
    if keys is not None:
        made.append(_write_manifest(keys, KEYS, now, expires, {}))
    return made


def _copy_logs_and_keys(state: Path, folder: Path, keys: Path | None) -> dict[str, int]:
    (folder / LOG).mkdir(mode=0o700)
    for _ in range(ROUNDS):
        sizes = {}
        for live in sorted((state / LOG).glob("*.sqlite")):
            sizes[live.name] = copy_log(live, folder / LOG / live.name)
        if keys is None:
            return sizes
        shutil.rmtree(keys / KEYS, ignore_errors=True)
        (keys / KEYS).mkdir(mode=0o700)
        for live in sorted((state / KEYS).glob("*.sqlite")):
            copy_database(live, keys / KEYS / live.name)
        if not _erased_since(state, sizes):
            return sizes
    raise CannotBackUp("Er wordt aldoor gewist; probeer het later.")


def _erased_since(state: Path, sizes: dict[str, int]) -> bool:
    for name, size in sizes.items():
        reader = SqliteLogReader.beside(state / LOG / name)
        try:
            if any(b'"erased"' in statement for _, statement in reader.statements(size, 1_000)):
                return True
        finally:
            reader.close()
    return False


def _write_manifest(folder: Path, of: str, now: datetime, expires: date | None, logs: dict[str, int]) -> Manifest:
    files = {str(path.relative_to(folder)): digest_of(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    held: dict[str, Any] = {
        "version": VERSION,
        "of": of,
        "made": now.astimezone(UTC).isoformat(timespec="seconds"),
        "expires": expires and expires.isoformat(),
        "logs": logs,
        "files": files,
    }
    data = json.dumps(held, indent=1, sort_keys=True).encode() + b"\n"
    (folder / MANIFEST).write_bytes(data)
    return Manifest(of, now, expires, files, logs, hashlib.sha256(data).hexdigest())


def _overwrite(folder: Path) -> None:
    """Write zeros over what is about to go; what a file system or a disk keeps elsewhere is out of reach."""
    for path in folder.rglob("*.sqlite"):
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
