"""The logs as the year is written to them: many requests beside each other, their records in the order of the plan.

Rules:
- A request may be decided whenever it is, but its record waits until the one before it was handed over.
- The two tenants do not wait for each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import datetime

from gateway.model.codes import Tenant
from gateway.model.record import CommittedReceipt, NewRecord, StoredAnswer
from gateway.sandbox.year.clock import MovedClock, RecordIds
from gateway.tlog.logs import Logs


class Turn:
    """The place of one request in the order of its tenant's records."""

    def __init__(self, before: Turn | None) -> None:
        self._before = before
        self._done = asyncio.Event()

    async def come(self) -> None:
        if self._before is not None:
            await self._before._done.wait()
            self._before = None

    def leave(self) -> None:
        self._done.set()


_turn: ContextVar[Turn | None] = ContextVar("turn", default=None)


class YearRecords:
    """Satisfies `exchange.ports.Records` over a log a tenant, each with ids of its own."""

    def __init__(self, logs: Mapping[Tenant, Logs], ids: Mapping[Tenant, RecordIds], clock: MovedClock) -> None:
        self._logs, self._ids, self._clock = logs, ids, clock
        self._last: dict[Tenant, Turn] = {}

    @asynccontextmanager
    async def in_turn(self, turn: Turn) -> AsyncIterator[None]:
        """Let what this task records stand in that place; it is free for the next one however this ends."""
        token = _turn.set(turn)
        try:
            yield
        finally:
            _turn.reset(token)
            await turn.come()
            turn.leave()

    def turn(self, tenant: Tenant) -> Turn:
        """The place after the one that was given last."""
        self._last[tenant] = Turn(self._last.get(tenant))
        return self._last[tenant]

    def check(self, tenant: Tenant, at: datetime) -> None:
        self._logs[tenant].check(tenant, at)

    async def append(self, tenant: Tenant, at: datetime, record: NewRecord) -> CommittedReceipt:
        turn = _turn.get()
        if turn is not None:
            await turn.come()
            turn.leave()  # the next one goes on when this one waits, and then it was handed over
        self._ids[tenant].expect(at)
        return await self._logs[tenant].append(tenant, at, record)

    async def answered(self, client: str, idempotency: str) -> StoredAnswer | None:
        return await self._first("answered", client, idempotency)

    async def disclosure(self, request_id: str) -> StoredAnswer | None:
        return await self._first("disclosure", request_id)

    async def _first(self, what: str, *named: str) -> StoredAnswer | None:
        for logs in self._logs.values():
            if (found := await getattr(logs, what)(*named)) is not None:
                return found
        return None
