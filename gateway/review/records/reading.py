"""A record as a reviewer reads it: opened, decided by which policies, what else belongs to its request, and what became
of it.

Rules:
- The policies that tell a decision are those that decided it, by their revision, out of the archive. Where they are not
  there any more the decision is told without them, and that is said.
- Nothing is decided again here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.record import RecordClass
from gateway.pdp.archive import Archive
from gateway.pdp.bundle import Bundle
from gateway.pdp.rungs import Unplaced
from gateway.review.acts import Writing
from gateway.review.records.asked import Asked, asked
from gateway.review.records.decided import Decided, decided
from gateway.review.records.entry import Entries, Entry
from gateway.review.records.story import Moment, story

OF_A_REQUEST = frozenset(RecordClass) - {RecordClass.ACT, RecordClass.TOMBSTONE}
KEPT_OPEN = 8
"""Revisions of which the policies stay read."""


@dataclass(frozen=True, slots=True)
class Read:
    """`asked`: None where nobody can read it; `decided`: None too where nothing was decided; `strange`: the body could
    be opened and has a form that is not known here; `request`: all records of the request, this one among them.
    """

    entry: Entry
    asked: Asked | None
    decided: Decided | None
    strange: bool
    request: tuple[Entry, ...] = field(repr=False)

    def story(self, writings: Iterable[Writing]) -> list[Moment]:
        """What happened to the request. `writings`: about any of its records."""
        at: datetime | None = self.asked.at if self.asked else None
        requester = self.asked.requester.oin if self.asked else ""
        return story(self.request, at, requester, writings)


class Reading:
    """`alias`: of a pseudonym of a tenant. All may be called by any thread; all may raise the faults of the logs."""

    def __init__(self, entries: Entries, archive: Archive, alias: Callable[[Tenant, str], str]) -> None:
        self._entries, self._archive, self._alias = entries, archive, alias
        self._bundle = lru_cache(KEPT_OPEN)(archive.get)

    def at(self, tenant: Tenant, year: int, number: int, *, content: bool) -> Read | None:
        """The record at a place, None where there is none. `content`: whether the reader may see what it says of a
        case. Raises `entry.NoLine`.
        """
        entry = self._entries.at(tenant, year, number)
        return None if entry is None else self._read(entry, content=content)

    def place(self, tenant: Tenant, record: str) -> tuple[int, int] | None:
        """Where the record of this id stands, or the first of the request of this id."""
        found = self._entries.named(tenant, record)
        return found[0].place if found else None

    def _read(self, entry: Entry, *, content: bool) -> Read:
        request = (entry,)
        if entry.leaf.kind in OF_A_REQUEST:
            request = tuple(self._entries.named(entry.tenant, entry.leaf.request_id)) or request
        of = next((each for each in (entry, *request) if each.body and each.body.get("facts")), None)
        alias = partial(self._alias, entry.tenant)
        try:
            was_asked = None if of is None or of.body is None else asked(of.body, alias, content=content)
            was_decided = self._decided(entry, alias, content=content)
        except (KeyError, TypeError, ValueError, AttributeError):
            return Read(entry, None, None, True, request)
        return Read(entry, was_asked, was_decided, False, request)

    def _decided(self, entry: Entry, alias: Callable[[str], str], *, content: bool) -> Decided | None:
        if entry.body is None or entry.body.get("decision") is None:
            return None
        try:
            return decided(entry.body, self._policies(entry.leaf.revision), alias, content=content)
        except Unplaced:
            return decided(entry.body, None, alias, content=content)

    def _policies(self, revision: str) -> Bundle | None:
        try:
            return self._bundle(revision)
        except Fault:
            return None
