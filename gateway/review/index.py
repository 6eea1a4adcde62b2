"""The lines of a tenant, of all its years: found, counted and told apart by facet.

Rules:
- One answer is of one moment: what is read and what is asked take turns.
- What is erased is erased here before anything else is read of the log: in memory, in the file, and in its WAL.
- The file is derived: where it belongs to another log, it is emptied and read anew.
- Counts are exact. A facet's own values do not narrow what is counted beside it, so that a choice can be widened.

Trust: whoever can read the file can read of each request who asked what of whom in which case, and never a value.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from pyroaring import BitMap

from gateway.model.codes import Tenant
from gateway.model.indexed import IndexedRow, Readable, ReadSoFar
from gateway.model.record import RecordClass
from gateway.review.alias import Aliases
from gateway.review.filter import FACETS, Filter
from gateway.review.found import CaseGroup, Found, Grouped
from gateway.review.index_file import IndexFile
from gateway.review.level import Level, Seal
from gateway.review.line import Line, values_in
from gateway.review.sets import MARKS, Sets, all_of, located, place_of

AT_ONCE = 512
"""Lines that are fetched at a time where all are asked for."""
LOADED = 4096


class Index:
    """All may be called by any thread."""

    def __init__(self, tenant: Tenant, file: IndexFile, aliases: Aliases) -> None:
        self.tenant, self._file, self._aliases = tenant, file, aliases
        self._lock = threading.RLock()
        self._marked: dict[str, frozenset[str]] = dict.fromkeys(MARKS, frozenset())
        self._load()

    @property
    def level(self) -> Level:
        """How far it has read."""
        with self._lock:
            seals = {each.year: Seal(each.year, each.size, each.checkpoint) for each in self._progress.values()}
            return Level(seals, datetime.fromtimestamp(self._newest / 1000, UTC) if self._newest else None)

    def alias(self, pseudonym: str) -> str:
        """What stands for this person here."""
        return self._aliases.of(self.tenant, pseudonym)

    def find(self, filter: Filter, *, start: int = 0, count: int = 50) -> Found:
        with self._lock:
            parts, meant = self._meant(filter)
            facets = {name: self._sets.counts(name, _all_but(name, parts, meant)) for name in FACETS}
            return Found(len(meant), self._page(meant, start, count), facets, self.level)

    def by_case(self, filter: Filter, *, start: int = 0, count: int = 20, lines: int = 5) -> Grouped:
        """The same grouped: `count` cases from `start`, with at most so many `lines` each."""
        with self._lock:
            parts, meant = self._meant(filter)
            facets = {name: self._sets.counts(name, _all_but(name, parts, meant)) for name in FACETS}
            cases, page = self._sets.by_case(meant, start, count, lines)
            groups = [CaseGroup(case, total, self._lines_at(places)) for case, total, places in page]
            return Grouped(len(meant), cases, groups, facets, self.level)

    def count(self, filter: Filter) -> int:
        with self._lock:
            return len(self._meant(filter)[1])

    def counts(self, filter: Filter, facet: str) -> dict[str, int]:
        """By value of a facet (or `dag`, days), within all of the filter. `KeyError` for another name."""
        with self._lock:
            return self._sets.counts(facet, self._meant(filter)[1])

    def cross(self, filter: Filter, one: str, other: str) -> dict[tuple[str, str], int]:
        """By a value of each of two facets (or `dag`), without pairs of which there are none."""
        with self._lock:
            meant = self._meant(filter)[1]
            return {
                (value, beside): count
                for value, bits in self._sets.values(one)
                if (among := meant & bits)
                for beside, count in self._sets.counts(other, among).items()
            }

    def lines(self, filter: Filter) -> Iterator[Line]:
        """All of them, newest first. One that is erased meanwhile comes as erased."""
        return self.every(filter)[2]

    def every(self, filter: Filter) -> tuple[int, Level, Iterator[Line]]:
        """The same, with how many there are and the level that they are all of."""
        with self._lock:
            places = self._meant(filter)[1].to_array()
            return len(places), self.level, self._from_last(places)

    def _from_last(self, places: Sequence[int]) -> Iterator[Line]:
        for end in range(len(places), 0, -AT_ONCE):
            with self._lock:
                found = self._lines_at(places[max(0, end - AT_ONCE) : end])
            yield from found

    def records(self, filter: Filter, sizes: Mapping[int, int]) -> Iterator[str]:
        """The ids of all that is meant among the first so many lines of each year (`sizes`), in the log's order."""
        with self._lock:
            places = self._meant(filter)[1].to_array()
        for start in range(0, len(places), AT_ONCE):
            meant = [each for each in places[start : start + AT_ONCE] if _within(each, sizes)]
            with self._lock:
                found = self._file.at(meant)
            yield from (found[place].record for place in meant)

    def line(self, year: int, number: int) -> Line | None:
        with self._lock:
            if not 0 <= number < self.level.sizes.get(year, 0):
                return None
            return self._lines_at([place_of(year, number)])[0]

    def of_record(self, record: str) -> Line | None:
        """The line of a record's id."""
        with self._lock:
            place = self._file.place_of_record(record)
            return None if place is None else self._lines_at([place])[0]

    def marked(self, facet: str, lines: Iterable[Line]) -> set[str]:
        """Which of these records are `beoordeeld`, or bear a `vlag`."""
        with self._lock:
            return {line.record for line in lines if line.record in self._marked[facet]}

    def mark(self, facet: str, records: Iterable[str]) -> None:
        """These records and no others are `beoordeeld`, or bear a `vlag`; ids that are not here yet count once they
        are.
        """
        with self._lock:
            self._marked[facet] = frozenset(records)
            self._sets.unmark(facet)
            self._mark(facet)

    def take(self, rows: Sequence[IndexedRow], progress: ReadSoFar, erased: Collection[bytes] = ()) -> None:
        """Take in what was read of one log: lines that follow those that are here, and the keys that were destroyed."""
        with self._lock:
            kept, gone = self._file.add(rows, progress, erased)
            if gone or self._unforgotten:
                self._unforgotten = not self._file.forget()
            self._add(kept)
            self._sets.forget(gone)
            self._progress[progress.year] = progress
            for facet in MARKS:
                self._sets.mark(facet, (row.place for row in rows if row.record in self._marked[facet]))

    def start_anew(self) -> None:
        """Forget everything: the file is another log's."""
        with self._lock:
            self._file.clear()
            self._load()

    def progress(self) -> Mapping[int, ReadSoFar]:
        """How far each year was read."""
        with self._lock:
            return dict(self._progress)

    def _load(self) -> None:
        self._sets, self._newest, self._unforgotten = Sets(), 0, False
        self._progress: dict[int, ReadSoFar] = {}
        rows: list[IndexedRow] = []
        for row in self._file.rows():
            rows.append(row)
            if len(rows) == LOADED:
                self._add(rows)
                rows = []
        self._add(rows)
        self._progress = {each.year: each for each in self._file.progress()}
        for facet in MARKS:
            self._mark(facet)

    def _add(self, rows: Sequence[IndexedRow]) -> None:
        self._sets.add(map(self._line, rows))
        self._newest = max((self._newest, *(row.at for row in rows)))
        outcomes = {row.request for row in rows if row.kind == RecordClass.OUTCOME}
        if outcomes:
            self._sets.collect(self._file.places_of_requests(outcomes))

    def _mark(self, facet: str) -> None:
        places = (self._file.place_of_record(each) for each in self._marked[facet])
        self._sets.mark(facet, (place for place in places if place is not None))

    def _meant(self, filter: Filter) -> tuple[dict[str, BitMap], BitMap]:
        records = [place for each in filter.records if (place := self._file.place_of_record(each)) is not None]
        parts = self._sets.parts(filter, records)
        return parts, all_of(parts.values())

    def _page(self, meant: BitMap, start: int, count: int) -> list[Line]:
        end = max(0, len(meant) - start)
        return self._lines_at(list(meant[max(0, end - count) : end]))

    def _lines_at(self, places: Sequence[int]) -> list[Line]:
        """The lines of these places, in the opposite order."""
        found = self._file.at(places)
        return [self._line(found[place]) for place in reversed(places)]

    def _line(self, row: IndexedRow) -> Line:
        return Line(
            self.tenant,
            *located(row.place),
            row.record,
            row.request,
            datetime.fromtimestamp(row.at / 1000, UTC),
            RecordClass(row.kind),
            row.simulation,
            row.revision,
            row.readable == Readable.YES,
            row.readable == Readable.DAMAGED,
            *(values_in(row.content) if row.readable == Readable.YES else ()),
        )


def _all_but(facet: str, parts: Mapping[str, BitMap], meant: BitMap) -> BitMap:
    """What all but a facet mean; `meant` is what all of them do."""
    if facet not in parts:
        return meant
    return all_of([bits for name, bits in parts.items() if name != facet])


def _within(place: int, sizes: Mapping[int, int]) -> bool:
    year, number = located(place)
    return number < sizes.get(year, 0)
