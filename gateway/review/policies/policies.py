"""The policies as the desk reads them: out of the archive, which keeps every revision that decided, and the logs."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from gateway.errors import Fault
from gateway.model.amsterdam import day_of
from gateway.model.codes import Tenant
from gateway.model.record import NO_REVISION
from gateway.pdp.archive import Archive
from gateway.pdp.bundle import Bundle
from gateway.pdp.history import History
from gateway.review.filter import Filter
from gateway.review.index import Index
from gateway.review.policies.caused import DECIDED, Effect, caused
from gateway.review.policies.difference import Change, difference
from gateway.review.policies.revisions import Term, terms
from gateway.tlog.at_rest import LogsAtRest
from gateway.tlog.in_force import statements

KEPT = 16
"""Revisions, and differences, that stay read."""


class Policies:
    """All may be called by any thread, and raise the faults of the logs and of the history."""

    def __init__(self, archive: Archive, history: History, logs: LogsAtRest) -> None:
        self._archive, self._history, self._logs = archive, history, logs
        self._get = lru_cache(KEPT)(archive.get)
        self._between = lru_cache(KEPT)(lambda one, other: difference(self._get(one), self._get(other)))

    def terms(self, tenant: Tenant, index: Index) -> list[Term]:
        """Every time in which a revision decided in this tenant's log, the newest first."""
        return terms(statements(self._logs, tenant), self._history.read(), self.decided(index))

    def decided(self, index: Index) -> dict[str, int]:
        """How many requests each revision decided."""
        counted = index.counts(Filter.of(soort=DECIDED), "beleid")
        return {revision: count for revision, count in counted.items() if revision != NO_REVISION}

    def bundle(self, revision: str) -> Bundle | None:
        """The policies of a revision; None where they are not kept, or not what they were."""
        try:
            return self._get(revision)
        except Fault:
            return None

    def changes(self, term: Term) -> tuple[Change, ...] | None:
        """What it changed in the revision before it; None where that cannot be told, since one of them is not kept, or
        there is none before it.
        """
        if term.previous is None or None in (self.bundle(term.previous), self.bundle(term.revision)):
            return None
        return self._between(term.previous, term.revision)

    def caused(self, term: Term, index: Index, today: date) -> list[Effect]:
        """What followed on a term's beginning, a basis at a time."""
        return [] if term.since is None else list(caused(index, day_of(term.since), today))
