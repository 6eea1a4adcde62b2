"""All logs of a gateway: one a tenant and year of Amsterdam, found by the moment of the request.

Rules:
- A year's log is opened when it is first needed; those of earlier years stay readable.
- The log's name, `<host>/<tenant>/<year>`, is also the name of the key that signs it.
- An answer may stand in the log of the year before: looking for one asks the two newest logs of every tenant.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.record import CommittedReceipt, NewRecord, StoredAnswer
from gateway.tlog.log import Log
from gateway.tlog.ports import BodyKeys, Identifiers, Randomness, Shelf
from gateway.verify.note import Signer

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Clock(Protocol):
    def now(self) -> datetime: ...


class Logs:
    """Satisfies `exchange.ports.Records`. Belongs to one event loop."""

    def __init__(
        self,
        *,
        shelf: Shelf,
        host: str,
        signer: Callable[[Tenant, str], Signer],
        clock: Clock,
        identifiers: Identifiers,
        randomness: Randomness,
        queue: int,
        former: Callable[[Tenant], Sequence[bytes]] = lambda _: (),
    ) -> None:
        """`host` begins every origin; `signer` gives a tenant's signer under an origin's name; `queue` is a log's;
        `former` gives the public keys of a tenant's earlier signers that still count."""
        self._former = former
        self._shelf, self._host, self._signer, self._clock = shelf, host, signer, clock
        self._identifiers, self._randomness, self._queue = identifiers, randomness, queue
        self._logs: dict[tuple[Tenant, int], Log] = {}
        self._keys: dict[Tenant, BodyKeys] = {}
        self._opening = asyncio.Lock()

    async def start(self) -> None:
        """Open this year's logs and each tenant's newest earlier one, so that damage shows before anything is asked."""
        year = self.year_of(self._clock.now())
        for tenant in Tenant:
            earlier = [old for old in self._shelf.years(tenant) if old < year]
            for each in (*earlier[-1:], year):
                await self.log(tenant, each)

    async def log(self, tenant: Tenant, year: int) -> Log:
        """The log of a tenant and year, opened if it was not. Raises the faults of `Log.open`."""
        async with self._opening:
            if (tenant, year) not in self._logs:
                self._logs[tenant, year] = await asyncio.to_thread(self._open, tenant, year)
            return self._logs[tenant, year]

    def check(self, tenant: Tenant, at: datetime) -> None:
        """Raise why the tenant's log of the year of `at` records nothing any more, if it is open and failed."""
        log = self._logs.get((tenant, self.year_of(at)))
        if log is not None and (failed := log.failure) is not None:
            raise Fault(failed.code, retry_after=failed.retry_after, log=failed.log)

    async def append(self, tenant: Tenant, at: datetime, record: NewRecord) -> CommittedReceipt:
        """Record in the tenant's log of the year of `at`. Raises the faults of `Log.open` and `Log.append`."""
        log = self._logs.get((tenant, self.year_of(at))) or await self.log(tenant, self.year_of(at))
        return await log.append(record, at)

    async def answered(self, client: str, idempotency: str) -> StoredAnswer | None:
        """The answer that is kept under this client's key, in whatever log."""
        now = self._clock.now()
        return next((kept for log in self.recent if (kept := log.answered(client, idempotency, now))), None)

    async def disclosure(self, request_id: str) -> StoredAnswer | None:
        """The answer of a disclosure that is still kept, in whatever log."""
        now = self._clock.now()
        return next((kept for log in self.recent if (kept := log.disclosure(request_id, now))), None)

    async def erase_answers(self) -> int:
        """Erase the answers that expired; how many there were."""
        now = self._clock.now()
        return sum([await log.erase_answers(now) for log in self.recent])

    @property
    def recent(self) -> list[Log]:
        """The two newest open logs of every tenant, newest first."""
        newest: list[Log] = []
        for tenant in Tenant:
            years = sorted((year for owner, year in self._logs if owner is tenant), reverse=True)
            newest += [self._logs[tenant, year] for year in years[:2]]
        return newest

    @property
    def failure(self) -> Fault | None:
        """Why some log records nothing any more, None while all are well."""
        return next((log.failure for log in self._logs.values() if log.failure), None)

    @property
    def opened(self) -> Mapping[tuple[Tenant, int], Log]:
        """The logs that are open, by tenant and year."""
        return self._logs

    @property
    def verifiers(self) -> list[str]:
        """The verifier keys of the open logs, those of former signers too."""
        return [str(key) for log in self._logs.values() for key in log.verifiers]

    def year_of(self, moment: datetime) -> int:
        """The year in Amsterdam, which is the year of the log."""
        return moment.astimezone(AMSTERDAM).year

    def close(self) -> None:
        """Write what waits and let go of every file and of the shelf."""
        for log in self._logs.values():
            log.close()
        for keys in self._keys.values():
            keys.close()
        self._shelf.close()

    def _open(self, tenant: Tenant, year: int) -> Log:
        if tenant not in self._keys:
            self._keys[tenant] = self._shelf.keys(tenant)
        storage = self._shelf.storage(tenant, year)
        try:
            return Log.open(
                tenant=tenant,
                storage=storage,
                keys=self._keys[tenant],
                signer=self._signer(tenant, f"{self._host}/{tenant}/{year}"),
                former=self._former(tenant),
                now=self._clock.now,
                identifiers=self._identifiers,
                randomness=self._randomness,
                queue=self._queue,
            )
        except BaseException:
            storage.close()
            raise
