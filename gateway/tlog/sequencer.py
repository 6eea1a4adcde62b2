"""The one writer of a log.

Rules:
- A record is acknowledged after COMMIT, with a receipt under a signed checkpoint that covers it.
- One thread writes. It takes whatever waits, at most `MAX_BATCH`, and waits for nothing more: no timer.
- Body keys are durable before the transaction that needs them begins.
- Any error in committing is fail-stop: nobody knows what the disk holds, so nothing more is written until the log is
  opened anew and compared with its own signature.
- The queue is bounded; a caller who finds it full is told at once.
"""

from __future__ import annotations

import asyncio
import errno
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.errors import Fault, InFlight
from gateway.model.record import CommittedReceipt, LogState, NewRecord, claim_mint
from gateway.tlog.batch import Batch, Prepared
from gateway.tlog.growth import grow
from gateway.tlog.ports import LogStorage
from gateway.verify.checkpoint import Checkpoint
from gateway.verify.merkle import leaf_hash
from gateway.verify.note import Signer, sign_note

MAX_BATCH = 512
mint = claim_mint()


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
    """`head` is the committed state, replaced after each COMMIT; `failure` says why nothing is written any more."""

    def __init__(
        self,
        storage: LogStorage,
        batch: Batch,
        signer: Signer,
        head: LogState,
        edge_tiles: Sequence[bytes],
        now: Callable[[], datetime],
        limit: int,
    ) -> None:
        self.head = head
        self.failure: Fault | None = None
        self._storage, self._batch, self._signer, self._now = storage, batch, signer, now
        self._edge_tiles = edge_tiles
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
        _settle(settled)

    def _commit(self, waiting: list[_Waiting]) -> list[_Settled]:
        before = self.head
        accepted, refused = self._part(waiting)
        prepared = self._batch.prepare([(each.new, each.at) for each in accepted])
        ready: list[tuple[_Waiting, Prepared]] = []
        for each, outcome in zip(accepted, prepared, strict=True):
            if isinstance(outcome, Fault):
                refused.append((each.future, None, outcome))
            else:
                ready.append((each, outcome))
        if not ready:
            return refused
        growth = grow(before.size, before.compact, [leaf_hash(record.leaf_bytes) for _, record in ready])
        text = Checkpoint(self._signer.name, growth.size, growth.root).to_text()
        after = LogState(growth.size, before.epoch, growth.compact, sign_note(text, [self._signer]))
        rows = [
            record.row(index, path, after.checkpoint)
            for index, ((_, record), path) in enumerate(zip(ready, growth.paths(), strict=True), before.size)
        ]
        tiles = growth.tiles(self._edge_tiles)
        self._storage.commit(before, after, rows, tiles)
        self._edge_tiles = growth.edge_tiles(self._edge_tiles, tiles)
        self.head = after
        receipts = zip(ready, rows, strict=True)
        return refused + [
            (each.future, mint(row.index, record.leaf, row.receipt), None) for (each, record), row in receipts
        ]

    def _part(self, waiting: Sequence[_Waiting]) -> tuple[list[_Waiting], list[_Settled]]:
        """Refuse those whose idempotency key has an answer already, in storage or earlier in this batch."""
        keys = [_key(each.new) for each in waiting]
        taken = self._storage.taken([key for key in keys if key is not None], self._now())
        accepted: list[_Waiting] = []
        refused: list[_Settled] = []
        for each, key in zip(waiting, keys, strict=True):
            if key is not None and key in taken:
                refused.append((each.future, None, InFlight("in-flight")))
                continue
            if key is not None:
                taken.add(key)
            accepted.append(each)
        return accepted, refused

    def _fail(self, error: Exception) -> Fault:
        full = isinstance(error, OSError) and error.errno == errno.ENOSPC
        code = "disk-full" if full else "log-unavailable"
        fault = Fault(code, retry_after=60, log=f"{type(error).__name__}: {error}")
        with self._changed:
            self.failure = fault
            left, self._queue = list(self._queue), deque()
        _settle([(each.future, None, _again(fault)) for each in left])
        return fault


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
