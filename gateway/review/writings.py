"""What the FG writes: appended to the audit stream before it is shown, and read back from there.

Rule: what was written of a record is told to the index before `write` returns, so that the next list has it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from gateway.model.codes import Tenant
from gateway.model.writing import NewWriting, WritingKind
from gateway.review.acts import Acts, Writing
from gateway.review.judged import by_record
from gateway.tlog.audit import AuditLog

JUDGED, FLAGGED = "beoordeeld", "vlag"
MARKING = frozenset({WritingKind.FLAG, WritingKind.UNFLAG, WritingKind.VERDICT})


class Marks(Protocol):
    """Where it is kept which records were judged, and which are flagged."""

    def mark(self, facet: str, records: Iterable[str]) -> None: ...


class Writings:
    """`acts`: the audit stream of each tenant, read; `marks`: what the index of each hears."""

    def __init__(
        self, audit: AuditLog, acts: Mapping[Tenant, Acts], marks: Mapping[Tenant, Marks] | None = None
    ) -> None:
        self._audit, self._acts, self._marks = audit, acts, marks or {}

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
        if kind in MARKING:
            await asyncio.to_thread(self.mark, tenant)
        return Writing(leaf.id, tenant, datetime.fromisoformat(leaf.time), who, role, kind, about, new.content)

    async def all(self, tenant: Tenant, kind: WritingKind | None = None, about: str | None = None) -> list[Writing]:
        """Oldest first, with everything that was written before the call. Raises the faults of the logs."""
        return await asyncio.to_thread(self._acts[tenant].writings, kind, about)

    def mark(self, tenant: Tenant) -> None:
        """Tell the index which records were judged and which are flagged. Raises the faults of the logs."""
        if (marks := self._marks.get(tenant)) is None:
            return
        said = by_record(self._acts[tenant].writings())
        marks.mark(JUDGED, [record for record, each in said.items() if each.verdict is not None])
        marks.mark(FLAGGED, [record for record, each in said.items() if each.flag is not None])
