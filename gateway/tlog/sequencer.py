"""The one writer of a log.

Rules:
- A record is acknowledged after COMMIT, with a receipt under a signed checkpoint that covers it.
- One thread writes. It takes whatever waits, at most `MAX_BATCH`, and waits for nothing more: no timer.
- Body keys are durable before the transaction that needs them begins.
- Any error in committing is fail-stop: nobody knows what the disk holds, so nothing more is written until the log is
  opened anew and compared with its own signature.
- The queue is bounded; a caller who finds it full is told at once.
- The head is read in the transaction that moves it, so that several processes can write one log; whoever finds another
  epoch than its own stops.
"""

from __future__ import annotations

import asyncio
import errno
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from gateway.errors import Fault, InFlight
from gateway.model.record import CommittedReceipt, LogState, NewRecord, claim_mint
from gateway.tlog.batch import Batch, Prepared
from gateway.tlog.growth import grow
from gateway.tlog.ports import LogStorage, LogTransaction
from gateway.tlog.tiles import edge_tiles
from gateway.verify.checkpoint import Checkpoint
from gateway.verify.merkle import leaf_hash
from gateway.verify.note import Signer, sign_note

MAX_BATCH = 512
mint = claim_mint()


class Fenced(Exception):
    """Another writer took the log over: this one must stop."""


class LogClosed(Exception):
    """The log of this year is closed: the record belongs in the next one."""


class NotFirst(Exception):
    """A record that may only be the first of its log found another one there."""


@dataclass(slots=True, eq=False)
class _Waiting:
    new: NewRecord
    at: datetime
    future: asyncio.Future[CommittedReceipt]


@dataclass(slots=True, eq=False)
class _Errand:
    call: Callable[[], Any]
    future: asyncio.Future[Any]


class Sequencer:
    """`head` is the state that this process committed last, replaced after each COMMIT; `failure` says why nothing is
    written any more.
    """

    def __init__(
        self,
        storage: LogStorage,
        batch: Batch,
        signer: Signer,
        head: LogState,
        now: Callable[[], datetime],
        limit: int,
    ) -> None:
        self.head = head
        self.failure: Fault | None = None
        self.fenced = False
        self._storage, self._batch, self._signer, self._now = storage, batch, signer, now
        self._epoch, self._edges = head.epoch, edge_tiles(storage.tile, head.size)
        self._written = self.head, self._edges
        self._limit = limit
        self._queue: deque[_Waiting | _Errand] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"log {signer.name}", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        return len(self._queue)

    async def append(self, new: NewRecord, at: datetime) -> CommittedReceipt:
        future: asyncio.Future[CommittedReceipt] = asyncio.get_running_loop().create_future()
        self._enqueue(_Waiting(new, at, future))
        return await future

    async def run(self, call: Callable[[], Any]) -> Any:
        """Run `call` on the writer's thread, between two batches."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._enqueue(_Errand(call, future))
        return await future

    def stop(self, fault: Fault) -> None:
        """Write nothing any more, and let nobody bring the log back; what waits is told `fault`."""
        self._end(fault, fenced=True)

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    def _enqueue(self, item: _Waiting | _Errand) -> None:
        with self._changed:
            if self.failure is not None:
                raise _again(self.failure)
            if self._stopping:
                raise Fault("log-unavailable", log="the log is closed")
            if len(self._queue) >= self._limit:
                raise Fault("log-busy", retry_after=1, log=f"{self._limit} records wait")
            self._queue.append(item)
            self._changed.notify()

    def _run(self) -> None:
        while items := self._take():
            if isinstance(items[0], _Errand):
                self._run_errand(items[0])
            else:
                self._write(items)

    def _take(self) -> list[Any]:
        with self._changed:
            while not self._queue and not self._stopping:
                self._changed.wait()
            items: list[Any] = []
            while self._queue and len(items) < MAX_BATCH:
                if isinstance(self._queue[0], _Errand):
                    return items or [self._queue.popleft()]
                items.append(self._queue.popleft())
            return items

    def _run_errand(self, errand: _Errand) -> None:
        try:
            value = errand.call()
        except Exception as error:
            fault = self._fail(error)
            _settle([(errand.future, None, fault)])
        else:
            _settle([(errand.future, value, None)])

    def _write(self, waiting: list[_Waiting]) -> None:
        try:
            settled = self._commit(waiting)
        except Exception as error:
            fault = self._fail(error)
            settled = [(each.future, None, _again(fault)) for each in waiting]
        else:
            self.head, self._edges = self._written
        _settle(settled)

    def _commit(self, waiting: list[_Waiting]) -> list[_Settled]:
        waiting = sorted(waiting, key=lambda each: each.new.place == "last")
        prepared = self._batch.prepare([(each.new, each.at) for each in waiting])
        refused: list[_Settled] = []
        ready: list[tuple[_Waiting, Prepared]] = []
        for each, outcome in zip(waiting, prepared, strict=True):
            if isinstance(outcome, Fault):
                refused.append((each.future, None, outcome))
            else:
                ready.append((each, outcome))
        return refused + (self._storage.transact(partial(self._extend, ready)) if ready else [])

    def _extend(self, ready: Sequence[tuple[_Waiting, Prepared]], change: LogTransaction) -> list[_Settled]:
        before = change.head
        if before is None or before.epoch != self._epoch:
            raise Fenced(f"the log is no longer at epoch {self._epoch}")
        placed, refused = self._place(ready, before, change)
        if not placed:
            return refused
        growth = grow(before.size, before.compact, [leaf_hash(record.leaf_bytes) for _, record in placed])
        text = Checkpoint(self._signer.name, growth.size, growth.root).to_text()
        closed = placed[-1][0].new.place == "last"
        after = LogState(growth.size, before.epoch, growth.compact, sign_note(text, [self._signer]), closed)
        rows = [
            record.row(index, path, after.checkpoint)
            for index, ((_, record), path) in enumerate(zip(placed, growth.paths(), strict=True), before.size)
        ]
        edges = self._edges if before.size == self.head.size else edge_tiles(change.tile, before.size)
        tiles = growth.tiles(edges)
        change.write(after, rows, tiles)
        self._written = after, growth.edge_tiles(edges, tiles)
        return refused + [
            (each.future, mint(row.index, record.leaf, row.receipt), None)
            for (each, record), row in zip(placed, rows, strict=True)
        ]

    def _place(
        self, ready: Sequence[tuple[_Waiting, Prepared]], before: LogState, change: LogTransaction
    ) -> tuple[list[tuple[_Waiting, Prepared]], list[_Settled]]:
        """Part those that may stand here from those that may not: a log that was closed takes nothing, and of one
        idempotency key there is one answer, in storage or earlier in this batch.
        """
        taken = change.taken([key for each, _ in ready if (key := _key(each.new)) is not None], self._now())
        placed: list[tuple[_Waiting, Prepared]] = []
        refused: list[_Settled] = []
        for each, record in ready:
            key = _key(each.new)
            if before.closed:
                refused.append((each.future, None, LogClosed()))
            elif each.new.place == "first" and (before.size or placed):
                refused.append((each.future, None, NotFirst()))
            elif key is not None and key in taken:
                refused.append((each.future, None, InFlight("in-flight")))
            else:
                placed.append((each, record))
                if key is not None:
                    taken.add(key)
        return placed, refused

    def _fail(self, error: Exception) -> Fault:
        full = isinstance(error, OSError) and error.errno == errno.ENOSPC
        code = "disk-full" if full else "log-unavailable"
        fault = Fault(code, retry_after=60, log=f"{type(error).__name__}: {error}")
        self._end(fault, fenced=isinstance(error, Fenced))
        return fault

    def _end(self, fault: Fault, *, fenced: bool) -> None:
        with self._changed:
            self.failure, self.fenced = fault, fenced
            left, self._queue = list(self._queue), deque()
        _settle([(each.future, None, _again(fault)) for each in left])


_Settled = tuple[asyncio.Future[Any], Any, Exception | None]


def _key(new: NewRecord) -> tuple[str, str] | None:
    return new.outbox and (new.outbox.client, new.outbox.idempotency_hash)


def _again(fault: Fault) -> Fault:
    return Fault(fault.code, retry_after=fault.retry_after, log=fault.log)


def _settle(settled: Sequence[_Settled]) -> None:
    loops: dict[asyncio.AbstractEventLoop, list[_Settled]] = {}
    for each in settled:
        loops.setdefault(each[0].get_loop(), []).append(each)
    for loop, those in loops.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, those)


def _resolve(settled: Sequence[_Settled]) -> None:
    for future, value, error in settled:
        if future.done():
            continue
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)
