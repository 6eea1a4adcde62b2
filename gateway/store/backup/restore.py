"""Putting a backup in place of a state folder that is gone.

Rules:
- Only in a state folder that holds nothing; what is there is never overwritten.
- Everything is laid ready and looked through before it gets its place. Then the logs come first and the private keys
  last: a gateway that is started in between finds no keys, and serves nothing.
- Keys of erasure whose last day is over are not put back; what was erased since they were copied, whoever restores
  erases again while it lies ready (`tlog.erased.destroy`).
- What was shown once counts as shown: who shows something from before the restore is refused.
"""

from __future__ import annotations

import os
import shutil
from datetime import date, datetime
from pathlib import Path

from gateway.crypto.durable import sync_filesystem, sync_folder
from gateway.store.backup.backup import DATABASES, FOLDERS, KEYS, LOG, MANIFEST, Broken, Manifest
from gateway.store.backup.copies import require_sound
from gateway.store.sqlite.replay import CLOCKS_MAY_DIFFER, ReplayStore

READY, MAKING = ".restoring", ".restoring.making"
ALLOWED = {"passphrase", READY, MAKING}
REPLAY = "replay.sqlite"
ORDER = (LOG, KEYS, *DATABASES, REPLAY, *FOLDERS)


class NotEmpty(Exception):
    """There is a state already. A sentence in Dutch."""


def unfinished(state: Path) -> bool:
    """Whether a restore was cut off after everything was laid ready: only `put_in_place` is left to do."""
    return (state / READY).is_dir()


def lay_ready(folder: Path, keys: Path | None, state: Path, now: datetime) -> tuple[Path, Manifest, Manifest | None]:
    """Copy a backup into the state folder, out of the way, and check every file: where, and the two manifests.

    Raises `NotEmpty`, `Broken`, `copies.Unreadable`, `OSError`.
    """
    if state.exists() and any(path.name not in ALLOWED for path in state.iterdir()):
        raise NotEmpty(f"{state} is niet leeg. Er is niets teruggezet.")
    held = [_read(folder, LOG, now.date())] + ([] if keys is None else [_read(keys, KEYS, now.date())])
    making = state / MAKING
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700, parents=True)
    os.chmod(state, 0o700)
    for manifest, source in zip(held, (folder, keys), strict=False):
        assert source is not None
        for name in manifest.files:
            place = making / name
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(source / name, place)
            place.chmod(0o600)
    for path in making.rglob("*.sqlite"):
        require_sound(path)
    ReplayStore.open(making / REPLAY, now=now, ahead=CLOCKS_MAY_DIFFER)  # never closed: it refuses what is from before
    return making, held[0], held[1] if keys is not None else None


def put_in_place(state: Path) -> None:
    """Name what lies ready as the state, part by part; what was cut off is gone on with."""
    if (state / MAKING).is_dir() and not unfinished(state):
        sync_filesystem(state)
        (state / MAKING).rename(state / READY)
        sync_folder(state)
    for name in ORDER:
        if (state / READY / name).exists():
            (state / READY / name).rename(state / name)
            sync_folder(state)
    shutil.rmtree(state / READY)
    sync_folder(state)


def discard(state: Path) -> None:
    """Take away what was laid ready and does not hold."""
    shutil.rmtree(state / MAKING, ignore_errors=True)


def _read(folder: Path, of: str, today: date) -> Manifest:
    manifest = Manifest.read(folder)
    if manifest.of != of:
        raise Broken(f"{folder} is een kopie van {'het log' if manifest.of == LOG else 'de sleutels'}.")
    if manifest.expires is not None and manifest.expires < today:
        raise Broken(f"{folder / MANIFEST}: deze sleutels mochten er tot en met {manifest.expires} zijn.")
    manifest.require(folder)
    return manifest
