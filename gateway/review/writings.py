"""What the FG writes: appended to the audit stream before it is shown, and read back from there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gateway.model.codes import Tenant
from gateway.model.writing import NewWriting, WritingKind
from gateway.review.acts import Acts, Writing
from gateway.tlog.audit import AuditLog


class Writings:
    """`acts`: the audit stream of each tenant, read."""

    def __init__(self, audit: AuditLog, acts: Mapping[Tenant, Acts]) -> None:
        self._audit, self._acts = audit, acts

    async def write(
        self,
        tenant: Tenant,
        *,
        who: str,
        role: str,
        kind: WritingKind,
        about: tuple[str, ...] = (),
        content: Mapping[str, Any] | None = None,
    ) -> Writing:
        """Recorded durably when it returns; a `Fault` otherwise, and then nothing was written."""
        new = NewWriting(who, role, kind, about, content or {})
        leaf = (await self._audit.wrote(tenant, new)).leaf
        return Writing(leaf.id, tenant, datetime.fromisoformat(leaf.time), who, role, kind, about, new.content)

    async def all(self, tenant: Tenant, kind: WritingKind | None = None, about: str | None = None) -> list[Writing]:
        """Oldest first, with everything that was written before the call. Raises the faults of the logs."""
        return await asyncio.to_thread(self._acts[tenant].writings, kind, about)
