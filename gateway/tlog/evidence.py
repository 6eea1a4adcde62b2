"""Evidence of a log's records: one file that proves them to anybody. Pure, over what can be read of a log.

Specification: the format and its rules are `gateway.verify.evidence`.

Rules:
- The checkpoint is the published one where it covers the records, since witnesses signed that; else that of the head,
  which is then the later one too where something was published.
- Keys go with it where they are those of all that signed its checkpoints; else none do, and a reader is told.
- Only stamps that date one of the records go with it, the earliest for each.
- A body is opened only for whoever asked, who records that first; without it nothing personal stands in the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.model.log import Stamp
from gateway.tlog.at_rest import ReadableKeys, ReadableLog, keys_of
from gateway.tlog.tiles import TiledTree
from gateway.verify.body import body_key, open_salted
from gateway.verify.checkpoint import Checkpoint
from gateway.verify.evidence import Evidence, EvidenceRecord, OtherHead
from gateway.verify.keys import VerifierKey
from gateway.verify.leaf import parse_leaf
from gateway.verify.note import parse_note


def gather(
    log: ReadableLog, indexes: Iterable[int], *, keys: Sequence[str] = (), bodies: ReadableKeys | None = None
) -> Evidence:
    """Gather the evidence of the records at `indexes`. `keys`: the verifier keys of whoever signs the log; `bodies`:
    opens the bodies of which the keys are still there.

    `LookupError` where the log has no such record. Raises `verify.errors.WrongBody` for a body that is not the logged
    one, `TreeDamaged` where a proof cannot be made.
    """
    wanted, published, head = sorted(set(indexes)), log.published(), log.state()
    if head is None or not wanted or not 0 <= wanted[0] <= wanted[-1] < head.size:
        raise LookupError("the log has no such record")
    witnessed = published is not None and wanted[-1] < published.size
    note = published.checkpoint if published is not None and witnessed else head.checkpoint
    size = Checkpoint.of(note).size
    stamps = _dating(log.stamps(), wanted)
    return Evidence(
        checkpoint=note,
        keys=_whole(keys, [note, head.checkpoint]),
        records=[_record(log, index, size, bodies) for index in wanted],
        later=OtherHead(head.checkpoint, _joint(log, size, head.size)) if witnessed and size < head.size else None,
        stamps=[
            OtherHead(each.checkpoint, _joint(log, Checkpoint.of(each.checkpoint).size, size), each.token)
            for each in stamps
        ],
    )


def _record(log: ReadableLog, index: int, size: int, bodies: ReadableKeys | None) -> EvidenceRecord:
    [leaf] = log.entries(index, 1)
    proof = TiledTree(log.tile).inclusion(index, size)
    statement = next((text for place, text in log.statements(index, 1) if place == index), None)
    salt, opened = (None, None) if bodies is None else _opened(log, index, leaf, bodies)
    return EvidenceRecord(index, leaf, proof, statement, opened, salt)


def _opened(log: ReadableLog, index: int, data: bytes, keys: ReadableKeys) -> tuple[bytes | None, bytes | None]:
    row = log.bodies(index, 1).get(index)
    if row is None:
        return None, None
    sealed, *ids = row
    found = keys_of(keys, *ids)
    if found is None:
        return None, None
    leaf = parse_leaf(data)
    return open_salted(body_key(*found, leaf.id), leaf, sealed)


def _dating(stamps: Iterable[Stamp], wanted: Sequence[int]) -> list[Stamp]:
    """For each record the first stamp over a checkpoint that covers it."""
    by_day = sorted(stamps, key=lambda each: each.day)
    first = {
        next((each.day for each in by_day if Checkpoint.of(each.checkpoint).size > index), None): index
        for index in wanted
    }
    return [each for each in by_day if each.day in first]


def _whole(keys: Sequence[str], notes: Iterable[str]) -> Sequence[str]:
    """The keys, if every signature under the notes is of one of them."""
    known = {(key.name, key.id) for key in map(VerifierKey.parse, keys)}
    signed = {(each.name, each.key_id) for note in notes for each in parse_note(note).signatures}
    return keys if signed <= known else ()


def _joint(log: ReadableLog, one: int, other: int) -> list[bytes]:
    return TiledTree(log.tile).consistency(min(one, other), max(one, other))
