"""Who looked at the log and what they wrote of it, in a log of its own: one a tenant and year,
`<host>/audit-<tenant>/<year>`.

Rules:
- A look is recorded before anything is shown; one that cannot be recorded is not shown.
- Who looked, and for what, stands in the body alone, under a key of its own; the leaf says only that somebody did, and
  when.
- Looking at this log is a look too.
- What somebody wrote (a note, a flag, a verdict) stands here as well: it is appended, and never changed.
- Several processes may record beside each other: their shelf is `shared`.
- A gateway that serves has these logs witnessed, and shows them to nobody: their leaves say nothing of anybody, but
  when somebody looked may tell whoever knows of a case that it is looked into. Whoever may see them gets an export.
"""

from typing import Any

from gateway.model.amsterdam import day_of
from gateway.model.canonical import canonical
from gateway.model.codes import Tenant
from gateway.model.look import Look
from gateway.model.record import BODY_VERSION, NO_REVISION, CommittedReceipt, NewRecord, RecordClass
from gateway.model.retention import AUDIT_YEARS, years_later
from gateway.model.writing import NewWriting
from gateway.tlog.logs import Clock, Logs
from gateway.tlog.ports import Identifiers

ACT = "looked"
WROTE = "wrote"
PREFIX = "audit-"


def audit_stream(tenant: Tenant) -> str:
    """The stream in which looks at a tenant's log are recorded."""
    return f"{PREFIX}{tenant}"


STREAMS = tuple(audit_stream(tenant) for tenant in Tenant)


class AuditLog:
    """Where every view that shows what a body holds records the look first. `logs`: those of `STREAMS`."""

    def __init__(self, logs: Logs, *, clock: Clock, identifiers: Identifiers, simulation: bool) -> None:
        self._logs, self._clock, self._identifiers, self._simulation = logs, clock, identifiers, simulation

    async def looked(self, tenant: Tenant, look: Look) -> CommittedReceipt:
        """Durably recorded when it returns. A `Fault` otherwise, and then nothing may be shown."""
        return await self._record(
            tenant,
            {
                "act": ACT,
                "who": look.who,
                "role": look.role,
                "what": look.what,
                "filter": look.filter,
                "count": look.count,
            },
        )

    async def wrote(self, tenant: Tenant, writing: NewWriting) -> CommittedReceipt:
        """Durably recorded when it returns; a `Fault` otherwise."""
        return await self._record(
            tenant,
            {
                "act": WROTE,
                "who": writing.who,
                "role": writing.role,
                "kind": writing.kind,
                "about": list(writing.about),
                "content": dict(writing.content),
            },
        )

    async def _record(self, tenant: Tenant, act: dict[str, Any]) -> CommittedReceipt:
        now = self._clock.now()
        new = NewRecord(
            kind=RecordClass.ACT,
            request_id=self._identifiers.new(),
            revision=NO_REVISION,
            simulation=self._simulation,
            body=canonical({"version": BODY_VERSION, **act}),
            retain_until=years_later(day_of(now), AUDIT_YEARS),
        )
        return await self._logs.append(audit_stream(tenant), now, new)
