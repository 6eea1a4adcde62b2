"""The judge of a whole log: everything is hashed anew and held against what was signed, and against what was seen.

Rules:
- The signature comes first; then the records, in their order; then what follows from them. The first thing that is
  wrong ends it, and is named.
- Only the reader's own keys, policy and checkpoints count. What a log says of itself (`keys`) is held to, not trusted.
- A remark is what an expert should know and what is no proof of anything wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..checkpoint import Checkpoint
from ..errors import VerificationError
from ..keys import VerifierKey
from ..policy import Quorum
from ..stamp import verify_stamp
from ..trust import Reader, open_kept, open_signed, require_quorum
from .errors import Forked, RolledBack
from .links import read_statements, require_erased, require_previous
from .records import Found, Progress, read_records, tree_of
from .source import LogReader
from .tree import Tree

BACK_SECONDS = 60.0


@dataclass(slots=True)
class VerifiedLog:
    """What was proved of a log. `signed`: the reader's keys that signed; `quorum`: of the reader's policy; `seen`: the
    size at which the reader saw it before; `stamps`: how many hold, and the latest moment that they prove; `erased`:
    how many bodies nobody can open, as tombstones say; `opened`: how the year before ended, as the first record says;
    `tree`: what was computed, to be asked for the root of any size; `remarks`: code and what it is about.
    """

    checkpoint: Checkpoint
    note: str
    signed: tuple[VerifierKey, ...]
    found: Found = field(default_factory=Found)
    erased: int = 0
    opened: Checkpoint | None = None
    closed: bool = False
    tree: Tree | None = field(default=None, repr=False)
    quorum: Quorum | None = None
    seen: int | None = None
    stamps: int = 0
    stamped: datetime | None = None
    remarks: list[tuple[str, str]] = field(default_factory=list)


def verify_log(
    log: LogReader,
    reader: Reader,
    *,
    now: datetime | None = None,
    progress: Progress = lambda _done, _total, _what: None,
    processes: int | None = None,
) -> VerifiedLog:
    """Judge a whole log. `progress(done, total, what)`: how far it is; `what` is `files`, `records`, `tiles` or
    `stamps`. Raises the `VerificationError` of the first thing that is wrong, which says where.
    """
    note = log.checkpoint()
    verified = _signed(log, note, reader, now or datetime.now(UTC))
    size = verified.checkpoint.size
    progress(0, 1, "files")
    log.require_nothing_else(size)
    found = verified.found = read_records(log, verified.checkpoint, progress, processes)
    tree = verified.tree = tree_of(log, verified.checkpoint, found, progress)
    joints = read_statements(found.speaking, log.statements(), size)
    verified.opened, verified.closed = joints.opened, joints.closed
    if reader.previous is not None:
        require_previous(joints, open_kept(reader, "previous"))
    elsewhere = log.erased_elsewhere() if found.gone else frozenset()
    verified.erased = require_erased(found.gone, joints.erased | elsewhere)
    if elsewhere - joints.erased:
        verified.remarks.append(("erased-later", ""))
    if reader.seen is not None:
        verified.seen = _as_seen(tree, verified.checkpoint, reader)
    if not log.require_sums():
        verified.remarks.append(("unsummed", ""))
    if found.back[0] > BACK_SECONDS:
        verified.remarks.append(("time-back", f"record {found.back[1]}: {found.back[0]:.0f} s"))
    _stamps(log, tree, verified, reader, progress)
    return verified


def _signed(log: LogReader, note: str, reader: Reader, now: datetime) -> VerifiedLog:
    try:
        signed = open_signed(note, log.named_keys(), reader, reader.origin)
        verified = VerifiedLog(signed.checkpoint, note, signed.trusted, quorum=require_quorum(note, reader, now))
    except VerificationError as error:
        raise error.at(file="checkpoint") from None
    verified.remarks += [("unnamed", ", ".join(signed.unknown))] if signed.unknown else []
    return verified


def require_grown(tree: Tree, seen: Checkpoint) -> None:
    """Check that a log is what somebody saw of it, or grew from that. Raises `RolledBack`, `Forked`."""
    if seen.size > tree.size:
        raise RolledBack(f"{tree.size} records now, {seen.size} when it was seen")
    if tree.root(seen.size) != seen.root:
        raise Forked(f"the first {seen.size} records are not those that were seen")


def _as_seen(tree: Tree, now: Checkpoint, reader: Reader) -> int:
    seen = open_kept(reader, "seen", origin=now.origin)
    require_grown(tree, seen)
    return seen.size


def _stamps(log: LogReader, tree: Tree, verified: VerifiedLog, reader: Reader, progress: Progress) -> None:
    named, origin = log.named_keys(), verified.checkpoint.origin
    for number, stamp in enumerate(log.stamps(), 1):
        try:
            stamped = open_signed(stamp.checkpoint, named, reader, origin, stamped=True).checkpoint
            if stamped.size > tree.size or tree.root(stamped.size) != stamped.root:
                raise Forked(f"the stamped checkpoint of {stamped.size} records is not of this log")
        except VerificationError as error:
            raise error.at(file=f"{stamp.name}.checkpoint") from None
        try:
            moment = verify_stamp(stamp.token, stamp.checkpoint.encode(), reader.roots)
        except VerificationError as error:
            raise error.at(file=f"{stamp.name}.tsr") from None
        verified.stamps = number
        verified.stamped = max(verified.stamped or moment, moment)
        progress(number, number, "stamps")
