"""The logs, behind a look at the disk.

Rule: while less is free than the floor nothing is appended, and whoever asks beforehand is told; what has room again is
taken again, without anybody's doing.
"""

import shutil
from datetime import datetime
from pathlib import Path

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.record import CommittedReceipt, NewRecord, StoredAnswer
from gateway.tlog.logs import Logs


class GuardedRecords:
    """`floor`: MiB that must be free on the disk of `folder`."""

    def __init__(self, logs: Logs, folder: Path, floor: int) -> None:
        self._logs, self._folder, self._floor = logs, folder, floor << 20

    @property
    def room(self) -> bool:
        return shutil.disk_usage(self._folder).free >= self._floor

    def check(self, tenant: Tenant, at: datetime) -> None:
        if not self.room:
            raise Fault("disk-full", retry_after=60, log="less free than min_free_disk")
        self._logs.check(tenant, at)

    async def append(self, tenant: Tenant, at: datetime, record: NewRecord) -> CommittedReceipt:
        self.check(tenant, at)
        return await self._logs.append(tenant, at, record)

    async def answered(self, client: str, idempotency: str) -> StoredAnswer | None:
        return await self._logs.answered(client, idempotency)

    async def disclosure(self, request_id: str) -> StoredAnswer | None:
        return await self._logs.disclosure(request_id)
