"""What one transaction adds to a log: which records may stand there, how the tree grows by them, and their receipts.

Rules:
- The head is read in the transaction that moves it, so that several processes can write one log; whoever finds another
  epoch than its own, or less than it committed itself, stops.
- A log that was closed takes nothing, and of one idempotency key there is one answer.
- Nothing is written behind its tombstone: where another process may erase, keys are looked at under the lock for which
  the tombstone waits too.
- Receipts are made here alone, and count only once the transaction is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from gateway.errors import InFlight
from gateway.model.log import LogState
from gateway.model.record import CommittedReceipt, NewRecord, claim_mint
from gateway.tlog.batch import Prepared
from gateway.tlog.growth import grow
from gateway.tlog.ports import LogTransaction
from gateway.tlog.tiles import ReadTile, edge_tiles
from gateway.verify.checkpoint import Checkpoint
from gateway.verify.merkle import leaf_hash
from gateway.verify.note import Signer, sign_note

mint = claim_mint()


class Fenced(Exception):
    """Another writer took the log over, or it was put back to an earlier state: this one must stop."""


class LogClosed(Exception):
    """The log of this year is closed: the record belongs in the next one."""


class NotFirst(Exception):
    """A record that may only be the first of its log found another one there."""


class KeyRetired(Exception):
    """A body was sealed under a key that was retired meanwhile: it is to be sealed anew, under another one."""


Held = Callable[[Sequence[bytes]], bool]
Outcome = CommittedReceipt | InFlight | LogClosed | NotFirst


class Extension:
    """`head`: the state that this process committed last."""

    def __init__(
        self, signer: Signer, head: LogState, tile: ReadTile, now: Callable[[], datetime], held: Held | None = None
    ) -> None:
        """`held`: asked in each transaction whether keys are still their owners', where another process may retire
        them; None where that comes through the same queue.
        """
        self.head = head
        self._signer, self._now, self._held = signer, now, held
        self._edges = edge_tiles(tile, head.size)
        self._written = self.head, self._edges

    def extend(self, ready: Sequence[Prepared], change: LogTransaction) -> list[Outcome]:
        """Write what may stand in the log; for each record its receipt, or why it may not. Raises `Fenced` and
        `KeyRetired`.
        """
        before = self._require_own(change.head)
        if self._held is not None and not self._held([key for each in ready for key in each.keys]):
            raise KeyRetired
        outcomes = self._place(ready, before, change)
        placed = [record for record, why in zip(ready, outcomes, strict=True) if why is None]
        receipts = iter(self._write(placed, before, change) if placed else ())
        return [next(receipts) if why is None else why for why in outcomes]

    def committed(self) -> None:
        """The transaction of the last `extend` is durable."""
        self.head, self._edges = self._written

    def _require_own(self, found: LogState | None) -> LogState:
        """The head, if it is what this process left behind or what others added to that."""
        mine = self.head
        if found is None or found.epoch != mine.epoch:
            raise Fenced(f"the log is no longer at epoch {mine.epoch}")
        if found.size < mine.size or (found.size == mine.size and found.compact != mine.compact):
            raise Fenced(f"the log is not the one to which this process committed {mine.size} records")
        return found

    def _place(
        self, ready: Sequence[Prepared], before: LogState, change: LogTransaction
    ) -> list[InFlight | LogClosed | NotFirst | None]:
        """For each record why it may not stand here, None where it may."""
        taken = change.taken([key for each in ready if (key := _key(each.new)) is not None], self._now())
        outcomes: list[InFlight | LogClosed | NotFirst | None] = []
        for each in ready:
            key = _key(each.new)
            if before.closed:
                outcomes.append(LogClosed())
            elif each.new.place == "first" and (before.size or None in outcomes):
                outcomes.append(NotFirst())
            elif key is not None and key in taken:
                outcomes.append(InFlight("in-flight"))
            else:
                outcomes.append(None)
                if key is not None:
                    taken.add(key)
        return outcomes

    def _write(self, placed: Sequence[Prepared], before: LogState, change: LogTransaction) -> list[CommittedReceipt]:
        growth = grow(before.size, before.compact, [leaf_hash(record.leaf_bytes) for record in placed])
        text = Checkpoint(self._signer.name, growth.size, growth.root).to_text()
        closed = placed[-1].new.place == "last"
        after = LogState(growth.size, before.epoch, growth.compact, sign_note(text, [self._signer]), closed)
        rows = [
            record.row(index, path, after.checkpoint)
            for index, (record, path) in enumerate(zip(placed, growth.paths(), strict=True), before.size)
        ]
        edges = self._edges if before.size == self.head.size else edge_tiles(change.tile, before.size)
        tiles = growth.tiles(edges)
        change.write(after, rows, tiles)
        self._written = after, growth.edge_tiles(edges, tiles)
        return [mint(row.index, record.leaf, row.receipt) for record, row in zip(placed, rows, strict=True)]


def _key(new: NewRecord) -> tuple[str, str] | None:
    return new.outbox and (new.outbox.client, new.outbox.idempotency_hash)
