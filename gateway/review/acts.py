"""What stands in the audit streams: who looked, and what they wrote. Read once, then only what came since.

Rules:
- Every call first reads what the stream has grown by, so that what was recorded before it is in its answer.
- What cannot be read (a key was destroyed, a body is not the logged one) is counted and left out.
- All may be called by any thread.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateway.model.codes import Tenant
from gateway.model.look import Look
from gateway.model.record import Leaf
from gateway.model.writing import WritingKind
from gateway.tlog.at_rest import LogsAtRest
from gateway.tlog.audit import ACT, WROTE, audit_stream
from gateway.tlog.sealed import DAMAGED, ERASED, SealedRecord, SealedRecords
from gateway.verify.errors import VerificationError


@dataclass(frozen=True, slots=True)
class Looked:
    """A look at a tenant's log, at a moment (aware)."""

    tenant: Tenant
    at: datetime
    look: Look


@dataclass(frozen=True, slots=True)
class Writing:
    """What somebody wrote, at a moment (aware). `id`: of its record; `about`: ids of records or of earlier writings."""

    id: str
    tenant: Tenant
    at: datetime
    who: str = field(repr=False)
    role: str
    kind: WritingKind
    about: tuple[str, ...] = ()
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Acts:
    """Those of one tenant. `skipped` counts what could not be read, under `ERASED` and `DAMAGED`."""

    def __init__(self, logs: LogsAtRest, tenant: Tenant) -> None:
        self._sealed, self._logs, self._tenant = SealedRecords(logs), logs, tenant
        self._lock = threading.Lock()
        self._read: dict[int, int] = {}
        self._looks: list[Looked] = []
        self._writings: list[Writing] = []
        self.skipped: Counter[str] = Counter()

    def looks(self) -> list[Looked]:
        """Every look, oldest first."""
        with self._lock:
            self._catch_up()
            return list(self._looks)

    def writings(self, kind: WritingKind | None = None, about: str | None = None) -> list[Writing]:
        """What was written, oldest first: of a kind, about a record or a writing, or all."""
        with self._lock:
            self._catch_up()
            return [
                each
                for each in self._writings
                if (kind is None or each.kind is kind) and (about is None or about in each.about)
            ]

    def _catch_up(self) -> None:
        stream = audit_stream(self._tenant)
        for year in self._logs.years(stream):
            for sealed in self._sealed.of(stream, year, self._read.get(year, 0)):
                self._keep(sealed)
                self._read[year] = sealed.index + 1

    def _keep(self, sealed: SealedRecord) -> None:
        try:
            leaf = Leaf.from_bytes(sealed.leaf)
            if (body := sealed.open(leaf)) is None:
                self.skipped[ERASED] += 1
                return
            at = datetime.fromisoformat(leaf.time)
            if body["act"] == ACT:
                look = Look(body["who"], body["role"], body["what"], body["filter"], body["count"])
                self._looks.append(Looked(self._tenant, at, look))
            elif body["act"] == WROTE:
                kind, about = WritingKind(body["kind"]), tuple(body["about"])
                self._writings.append(
                    Writing(leaf.id, self._tenant, at, body["who"], body["role"], kind, about, body["content"])
                )
        except (VerificationError, ValueError, KeyError, TypeError):
            self.skipped[DAMAGED] += 1
