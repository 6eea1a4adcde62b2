"""Telling the logs which policies decide, as soon as they do (`tlog/in_force.py`).

Rules:
- Whatever comes into force is stated, in its order, in each tenant's log; what cannot be recorded now is tried again
  until it is. It goes the way of any record, past the same guards.
- A change of policies waits for no record: each decision names its revision in its own. But a gateway that starts is
  not ready before what it decides by stands in the logs (`begun`).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import structlog

from gateway.errors import Fault
from gateway.model.record import CommittedReceipt, NewRecord
from gateway.tlog.at_rest import LogsAtRest
from gateway.tlog.in_force import in_force, newest
from gateway.tlog.logs import Clock
from gateway.tlog.ports import Identifiers

AGAIN = 0.2
"""Seconds between two attempts."""


class Appends(Protocol):
    async def append(self, tenant: str, at: datetime, record: NewRecord, /) -> CommittedReceipt: ...


class Stating:
    """Belongs to one event loop. `logs`: the same logs, to be read; `records`: where statements are recorded."""

    def __init__(
        self,
        tenants: Sequence[str],
        logs: LogsAtRest,
        records: Appends,
        *,
        clock: Clock,
        identifiers: Identifiers,
        simulation: bool,
    ) -> None:
        self._tenants, self._logs, self._records = tenants, logs, records
        self._clock, self._identifiers, self._simulation = clock, identifiers, simulation
        self._waiting: deque[tuple[str, str, str | None]] = deque()
        self._came = asyncio.Event()
        self._journal = structlog.get_logger("gateway.policies")
        self._told = ""
        self.begun = False

    def taken(self, revision: str, signer: str | None) -> None:
        """Policies came into force: they are stated soon. `signer`: the `kid` of who signed them, if anybody did."""
        self._waiting += [(tenant, revision, signer) for tenant in self._tenants]
        self._came.set()

    async def run(self) -> None:
        """State what comes, for as long as this is not cancelled."""
        while True:
            if await self.state():
                await self._came.wait()
            else:
                await asyncio.sleep(AGAIN)

    async def state(self) -> bool:
        """State what waits; whether all of it was."""
        self._came.clear()
        while self._waiting:
            try:
                await self._one(*self._waiting[0])
            except Exception as error:  # whatever it is, it must not end the stating
                self._tell(error.code if isinstance(error, Fault) else type(error).__name__)
                return False
            self._waiting.popleft()
        self._told, self.begun = "", True
        return True

    async def _one(self, tenant: str, revision: str, signer: str | None) -> None:
        last = await asyncio.to_thread(newest, self._logs, tenant)
        if last is not None and last.revision == revision:
            return
        new = in_force(
            revision, last and last.revision, signer, id=self._identifiers.new(), simulation=self._simulation
        )
        await self._records.append(tenant, self._clock.now(), new)

    def _tell(self, why: str) -> None:
        if why != self._told:
            self._told = why
            self._journal.warning("policies-unstated", why=why)
