"""The logs, behind a look at the disk and at the witnesses.

Rules:
- While less is free than the floor nothing is appended, and whoever asks beforehand is told; what has room again is
  taken again, without anybody's doing.
- While somebody who watches the log has frozen a tenant nothing is appended of it, and no answer given again.
- While too few witnesses have seen the log of late nothing is appended and no answer that is kept is given again: no
  refusal either, since a record that nobody else has seen is no proof to anybody.
"""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from gateway.errors import Fault
from gateway.model.record import CommittedReceipt, NewRecord, StoredAnswer
from gateway.tlog.logs import Logs
from gateway.tlog.publication.publishing import Publishing


class GuardedRecords:
    """`floor`: MiB that must be free on the disk of `folder`; `publishing` None: nobody vouches for these logs;
    `frozen`: whether a tenant's releases stand still.
    """

    def __init__(
        self,
        logs: Logs,
        folder: Path,
        floor: int,
        publishing: Publishing | None = None,
        frozen: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._logs, self._folder, self._floor, self._publishing = logs, folder, floor << 20, publishing
        self._frozen = frozen

    @property
    def room(self) -> bool:
        return shutil.disk_usage(self._folder).free >= self._floor

    def check(self, tenant: str, at: datetime) -> None:
        if not self.room:
            raise Fault("disk-full", retry_after=60, log="less free than min_free_disk")
        self._require_going(tenant)
        self._logs.check(tenant, at)
        if self._publishing is not None:
            self._publishing.check(tenant, at)

    async def append(self, tenant: str, at: datetime, record: NewRecord) -> CommittedReceipt:
        self.check(tenant, at)
        receipt = await self._logs.append(tenant, at, record)
        if self._publishing is not None:
            self._publishing.grew(tenant)
        return receipt

    async def answered(self, client: str, idempotency: str) -> StoredAnswer | None:
        return self._vouched(await self._logs.answered(client, idempotency))

    async def disclosure(self, request_id: str) -> StoredAnswer | None:
        return self._vouched(await self._logs.disclosure(request_id))

    def _vouched(self, stored: StoredAnswer | None) -> StoredAnswer | None:
        if stored is not None:
            self._require_going(stored.receipt.leaf.tenant)
            if self._publishing is not None:
                self._publishing.check(stored.receipt.leaf.tenant)
        return stored

    def _require_going(self, tenant: str) -> None:
        if self._frozen(tenant):
            raise Fault("log-frozen", retry_after=3600, log=f"{tenant} is frozen: gateway log thaw")
