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
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from gateway.errors import Fault
from gateway.model.log import LogState
from gateway.model.record import CommittedReceipt, NewRecord
from gateway.tlog.batch import Batch, Prepared
from gateway.tlog.extension import Extension, Fenced, Held, KeyRetired, Outcome
from gateway.tlog.ports import LogStorage
from gateway.verify.note import Signer

MAX_BATCH = 512


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
    """`failure` says why nothing is written any more; `fenced` that nobody may bring the log back by itself."""

    def __init__(
        self,
        storage: LogStorage,
        batch: Batch,
        signer: Signer,
        head: LogState,
        now: Callable[[], datetime],
        limit: int,
        held: Held | None = None,
    ) -> None:
        self.failure: Fault | None = None
        self.fenced = False
        self._storage, self._batch = storage, batch
        self._extension = Extension(signer, head, storage.tile, now, held)
        self._limit = limit
        self._queue: deque[_Waiting | _Errand] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"log {signer.name}", daemon=True)
        self._thread.start()

    @property
    def head(self) -> LogState:
        """The state that this process committed last."""
        return self._extension.head

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
        _settle(settled)

    def _commit(self, waiting: list[_Waiting]) -> list[_Settled]:
        waiting = sorted(waiting, key=lambda each: each.new.place == "last")
        prepared, outcomes = self._extend(waiting)
        self._extension.committed()
        settled: list[_Settled] = []
        for each, record in zip(waiting, prepared, strict=True):
            outcome = record if isinstance(record, Fault) else next(outcomes)
            failed = isinstance(outcome, Exception)
            settled.append((each.future, None, outcome) if failed else (each.future, outcome, None))
        return settled

    def _extend(self, waiting: Sequence[_Waiting]) -> tuple[list[Prepared | Fault], Iterator[Outcome]]:
        """Seal and write; sealed anew where a key was retired in between, as often as that happens."""
        while True:
            prepared = self._batch.prepare([(each.new, each.at) for each in waiting])
            ready = [each for each in prepared if not isinstance(each, Fault)]
            with suppress(KeyRetired):
                outcomes = self._storage.transact(partial(self._extension.extend, ready)) if ready else []
                return prepared, iter(outcomes)

    def _fail(self, error: Exception) -> Fault:
        full = isinstance(error, OSError) and error.errno == errno.ENOSPC
        code = "disk-full" if full else error.code if isinstance(error, Fault) else "log-unavailable"
        fault = Fault(code, retry_after=60, log=f"{type(error).__name__}: {error}")
        self._end(fault, fenced=isinstance(error, Fenced))
        return fault

    def _end(self, fault: Fault, *, fenced: bool) -> None:
        with self._changed:
            self.failure, self.fenced = fault, fenced
            left, self._queue = list(self._queue), deque()
        _settle([(each.future, None, _again(fault)) for each in left])


_Settled = tuple[asyncio.Future[Any], Any, Exception | None]


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
