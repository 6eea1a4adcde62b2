"""A tenant's logs of every year, held open for one lookup: where a person's records are, and what each tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Self

import orjson

from gateway.model.codes import Tenant
from gateway.model.record import Leaf, RecordClass
from gateway.review.level import Seal
from gateway.review.subject.told import Told, told_of
from gateway.tlog.at_rest import PAGE, LogsAtRest, ReadableKeys, ReadableLog, keys_of
from gateway.tlog.erasing.tombstones import erased_keys
from gateway.verify.body import body_key, open_body
from gateway.verify.errors import VerificationError

Place = tuple[int, int]
"""Year, and number in that year's log."""


class NotComplete(Exception):
    """A report would not be whole. `why`: `wissing` (an erasure is under way: ask again), `register` (log and index
    differ), `sleutel` (a key is gone and no tombstone says why) or `beschadigd`; `record`: its id, where it is one's.
    """

    def __init__(self, why: str, record: str = "") -> None:
        super().__init__(f"{why} {record}".strip())
        self.why, self.record = why, record


@dataclass(frozen=True, slots=True)
class Opened:
    """A record: its id, the pseudonym that it is about and what is told of it; these None where it was erased."""

    record: str
    about: str | None
    told: Told | None


class Opening(AbstractContextManager["Opening"]):
    def __init__(self, logs: LogsAtRest, tenant: Tenant) -> None:
        self._at_rest, self._tenant, self._stack = logs, tenant, ExitStack()
        self._logs: Mapping[int, ReadableLog] = {}
        self._keys: ReadableKeys

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            years = self._at_rest.years(self._tenant)
            self._logs = {
                year: stack.enter_context(closing(self._at_rest.storage(self._tenant, year))) for year in years
            }
            self._keys = stack.enter_context(closing(self._at_rest.keys(self._tenant)))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def seals(self) -> tuple[Seal, ...]:
        """The heads as they are now, a year each."""
        heads = ((year, log.state()) for year, log in self._logs.items())
        return tuple(Seal(year, head.size, head.checkpoint) for year, head in heads if head is not None)

    def owned(self, people: Iterable[str]) -> frozenset[bytes]:
        """The ids of the keys of these pseudonyms."""
        return frozenset(key for each in people for key in self._keys.owned("subject", each))

    def under(self, seal: Seal, owned: frozenset[bytes]) -> Iterator[Place]:
        """The records below a seal that one of these keys seals. All of them are read, whatever is owned."""
        for start in range(0, seal.size, PAGE):
            bodies = self._logs[seal.year].bodies(start, min(PAGE, seal.size - start))
            yield from ((seal.year, number) for number in sorted(bodies) if bodies[number][1] in owned)

    def named(self, record: str) -> Opened:
        """The record of an id. Raises `NotComplete` where there is none."""
        for year, log in self._logs.items():
            if (number := log.index_of(record)) is not None:
                return self.at((year, number))
        raise NotComplete("beschadigd", record)

    def at(self, place: Place) -> Opened:
        """The record at a place. Raises `NotComplete` where it cannot be read and was not erased."""
        year, number = place
        log = self._logs[year]
        leaf = Leaf.from_bytes(*log.entries(number, 1))
        sealed, *ids = log.bodies(number, 1).get(number, (b"", None, b""))
        if (keys := keys_of(self._keys, *ids)) is None:
            gone = {key for key in ids if key is not None and self._keys.find(key) is None}
            if not gone <= self._stated:
                raise NotComplete("sleutel", leaf.id)
            return Opened(leaf.id, None, None)
        try:
            body = orjson.loads(open_body(body_key(*keys, leaf.id), leaf, sealed))
            about, told = told_of(leaf, year, number, body, self._collected(year, leaf))
        except (VerificationError, ValueError, KeyError, TypeError) as error:
            raise NotComplete("beschadigd", leaf.id) from error
        return Opened(leaf.id, about, told)

    @cached_property
    def _stated(self) -> frozenset[bytes]:
        """The keys that tombstones name."""
        return frozenset(key for log in self._logs.values() for key in erased_keys(log))

    def _collected(self, since: int, leaf: Leaf) -> datetime | None:
        """When its recipient first came for what a record released: it may have been after the year's end."""
        if leaf.kind is not RecordClass.VERSTREKKING:
            return None
        logs = [log for year, log in self._logs.items() if since <= year <= since + 1]
        entries = (log.entries(at, 1) for log in logs for at in log.indexes_of_request(leaf.request_id))
        leaves = [Leaf.from_bytes(*each) for each in entries]
        times = [each.time for each in leaves if each.kind is RecordClass.OUTCOME]
        return datetime.fromisoformat(min(times)) if times else None
