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

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Self

from gateway.errors import Fault
from gateway.model.log import LogState, Published, Stamp
from gateway.model.record import CommittedReceipt, NewRecord
from gateway.tlog.batch import Batch
from gateway.tlog.extension import Fenced
from gateway.tlog.growth import TILE_HEIGHT, TILE_WIDTH
from gateway.tlog.ports import BodyKeys, Identifiers, LogStorage, LogTransaction, Randomness
from gateway.tlog.reading import LogReader
from gateway.tlog.sequencer import Sequencer
from gateway.tlog.tiles import ReadTile, TreeDamaged, recompute, root_of
from gateway.verify.checkpoint import Checkpoint, open_checkpoint
from gateway.verify.errors import VerificationError
from gateway.verify.merkle import EMPTY_ROOT, leaf_hash
from gateway.verify.note import Signer, VerifierKey, sign_note


class Log(LogReader):
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
            text = _compare(storage, before, verifiers, shared).to_text()
        try:
            head = storage.transact(partial(_begin, before, sign_note(text, [signer]), shared))
        except Fault:
            raise
        except OSError as error:
            raise Fault("disk-full", log=str(error)) from error
        except Exception as error:
            raise Fault("log-unavailable", log=f"{type(error).__name__}: {error}") from error
        batch = Batch(stream, keys, identifiers, randomness)
        held = keys.held if shared else None
        sequencer = Sequencer(storage, batch, signer, head, now, queue, held)
        return cls(storage, keys, verifiers, sequencer, shared=shared)

    async def append(self, new: NewRecord, at: datetime) -> CommittedReceipt:
        """Record, durably. Raises `Fault` `log-busy`, `disk-full` or `log-unavailable`, and `InFlight` when an answer
        under the same idempotency key is kept already."""
        return await self._sequencer.append(new, at)

    @property
    def head(self) -> LogState:
        """What is committed: by this process, or by any where several write."""
        return (self._storage.state() if self._shared else None) or self._sequencer.head

    async def check(self) -> None:
        """Look whether a record could be written now; a log that finds that it cannot has failed. Raises `Fault`."""
        await self._sequencer.run(self._reach)

    def _reach(self) -> None:
        self._keys.check()
        self._storage.check()

    async def erase_answers(self, now: datetime) -> int:
        """Erase the answers that expired by `now`; how many there were."""
        return await self._sequencer.run(lambda: self._storage.erase_answers(now))

    async def erase_answers_to(self, keys: Sequence[bytes]) -> bool:
        """Erase the answers of records whose bodies these keys open, after all that waits was written; False where a
        trace is left: then ask again.
        """
        return await self._sequencer.run(lambda: self._storage.erase_answers_to(keys))

    async def publish(self, published: Published) -> None:
        """Keep a published checkpoint, unless one of a larger size is kept already."""
        await self._sequencer.run(lambda: self._storage.publish(published))

    async def stamp(self, stamp: Stamp) -> None:
        """Keep a time stamp; a second one of a day takes the place of the first."""
        await self._sequencer.run(lambda: self._storage.stamp(stamp))

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
        """Whether another writer took the log over, or it was stopped for good."""
        return self._sequencer.fenced

    def stop(self, fault: Fault) -> None:
        """Record nothing any more: `fault` is why, and only an operator can end it."""
        self._sequencer.stop(fault)

    @property
    def waiting(self) -> int:
        """How many records wait to be written."""
        return self._sequencer.waiting


def _begin(before: LogState | None, checkpoint: str, shared: bool, change: LogTransaction) -> LogState:
    """The head that this opening begins with, written where it is a new one."""
    head = change.head
    moved = head is not None and (before is None or (head.size, head.epoch) != (before.size, before.epoch))
    if head is None:
        begun = LogState(0, 1, (), checkpoint)
    elif not shared and moved:
        raise Fenced("the log moved while it was opened")
    elif shared:
        begun = head if moved else replace(head, checkpoint=checkpoint)
    else:
        begun = replace(head, epoch=head.epoch + 1, checkpoint=checkpoint)
    if begun != head:
        change.write(begun, (), {})
    return begun


def _compare(storage: LogStorage, head: LogState, keys: Sequence[VerifierKey], shared: bool) -> Checkpoint:
    """What is stored, held against the head; of a shared log, which may grow meanwhile, as much as the head covers."""
    read = partial(_covered, storage.tile, head.size) if shared else storage.tile
    try:
        signed = open_checkpoint(head.checkpoint, keys)
        compact = recompute(read, head.size)
        if signed.size != head.size or signed.root != root_of(compact) or compact != head.compact:
            raise TreeDamaged("the stored tree is not the one of the checkpoint")
        start = max(head.size - 1, 0) // TILE_WIDTH * TILE_WIDTH
        count = head.size - start if shared else TILE_WIDTH + 1
        newest = b"".join(leaf_hash(leaf) for leaf in storage.entries(start, count))
        if newest != (read(0, start // TILE_WIDTH) or b""):
            raise TreeDamaged("the newest entries are not those of the tree")
    except (TreeDamaged, VerificationError) as error:
        raise Fault("log-damaged", retry_after=3600, log=str(error)) from error
    return signed


def _covered(read: ReadTile, size: int, level: int, index: int) -> bytes | None:
    """As much of a tile as a tree of `size` has."""
    width = (size >> TILE_HEIGHT * level) - index * TILE_WIDTH
    tile = read(level, index)
    return tile and tile[: 32 * max(width, 0)]
