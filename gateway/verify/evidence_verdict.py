"""The judge of an evidence file.

Rules:
- The checkpoint first, with every signature and the reader's quorum; then each record, led to its root and read; then
  what comes with it. The first thing that is wrong ends it, and names the record.
- A stamp dates the records that stood below the stamped checkpoint, once a proof joins the two; no others.
- A checkpoint that the reader kept is compared where the evidence has one of that size. Where it has none, that is
  told: one file cannot show that a log did not fork.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .archive.errors import WrongStatement
from .archive.links import SPEAKING
from .body import SALT_SIZE
from .checkpoint import Checkpoint
from .errors import NotIncluded, OtherAnswer, VerificationError, WrongBody, WrongOrigin
from .evidence import Evidence, EvidenceRecord, OtherHead
from .keys import VerifierKey
from .leaf import LoggedLeaf, parse_leaf
from .merkle import leaf_hash, verify_consistency, verify_inclusion
from .policy import Quorum
from .stamp import verify_stamp
from .trust import Reader, Signed, as_seen, open_signed, require_quorum


@dataclass(frozen=True, slots=True)
class ProvedRecord:
    """A record that stands in the log. `statement` and `body` are as logged, None where the file has none; `stamped`:
    the earliest moment at which a stamp shows that it stood there.
    """

    index: int
    leaf: LoggedLeaf
    statement: bytes | None
    body: bytes | None
    stamped: datetime | None


@dataclass(frozen=True, slots=True)
class VerifiedEvidence:
    """What a file proves. `answers`: how many records belong to the answer that was given; `unseen`: the reader kept a
    checkpoint with which nothing here could be compared; `unrooted`: stamps were not led to a root; `unknown`: names
    under which signatures stand that could not be checked.
    """

    checkpoint: Checkpoint
    note: str
    trusted: tuple[VerifierKey, ...]
    quorum: Quorum | None
    records: tuple[ProvedRecord, ...]
    later: Checkpoint | None
    answers: int = 0
    unseen: bool = False
    unrooted: bool = False
    unknown: tuple[str, ...] = ()


@dataclass(slots=True)
class _Heads:
    """The checkpoints of the log that hold, and which of them are dated."""

    known: list[Checkpoint]
    dated: list[tuple[int, datetime]] = field(default_factory=list)


def verify_evidence(
    data: bytes, reader: Reader, *, released: bytes | None = None, now: datetime | None = None
) -> VerifiedEvidence:
    """Judge an evidence file. `released`: an answer that one of its records must be of. Raises the `VerificationError`
    of the first thing that is wrong, which says where.
    """
    evidence = Evidence.parse(data)
    named = [VerifierKey.parse(each) for each in evidence.keys] or None
    signed = open_signed(evidence.checkpoint, named, reader, reader.origin)
    quorum = require_quorum(evidence.checkpoint, reader, now or datetime.now(UTC))
    heads = _Heads([signed.checkpoint])
    later = _other(evidence.later, signed, named, reader)
    if later is not None:
        heads.known.append(later)
    _stamps(evidence.stamps, signed, named, reader, heads)
    records = tuple(_record(each, signed.checkpoint, heads) for each in evidence.records)
    if not records or [each.index for each in records] != sorted({each.index for each in records}):
        raise NotIncluded("the records do not come once each, in the order of the log")
    answers = 0
    if released is not None:
        digest = hashlib.sha256(released).hexdigest()
        answers = sum(each.leaf.released_sha256 == digest and each.leaf.kind not in SPEAKING for each in records)
        if not answers:
            raise OtherAnswer("no record here is of this answer")
    unseen = reader.seen is not None and not as_seen(reader, heads.known)
    unrooted = bool(evidence.stamps) and reader.roots is None
    return VerifiedEvidence(
        checkpoint=signed.checkpoint,
        note=evidence.checkpoint,
        trusted=signed.trusted,
        quorum=quorum,
        records=records,
        later=later,
        answers=answers,
        unseen=unseen,
        unrooted=unrooted,
        unknown=signed.unknown,
    )


def _other(
    other: OtherHead | None, signed: Signed, named: Sequence[VerifierKey] | None, reader: Reader
) -> Checkpoint | None:
    """Another checkpoint of the log, joined to that of the evidence whichever of them came first."""
    if other is None:
        return None
    origin, stamped = signed.checkpoint.origin, other.token is not None
    found = open_signed(other.checkpoint, named, reader, origin, stamped=stamped).checkpoint
    first, second = sorted((found, signed.checkpoint), key=lambda each: each.size)
    verify_consistency(first.size, second.size, first.root, second.root, other.proof)
    return found


def _stamps(
    stamps: Sequence[OtherHead], signed: Signed, named: Sequence[VerifierKey] | None, reader: Reader, heads: _Heads
) -> None:
    for number, stamp in enumerate(stamps):
        try:
            head = _other(stamp, signed, named, reader) or signed.checkpoint
            moment = verify_stamp(stamp.token or b"", stamp.checkpoint.encode(), reader.roots)
        except VerificationError as error:
            raise error.at(file=f"stamps[{number}]") from None
        heads.known.append(head)
        heads.dated.append((head.size, moment))


def _record(record: EvidenceRecord, checkpoint: Checkpoint, heads: _Heads) -> ProvedRecord:
    try:
        verify_inclusion(record.index, checkpoint.size, leaf_hash(record.leaf), record.proof, checkpoint.root)
        leaf = parse_leaf(record.leaf)
        if checkpoint.origin.split("/")[-2:-1] != [leaf.tenant]:
            raise WrongOrigin(f"a record of tenant {leaf.tenant} in the log {checkpoint.origin}")
        _require_statement(record, leaf)
        if record.opened is not None:
            if hashlib.sha256((record.salt or b"") + record.opened).hexdigest() != leaf.commitment:
                raise WrongBody("what was opened is not what was committed to")
            if len(record.salt or b"") != SALT_SIZE:
                raise WrongBody("a salt has 32 bytes")
    except VerificationError as error:
        raise error.at(record=record.index) from None
    dates = [moment for size, moment in heads.dated if size > record.index]
    return ProvedRecord(record.index, leaf, record.statement, record.opened, min(dates, default=None))


def _require_statement(record: EvidenceRecord, leaf: LoggedLeaf) -> None:
    if record.statement is None:
        if leaf.kind == "tombstone":
            raise WrongStatement("a tombstone without its statement")
    elif leaf.kind not in SPEAKING:
        raise WrongStatement(f"a {leaf.kind} states nothing")
    elif hashlib.sha256(record.statement).hexdigest() != leaf.released_sha256:
        raise WrongStatement("not the statement that was logged")
