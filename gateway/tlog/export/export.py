"""Exporting a log: to a folder of static files that any web server can serve as the log (C2SP tlog-tiles).

Rules:
- The checkpoint is the newest published one, with every signature that it has; in a log that was never published, that
  of the head. Records that came after it wait for the next export, and are counted.
- The folder's own checkpoint must be one of this log, which only grew since: else nothing is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import Fault
from gateway.tlog.at_rest import ReadableLog
from gateway.tlog.export.files import body_files, partial_files, small_files, tile_files
from gateway.tlog.export.folder import CannotExport, ExportFolder
from gateway.tlog.tiles import TiledTree, TreeDamaged, root_of
from gateway.verify.checkpoint import Checkpoint
from gateway.verify.errors import VerificationError


class OtherLog(CannotExport):
    """What was exported before does not belong to this log as it is now."""


@dataclass(frozen=True, slots=True)
class Exported:
    """`before`: the size of the export that was there; `files` and `bytes`: what was written; `waiting`: how many
    records the checkpoint does not cover.
    """

    origin: str
    size: int
    before: int
    files: int
    bytes: int
    waiting: int


def export(
    log: ReadableLog, path: Path, *, bodies: bool = False, keys: Sequence[str] = (), policy: str | None = None
) -> Exported:
    """Bring the folder up to the log. `bodies`: sealed bodies too, for good in this folder; `keys`, `policy`: see
    `small_files`.

    Raises `CannotExport`, `OSError`, and `Fault` log-damaged where what is stored does not bear out its checkpoint.
    """
    note, committed = _newest(log)
    head = _parse(note)
    folder = ExportFolder.open(path)
    try:
        before = _require_grown(log, folder, head, committed)
        _require_root(log, head)
        bodies = bodies or folder.has_bodies
        folder.begin()
        for name, content in tile_files(log, before, head.size):
            folder.put(name, content)
        if bodies:
            kept = before if folder.whole and folder.has_bodies else 0
            for name, content in body_files(log, kept, head.size):
                folder.put(name, content)
        for name, content in small_files(log, head.size, keys, policy):
            folder.put(name, content)
        folder.finish(note, partial_files(head.size))
        return Exported(head.origin, head.size, before, folder.files, folder.bytes, committed - head.size)
    finally:
        folder.close()


def _newest(log: ReadableLog) -> tuple[str, int]:
    published, head = log.published(), log.state()
    if head is None:
        raise CannotExport("Dit log is nog leeg, en door niemand getekend.")
    return (head.checkpoint if published is None else published.checkpoint), head.size


def _parse(note: str) -> Checkpoint:
    try:
        return Checkpoint.of(note)
    except VerificationError as error:
        raise Fault("log-damaged", retry_after=3600, log=f"the stored checkpoint: {error}") from error


def _require_grown(log: ReadableLog, folder: ExportFolder, head: Checkpoint, committed: int) -> int:
    old = folder.covered
    if old is None:
        return 0
    if old.origin != head.origin:
        raise OtherLog(f"{folder.path} is een export van {old.origin}, niet van {head.origin}.")
    if old.size > committed:
        raise OtherLog(
            f"{folder.path} heeft {old.size} regels, het log {committed}: is dit log teruggezet uit een oude kopie?"
        )
    if _root(log, old.size) != old.root:
        raise OtherLog(
            f"{folder.path} en het log verschillen in hun eerste {old.size} regels: een van beide is vervalst."
        )
    if old.size > head.size:
        raise CannotExport(f"{folder.path} heeft {old.size} regels, en er zijn er nog maar {head.size} gepubliceerd.")
    return old.size


def _require_root(log: ReadableLog, head: Checkpoint) -> None:
    if _root(log, head.size) != head.root:
        raise Fault("log-damaged", retry_after=3600, log="the stored tree is not the one of the checkpoint")


def _root(log: ReadableLog, size: int) -> bytes | None:
    try:
        return root_of(TiledTree(log.tile).compact(size))
    except TreeDamaged:
        return None
