"""Erasing bodies: their keys go, and a record that stays says so.

Rules:
- Pending in the file of keys, then the tombstone in the log, then what is kept to be asked for again, then the keys:
  each is durable before the next begins. A crash leaves nothing done, or something that `resume` finishes.
- A key that is gone without a tombstone is tampering, so none goes before its tombstone is committed.
- A tombstone bears the erasure's id as its request id: whoever resumes finds it, and there is never a second one.
- What was on its way to the log with a retired key is committed before the key goes: the tombstone, and the errand that
  erases the answers, wait in the same queues behind it.
- What comes after the keys were retired gets new ones: new data about somebody is not erased with the old.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Protocol

from gateway.errors import Fault
from gateway.model.erasure import Erasure, ErasureReason
from gateway.model.record import CommittedReceipt, NewRecord, RecordClass
from gateway.tlog.log import Log
from gateway.tlog.logs import Clock, Logs
from gateway.tlog.ports import BodyKeys, Identifiers
from gateway.tlog.turn import stated

MOST_KEYS = 512
"""Keys that one tombstone names at most: its statement stays below 20 KB."""


class Appends(Protocol):
    """Where tombstones are recorded: the logs, or whoever guards them."""

    async def append(self, stream: str, at: object, record: NewRecord, /) -> CommittedReceipt: ...


class Erasing:
    """Erases from the logs that are open here. Belongs to one event loop. `records`: as `Logs.append`."""

    def __init__(
        self, logs: Logs, records: Appends, *, clock: Clock, identifiers: Identifiers, simulation: bool
    ) -> None:
        self._logs, self._records = logs, records
        self._clock, self._identifiers, self._simulation = clock, identifiers, simulation

    async def erase(self, stream: str, keys: Sequence[bytes], reason: ErasureReason, by: str) -> list[str]:
        """Erase what these keys open; the ids of the tombstones. Raises `Fault` where that is not finished yet: it will
        be, by `resume`.
        """
        begun = await asyncio.to_thread(
            retire, await self._logs.keys(stream), keys, reason, by, self._clock, self._identifiers
        )
        return [await self._finish(stream, each) for each in begun]

    async def resume(self) -> list[str]:
        """Finish what was begun, here or by another process; the ids of the tombstones. The fault of one stream keeps
        no other waiting, and is raised at the end.
        """
        finished: list[str] = []
        faults: list[Fault] = []
        for stream in await self._logs.begun():
            try:
                keys = await self._logs.keys(stream)
                finished += [await self._finish(stream, each) for each in await asyncio.to_thread(keys.unfinished)]
            except Fault as fault:
                faults.append(fault)
        if faults:
            raise faults[0]
        return finished

    async def _finish(self, stream: str, erasure: Erasure) -> str:
        keys = await self._logs.keys(stream)
        logs = await self._logs.since(stream, self._logs.year_of(erasure.at) - 1)
        tombstone = await asyncio.to_thread(_tombstone_in, logs, erasure.id)
        if tombstone is None:
            new = stated(erasure.statement(), id=erasure.id, simulation=self._simulation, kind=RecordClass.TOMBSTONE)
            tombstone = (await self._records.append(stream, self._clock.now(), new)).record_id
        for log in await self._logs.since(stream, self._logs.year_of(erasure.at) - 1):
            if not await log.erase_answers_to(erasure.keys):
                raise Fault("log-busy", retry_after=2, log="a reader holds on to answers of before")
        if not await asyncio.to_thread(keys.destroy, erasure.keys):
            raise Fault("log-busy", retry_after=2, log="a reader holds on to keys of before")
        await asyncio.to_thread(keys.finish, erasure.id, tombstone)
        return tombstone


def retire(
    keys: BodyKeys, wanted: Sequence[bytes], reason: ErasureReason, by: str, clock: Clock, identifiers: Identifiers
) -> list[Erasure]:
    """Begin erasing: whoever serves the log finishes it. None where all were retired before."""
    begun = (
        keys.retire(Erasure(identifiers.new(), reason, by, clock.now(), tuple(wanted[at : at + MOST_KEYS])))
        for at in range(0, len(wanted), MOST_KEYS)
    )
    return [each for each in begun if each is not None]


def _tombstone_in(logs: Iterable[Log], erasure_id: str) -> str | None:
    for log in logs:
        for index in log.indexes_of_request(erasure_id):
            receipt = log.receipt(index)
            if receipt is not None:
                return receipt.record_id
    return None
