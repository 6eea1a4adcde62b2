"""Looking somebody up in a tenant's log: every record that is about a person, of every year, and proof that it is all.

Rules:
- The number lives in this call alone. It becomes the tenant's pseudonym under every version of its key that there is;
  what comes out holds neither.
- Who is known and who is not take the same road: the log is read whole, up to its seal, also where nobody has a key.
- The heads are read before the keys: whatever a head covers was sealed under a key that was there already.
- A record counts if a key of this person seals it. Each that opens must say that it is about this person, each that
  does not must have lost a key that a tombstone names, and the desk's index must know the same ones: where any of that
  differs, there is no report (`NotComplete`).
- Of a person whose own keys were erased, nobody can tell which records were about them: those are in no count.

Trust: whoever can run this can tell who is in the log. It answers for a report alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from gateway.model.codes import Tenant
from gateway.review.filter import Filter
from gateway.review.index import Index
from gateway.review.subject.opening import NotComplete, Opened, Opening, Place
from gateway.review.subject.report import Found
from gateway.review.subject.told import Told
from gateway.tlog.at_rest import LogsAtRest


class Pseudonyms(Protocol):
    def every(self, tenant: Tenant, bsn: str) -> Sequence[str]:
        """A person's pseudonyms, under each version of the tenant's key that there is, the one in use last."""


class Lookup:
    """All may be called by any thread, and may raise the faults of the logs."""

    def __init__(self, logs: LogsAtRest, pseudonyms: Pseudonyms, indexes: Mapping[Tenant, Index]) -> None:
        self._logs, self._pseudonyms, self._indexes = logs, pseudonyms, indexes

    def find(self, tenant: Tenant, bsn: str) -> Found:
        """Every record about a person that the log has. Raises `NotComplete`."""
        people = self._pseudonyms.every(tenant, bsn)
        with Opening(self._logs, tenant) as log:
            seals = log.seals()
            owned = log.owned(people)
            found = {place: log.at(place) for seal in seals for place in log.under(seal, owned)}
            for each in found.values():
                if each.told is not None and each.about not in people:
                    raise NotComplete("beschadigd", each.record)
            self._compare(log, tenant, people, found, {seal.year: seal.size for seal in seals})
        proposed = {each.record: each.told.proposed for each in found.values() if each.told is not None}
        return Found(
            records=tuple(each.record for each in found.values()),
            erased=frozenset(each.record for each in found.values() if each.told is None),
            proposed={record: ground for record, ground in proposed.items() if ground is not None},
            seals=seals,
            alias=self._indexes[tenant].alias(people[-1]),
        )

    def open(self, tenant: Tenant, records: Iterable[str]) -> dict[str, Told | None]:
        """What records tell now, by id, None of those that were erased. Raises `NotComplete`."""
        with Opening(self._logs, tenant) as log:
            return {record: log.named(record).told for record in records}

    def _compare(
        self,
        log: Opening,
        tenant: Tenant,
        people: Sequence[str],
        found: Mapping[Place, Opened],
        sizes: Mapping[int, int],
    ) -> None:
        """Hold what the log gave against what the index knows, as far as both have read. Two people may have one alias;
        but a record of this person that no key of theirs seals is one whose key is being erased.
        """
        index = self._indexes[tenant]
        read, aliases = index.level.sizes, {index.alias(each) for each in people}
        known = (line for alias in aliases for line in index.lines(Filter(subject=alias)))
        lines = {(line.year, line.number): line.record for line in known}
        for place, each in found.items():
            if each.told is not None and place[1] < read.get(place[0], 0) and place not in lines:
                raise NotComplete("register", each.record)
        for place, record in lines.items():
            if place not in found and place[1] < sizes.get(place[0], 0) and log.at(place).about in people:
                raise NotComplete("wissing", record)
