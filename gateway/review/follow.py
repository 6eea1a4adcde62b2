"""Keeps the indexes level with the logs: what came since, what was erased, and whether it is still the same log.

Rules:
- The heads are read first, that of the latest year before those of earlier ones, and lines up to them: whatever a line
  speaks of then stands among those that are read before it.
- What a tombstone states counts where the leaf bears it out. Its keys open nothing in the index any more once the page
  that it stands in was read.
- A log that is shorter than what was read of it, or whose last leaf is another, is another log: its index begins anew.
- What cannot be read now is tried again at the next turn.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.indexed import IndexedRow, Readable, ReadSoFar
from gateway.model.log import LogState
from gateway.model.record import Leaf, MalformedLeaf, RecordClass
from gateway.review.index import Index
from gateway.review.line import content_of, packed
from gateway.review.sets import located, place_of
from gateway.tlog.at_rest import LogsAtRest, ReadableLog
from gateway.tlog.erasing.tombstones import keys_in
from gateway.tlog.sealed import PAGE, SealedRecord, SealedRecords
from gateway.verify.errors import VerificationError

EVERY = 1.0
"""Seconds between two looks at the heads."""


class Follower:
    """`indexes` by tenant. `told`: hears why a turn failed, once for each cause, and None when the next one worked.
    `fault`: why the last turn failed, None where it did not. All may be called by any thread.
    """

    def __init__(
        self,
        logs: LogsAtRest,
        indexes: Mapping[Tenant, Index],
        told: Callable[[Fault | None], None],
        *,
        every: float = EVERY,
    ) -> None:
        self._logs, self._sealed, self._indexes = logs, SealedRecords(logs), indexes
        self._told, self._every = told, every
        self._turn, self._stop, self._settled = threading.Lock(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._follow, name="review-follower", daemon=True)
        self.fault: Fault | None = None

    def level(self) -> int:
        """Read all that was committed before the call; how many lines that were. Raises the faults of the logs and of
        the index file.
        """
        with self._turn:
            return sum(self._level(tenant, index) for tenant, index in self._indexes.items())

    def start(self) -> None:
        """Read, in a thread of its own, what comes from now on."""
        self._thread.start()

    def settled(self, patience: float) -> bool:
        """Whether a first turn of that thread ended, within so many seconds."""
        return self._settled.wait(patience)

    def stop(self) -> None:
        """End that thread: after the page that it is reading."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _follow(self) -> None:
        while not self._stop.is_set():
            try:
                self.level()
                self._hear(None)
            except Fault as fault:
                self._hear(fault)
            except Exception as error:  # whatever it is, it must not end the following
                self._hear(Fault("log-unavailable", log=type(error).__name__))
            self._settled.set()
            self._stop.wait(self._every)

    def _hear(self, fault: Fault | None) -> None:
        former, self.fault = self.fault, fault
        if str(former) != str(fault):
            self._told(fault)

    def _level(self, tenant: Tenant, index: Index) -> int:
        heads = self._heads(tenant)
        if self._is_anothers(tenant, index, heads):
            index.start_anew()
        known = index.progress()
        return sum(
            self._read(tenant, index, year, known[year].size if year in known else 0, heads[year])
            for year in sorted(heads)
            if year not in known or known[year].size < heads[year].size or not known[year].checkpoint
        )

    def _heads(self, tenant: Tenant) -> dict[int, LogState]:
        heads = {}
        for year in sorted(self._logs.years(tenant), reverse=True):
            with closing(self._logs.storage(tenant, year)) as log:
                if (state := log.state()) is not None and state.size:
                    heads[year] = state
        return heads

    def _is_anothers(self, tenant: Tenant, index: Index, heads: Mapping[int, LogState]) -> bool:
        for year, read in index.progress().items():
            if year not in heads or heads[year].size < read.size:
                return True
            with closing(self._logs.storage(tenant, year)) as log:
                if [hashlib.sha256(leaf).digest() for leaf in log.entries(read.size - 1, 1)] != [read.leaf]:
                    return True
        return False

    def _read(self, tenant: Tenant, index: Index, year: int, start: int, head: LogState) -> int:
        if start == head.size:
            index.take([], _progress(year, index.progress()[year].leaf, start, head))
        records = islice(self._sealed.of(tenant, year, start), head.size - start)
        with closing(self._logs.storage(tenant, year)) as log:
            for page in _pages(records):
                if self._stop.is_set():
                    return page[0].index - start
                read = [_Read.of(sealed, index.alias) for sealed in page]
                erased = {key for each in read for key in _erased(log, each)}
                last = page[-1]
                progress = _progress(year, hashlib.sha256(last.leaf).digest(), last.index + 1, head)
                index.take([each.row for each in read], progress, erased)
        return head.size - start


@dataclass(frozen=True, slots=True)
class _Read:
    leaf: Leaf
    row: IndexedRow

    @classmethod
    def of(cls, sealed: SealedRecord, alias: Callable[[str], str]) -> _Read:
        try:
            leaf = Leaf.from_bytes(sealed.leaf)
        except MalformedLeaf as error:
            raise Fault("log-damaged", log=f"{sealed.stream} {sealed.year}: record {sealed.index} is none") from error
        readable, content = _content(sealed, leaf, alias)
        at = round(datetime.fromisoformat(leaf.time).timestamp() * 1000)
        place = place_of(sealed.year, sealed.index)
        head = (place, leaf.id, leaf.request_id, at, str(leaf.kind), leaf.simulation, leaf.revision)
        return cls(leaf, IndexedRow(*head, readable, content, *sealed.key_ids))


def _content(sealed: SealedRecord, leaf: Leaf, alias: Callable[[str], str]) -> tuple[Readable, bytes]:
    try:
        if (body := sealed.open(leaf)) is None:
            return Readable.ERASED, b""
        return Readable.YES, packed(content_of(leaf.kind, body, alias))
    except (VerificationError, ValueError, KeyError, TypeError, AttributeError):
        return Readable.DAMAGED, b""


def _erased(log: ReadableLog, read: _Read) -> Iterator[bytes]:
    """The ids of the keys that a tombstone states to be destroyed."""
    if read.leaf.kind is not RecordClass.TOMBSTONE:
        return
    number = located(read.row.place)[1]
    for index, statement in log.statements(number, 1):
        if index == number and read.leaf.released_sha256 == hashlib.sha256(statement).hexdigest():
            yield from keys_in(statement)


def _progress(year: int, leaf: bytes, size: int, head: LogState) -> ReadSoFar:
    return ReadSoFar(year, size, leaf, head.checkpoint if size == head.size else "")


def _pages(records: Iterator[SealedRecord]) -> Iterator[Sequence[SealedRecord]]:
    while page := list(islice(records, PAGE)):
        yield page
