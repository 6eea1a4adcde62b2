"""Who looked at the log: the looks that were recorded in the audit logs, oldest first. Reading them opens their bodies,
and so is a look too.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from gateway.model.amsterdam import day_of
from gateway.model.codes import Tenant
from gateway.model.look import Look
from gateway.model.record import Leaf
from gateway.tlog.at_rest import LogsAtRest
from gateway.tlog.audit import ACT, audit_stream
from gateway.verify.errors import VerificationError
from gateway.tlog.sealed import DAMAGED, ERASED, SealedRecord, SealedRecords


@dataclass(frozen=True, slots=True)
class Looked:
    """A look at a tenant's log, at a moment (aware)."""

    tenant: Tenant
    at: datetime
    look: Look


class Looks:
    """`opened` counts by tenant, `skipped` what could not be read, under `ERASED` and `DAMAGED`."""

    def __init__(self, logs: LogsAtRest) -> None:
        self._sealed = SealedRecords(logs)
        self.opened: Counter[Tenant] = Counter()
        self.skipped: Counter[str] = Counter()

    def all(self, day: date | None = None) -> list[Looked]:
        """Those of a day in Amsterdam, or ever."""
        found = [each for tenant in Tenant for each in self._of(tenant) if day is None or day_of(each.at) == day]
        return sorted(found, key=lambda each: each.at)

    def _of(self, tenant: Tenant) -> Iterator[Looked]:
        for stream, year in self._sealed.names([audit_stream(tenant)]):
            for sealed in self._sealed.of(stream, year):
                if (looked := self._open(tenant, sealed)) is not None:
                    yield looked

    def _open(self, tenant: Tenant, sealed: SealedRecord) -> Looked | None:
        try:
            leaf = Leaf.from_bytes(sealed.leaf)
            if (body := sealed.open(leaf)) is None:
                self.skipped[ERASED] += 1
                return None
            if body["act"] != ACT:
                return None
            look = Look(body["who"], body["role"], body["what"], body["filter"], body["count"])
        except (VerificationError, ValueError, KeyError, TypeError):
            self.skipped[DAMAGED] += 1
            return None
        self.opened[tenant] += 1
        return Looked(tenant, datetime.fromisoformat(leaf.time), look)
