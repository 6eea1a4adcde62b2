"""How one record stands in its log, worked out now: the path from its bytes to the root that was signed.

Rules:
- The hash of the leaf as it is stored is led to the root of a signed checkpoint; nothing is believed because a field
  of the database says so.
- The checkpoint is the published one where it covers the record, since witnesses signed that; else that of the head.
- Whose signatures count is the reader's choice (`verify.trust.Reader`), never what the log says of itself.

Specification: RFC 6962 section 2.1.1, C2SP tlog-checkpoint, tlog-cosignature, tlog-proof.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gateway.tlog.at_rest import ReadableLog
from gateway.tlog.tiles import TiledTree, TreeDamaged
from gateway.verify.checkpoint import open_checkpoint
from gateway.verify.errors import VerificationError
from gateway.verify.merkle import leaf_hash, verify_inclusion
from gateway.verify.policy import evaluate
from gateway.verify.receipt import format_receipt
from gateway.verify.trust import Reader

DAMAGED_TREE = "tree-damaged"


@dataclass(frozen=True, slots=True)
class Standing:
    """`wrong`: the code of what does not hold, empty where the record stands in the log. `published`: whether the
    checkpoint is one that witnesses can see. `cosigned`: the witnesses of the reader's policy by name, with the moment
    of each; `quorum`: whether these are enough, None where the reader's policy names nobody. `receipt`: a C2SP
    tlog-proof, None where none can be made.
    """

    checked_at: datetime
    wrong: str
    origin: str = ""
    size: int = 0
    root: bytes = b""
    published: bool = False
    checkpoint: str = field(default="", repr=False)
    cosigned: Mapping[str, datetime] = field(default_factory=dict)
    witnesses: tuple[str, ...] = ()
    quorum: bool | None = None
    receipt: str | None = field(default=None, repr=False)

    @property
    def proved(self) -> bool:
        return not self.wrong

    @property
    def seal(self) -> str:
        """The first eight digits of the root: what a person reads out."""
        return self.root.hex()[:8]


def stand(log: ReadableLog, index: int, leaf: bytes, reader: Reader, now: datetime) -> Standing:
    """How the record at `index`, with these bytes, stands. Raises the faults of the log, and nothing for what is
    wrong with it: that is told.
    """
    published, head = log.published(), log.state()
    if head is None:
        return Standing(now, "not-included")
    seen = published is not None and index < published.size
    note = published.checkpoint if published is not None and seen else head.checkpoint
    try:
        checkpoint = open_checkpoint(note, reader.keys, origin=reader.origin)
        proof = TiledTree(log.tile).inclusion(index, checkpoint.size)
        verify_inclusion(index, checkpoint.size, leaf_hash(leaf), proof, checkpoint.root)
        quorum = None if reader.policy is None else evaluate(note, reader.policy, now=now)
    except VerificationError as error:
        return Standing(now, error.code, published=seen, checkpoint=note)
    except (TreeDamaged, ValueError):
        return Standing(now, DAMAGED_TREE, published=seen, checkpoint=note)
    return Standing(
        checked_at=now,
        wrong="",
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=checkpoint.root,
        published=seen,
        checkpoint=note,
        cosigned=quorum.cosigned if quorum else {},
        witnesses=tuple(reader.policy.witnesses) if reader.policy else (),
        quorum=quorum and quorum.reached,
        receipt=format_receipt(leaf, index, [base64.b64encode(each).decode() for each in proof], note),
    )
