"""One log: opened only when it is what it signed, appended to by one writer, read by anyone.

Rules:
- Opening hashes the stored tree again and compares it with the committed checkpoint and our signature under it; a log
  that differs is not served.
- Opening takes a new epoch, so that a writer from before can no longer commit; where several may write, it joins the
  epoch that is there.
- What is read is what was committed: the head moves only after COMMIT.

Specification: C2SP tlog-checkpoint, tlog-tiles, tlog-proof.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Self

from gateway.errors import Fault
from gateway.model.record import CommittedReceipt, Leaf, LogState, NewRecord, StoredAnswer, StoredRow
from gateway.tlog.batch import Batch
from gateway.tlog.growth import TILE_HEIGHT, TILE_WIDTH
from gateway.tlog.ports import BodyKeys, Identifiers, LogStorage, LogTransaction, Randomness
from gateway.tlog.sequencer import Fenced, Sequencer, mint
from gateway.tlog.tiles import TiledTree, TreeDamaged, recompute, root_of
from gateway.verify.body import body_key, open_body
from gateway.verify.checkpoint import Checkpoint, open_checkpoint
from gateway.verify.errors import VerificationError
from gateway.verify.leaf import parse_leaf
from gateway.verify.merkle import EMPTY_ROOT, leaf_hash
from gateway.verify.note import Signer, VerifierKey, sign_note
from gateway.verify.receipt import format_receipt


class Log:
    """The log `origin` of one tenant and year. Make one with `Log.open`; all reading may be done from any thread."""

    def __init__(
        self,
        storage: LogStorage,
        keys: BodyKeys,
        verifiers: Sequence[VerifierKey],
        sequencer: Sequencer,
        *,
        shared: bool,
    ) -> None:
        self.verifier = verifiers[0]
        self.verifiers = verifiers
        self.origin = self.verifier.name
        self._storage, self._keys, self._sequencer, self._shared = storage, keys, sequencer, shared

    @classmethod
    def open(
        cls,
        *,
        stream: str,
        storage: LogStorage,
        keys: BodyKeys,
        signer: Signer,
        former: Sequence[bytes],
        now: Callable[[], datetime],
        identifiers: Identifiers,
        randomness: Randomness,
        queue: int,
        shared: bool = False,
    ) -> Self:
        """Check what is stored and begin a new epoch, or join the one that is where the log is `shared`.

        `signer.name` is the origin; `former` are the public keys (32 bytes) that signed before it and still count, so
        that a log lives on when its key is replaced; `queue` is how many records may wait.

        Raises `Fault` `log-damaged` when the stored tree is not the one that was signed, `disk-full` or
        `log-unavailable` when the new epoch cannot be written.
        """
        verifiers = tuple(VerifierKey(signer.name, public) for public in dict.fromkeys((signer.public, *former)))
        before = storage.state()
        text = Checkpoint(signer.name, 0, EMPTY_ROOT).to_text()
        if before is not None:
            text = _compare(storage, before, verifiers).to_text()
        try:
            head = storage.transact(partial(_begin, before, sign_note(text, [signer]), shared))
        except OSError as error:
            raise Fault("disk-full", log=str(error)) from error
        except Exception as error:
            raise Fault("log-unavailable", log=f"{type(error).__name__}: {error}") from error
        batch = Batch(stream, keys, identifiers, randomness)
        return cls(storage, keys, verifiers, Sequencer(storage, batch, signer, head, now, queue), shared=shared)

    async def append(self, new: NewRecord, at: datetime) -> CommittedReceipt:
        """Record, durably. Raises `Fault` `log-busy`, `disk-full` or `log-unavailable`, and `InFlight` when an answer
        under the same idempotency key is kept already."""
        return await self._sequencer.append(new, at)

    @property
    def head(self) -> LogState:
        """What is committed: by this process, or by any where several write."""
        return (self._storage.state() if self._shared else None) or self._sequencer.head

    async def erase_answers(self, now: datetime) -> int:
        """Erase the answers that expired by `now`; how many there were."""
        return await self._sequencer.run(lambda: self._storage.erase_answers(now))

    def close(self) -> None:
        """Write what waits, then let go of the files. The keys stay open: they are the tenant's."""
        self._sequencer.close()
        self._storage.close()

    @property
    def failure(self) -> Fault | None:
        """Why nothing can be recorded, None while all is well."""
        return self._sequencer.failure

    @property
    def fenced(self) -> bool:
        """Whether another writer took the log over."""
        return self._sequencer.fenced

    @property
    def waiting(self) -> int:
        """How many records wait to be written."""
        return self._sequencer.waiting

    @property
    def size(self) -> int:
        return self.head.size

    @property
    def checkpoint(self) -> str:
        """The signed checkpoint of what is committed."""
        return self.head.checkpoint

    @property
    def closed(self) -> bool:
        """Whether its year was closed: then it takes nothing any more."""
        return self.head.closed

    def entry(self, index: int) -> bytes | None:
        """The bytes of the leaf at `index`, None beyond the head."""
        return next(iter(self._storage.entries(index, 1)), None) if 0 <= index < self.size else None

    def tile(self, level: int, index: int, width: int = TILE_WIDTH) -> bytes | None:
        """`width` hashes of 32 bytes (tlog-tiles), None where the tile is not that wide yet."""
        if not 1 <= width <= TILE_WIDTH or index * TILE_WIDTH + width > self.size >> TILE_HEIGHT * level:
            return None
        return (self._storage.tile(level, index) or b"")[: 32 * width]

    def entry_bundle(self, index: int, width: int = TILE_WIDTH) -> bytes | None:
        """`width` leaves, each after its length as a big-endian uint16, None where there are not that many yet."""
        if not 1 <= width <= TILE_WIDTH or index * TILE_WIDTH + width > self.size:
            return None
        leaves = self._storage.entries(index * TILE_WIDTH, width)
        return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The inclusion proof of the leaf at `index` in the tree of `size`. `ValueError` where there is none."""
        self._require(size)
        return TiledTree(self._storage.tile).inclusion(index, size)

    def consistency(self, old: int, size: int) -> list[bytes]:
        """The proof that the tree of `size` only added to that of `old`. `ValueError` where there is none."""
        self._require(size)
        return TiledTree(self._storage.tile).consistency(old, size)

    def receipt(self, index: int) -> CommittedReceipt | None:
        """A receipt of the record at `index` under the newest checkpoint."""
        head = self.head
        if not 0 <= index < head.size:
            return None
        [leaf] = self._storage.entries(index, 1)
        proof = TiledTree(self._storage.tile).inclusion(index, head.size)
        lines = [base64.b64encode(each).decode() for each in proof]
        return mint(index, Leaf.from_bytes(leaf), format_receipt(leaf, index, lines, head.checkpoint))

    def body(self, index: int) -> bytes | None:
        """The body of the record at `index`, None when a key of it was destroyed. Raises `verify.errors.WrongBody`."""
        row = self._storage.body(index)
        if row is None:
            return None
        sealed, subject_id, case_id = row
        subject = None if subject_id is None else self._keys.find(subject_id)
        case = self._keys.find(case_id)
        if case is None or (subject is None and subject_id is not None):
            return None
        [data] = self._storage.entries(index, 1)
        leaf = parse_leaf(data)
        return open_body(body_key(subject, case, leaf.id), leaf, sealed)

    def index_of(self, record_id: str) -> int | None:
        return self._storage.index_of(record_id)

    def indexes_of_request(self, request_id: str) -> list[int]:
        return self._storage.indexes_of_request(request_id)

    def answered(self, client: str, idempotency_hash: str, now: datetime) -> StoredAnswer | None:
        """The answer that is kept under this client's key, None when it expired by `now`."""
        return _kept(self._storage.answer(client, idempotency_hash), now)

    def disclosure(self, request_id: str, now: datetime) -> StoredAnswer | None:
        """The answer of a request that is still kept."""
        return _kept(self._storage.answer_of_request(request_id), now)

    def _require(self, size: int) -> None:
        if size > self.size:
            raise ValueError("the log is not that large")


def _kept(row: StoredRow | None, now: datetime) -> StoredAnswer | None:
    if row is None or row.outbox.expires_at <= now:
        return None
    return StoredAnswer(row.outbox, mint(row.index, Leaf.from_bytes(row.leaf), row.receipt))


def _begin(before: LogState | None, checkpoint: str, shared: bool, change: LogTransaction) -> LogState:
    """The head that this opening begins with, written where it is a new one."""
    head = change.head
    if head is None:
        begun = LogState(0, 1, (), checkpoint)
    elif shared:
        return head
    elif before is None or (head.size, head.epoch) != (before.size, before.epoch):
        raise Fenced("the log moved while it was opened")
    else:
        begun = replace(head, epoch=head.epoch + 1, checkpoint=checkpoint)
    change.write(begun, (), {})
    return begun


def _compare(storage: LogStorage, head: LogState, keys: Sequence[VerifierKey]) -> Checkpoint:
    try:
        signed = open_checkpoint(head.checkpoint, keys)
        compact = recompute(storage.tile, head.size)
        if signed.size != head.size or signed.root != root_of(compact) or compact != head.compact:
            raise TreeDamaged("the stored tree is not the one of the checkpoint")
        start = max(head.size - 1, 0) // TILE_WIDTH * TILE_WIDTH
        newest = b"".join(leaf_hash(leaf) for leaf in storage.entries(start, TILE_WIDTH + 1))
        if newest != (storage.tile(0, start // TILE_WIDTH) or b""):
            raise TreeDamaged("the newest entries are not those of the tree")
    except (TreeDamaged, VerificationError) as error:
        raise Fault("log-damaged", retry_after=3600, log=str(error)) from error
    return signed
