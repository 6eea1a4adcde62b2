"""Which lines have which value: compressed bitmaps over places, and a few columns by year. In memory alone.

Rules:
- A place orders lines by year and number. Lines of a year come in the order of their numbers, none left out.
- What was erased leaves no bit, no name of a case and no alias behind.

Specification: Roaring bitmaps, https://arxiv.org/abs/1709.07821.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain, islice

from pyroaring import BitMap

from gateway.model.amsterdam import day_of
from gateway.review.facets import DAY, values_of
from gateway.review.filter import FACETS, Filter
from gateway.review.line import REQUESTS, Line

FIRST_YEAR, LAST_YEAR, WIDTH = 2020, 2083, 26
MARKS = ("beoordeeld", "vlag")
_OF_THE_LEAF = frozenset({"soort", "tijd", "beleid", DAY})


def place_of(year: int, number: int) -> int:
    """The place of a line. `ValueError` beyond 2083, or 67 million lines in a year."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 0 <= number < 1 << WIDTH):
        raise ValueError("the index holds no such place")
    return year - FIRST_YEAR << WIDTH | number


def located(place: int) -> tuple[int, int]:
    """Year and number of a place."""
    return FIRST_YEAR + (place >> WIDTH), place & (1 << WIDTH) - 1


class Columns:
    """Of one year, by number: the moment (ms), the case as an ordinal, the
    eight characters of the alias as a number; 0 where there is none."""

    def __init__(self) -> None:
        self.at, self.cases, self.subjects = array("q"), array("I"), array("Q")


class Sets:
    def __init__(self) -> None:
        self._bits: dict[str, dict[str, BitMap]] = {name: {} for name in (*FACETS, DAY)}
        self._all = BitMap()
        self._columns: dict[int, Columns] = {}
        self._cases: dict[str, int] = {}
        self._names: dict[int, str] = {}
        self._used = 0
        for name in MARKS:
            self._bits[name]["ja"] = BitMap()

    def add(self, lines: Iterable[Line]) -> None:
        """Take in lines that follow those that are there."""
        found, added = defaultdict[tuple[str, str], list[int]](list), list[int]()
        for line in lines:
            place = place_of(line.year, line.number)
            added.append(place)
            for pair in values_of(line):
                found[pair].append(place)
            self._append(line)
        self._all.update(added)
        for (facet, value), places in found.items():
            self._bits[facet].setdefault(value, BitMap()).update(places)

    def forget(self, places: Iterable[int]) -> None:
        """Leave of these lines what their leaves say."""
        gone = BitMap(places)
        for facet in self._bits.keys() - _OF_THE_LEAF - set(MARKS):
            for value, bits in list(self._bits[facet].items()):
                bits -= gone
                if not bits:
                    del self._bits[facet][value]
        self._bits["besluit"].setdefault("gewist", BitMap()).update(gone)
        for place in gone:
            year, number = located(place)
            self._columns[year].cases[number] = self._columns[year].subjects[number] = 0
        self._drop_empty_cases()

    def collect(self, places: Iterable[int]) -> None:
        """These were collected: of those of them that somebody had to come for."""
        waiting = self._bits["opgehaald"].get("nee", BitMap())
        collected = waiting & BitMap(places)
        waiting -= collected
        if collected:
            self._bits["opgehaald"].setdefault("ja", BitMap()).update(collected)

    def mark(self, facet: str, places: Iterable[int]) -> None:
        """These too were judged, or bear a flag."""
        self._bits[facet]["ja"].update(places)

    def unmark(self, facet: str) -> None:
        self._bits[facet]["ja"].clear()

    def parts(self, filter: Filter, records: Iterable[int] = ()) -> dict[str, BitMap]:
        """The places that each facet of a filter means, and under an empty name those that all else does. `records`:
        the places of its records. What lies in all of them is meant.
        """
        parts = {name: self._any_of(name, values) for name, values in filter.values.items()}
        parts["soort"] = self._any_of("soort", filter.classes)
        others = [self._all, *self._days(filter)]
        if filter.case:
            others.append(self._where("cases", self._cases[filter.case]) if filter.case in self._cases else BitMap())
        if filter.subject:
            others.append(self._where("subjects", _number_of(filter.subject)))
        if filter.records:
            others.append(BitMap(records))
        return parts | {"": all_of(others)}

    def counts(self, facet: str, among: BitMap) -> dict[str, int]:
        """How many of `among` have each value of a facet, without those of which there are none."""
        found = {value: among.intersection_cardinality(bits) for value, bits in self.values(facet)}
        return {value: count for value, count in found.items() if count}

    def values(self, facet: str) -> Iterator[tuple[str, BitMap]]:
        """Each value of a facet, with its places."""
        yield from self._bits[facet].items()
        if facet in MARKS:
            yield "nee", self._unmarked(facet)

    def by_case(
        self, among: BitMap, start: int, count: int, lines: int
    ) -> tuple[int, list[tuple[str, int, list[int]]]]:
        """How many cases `among` is of, and `count` of them from `start`, that of the newest line first: its name,
        empty for those without a case, how many lines it has, and the places of the newest, in their order.
        """
        newest: list[tuple[int, Columns, array[int]]] = []
        for year in sorted(self._columns, reverse=True):
            numbers = self._of_year(among, year).to_array()
            numbers.reverse()
            newest.append((place_of(year, 0), self._columns[year], numbers))
        totals = Counter(chain.from_iterable(map(each.cases.__getitem__, numbers) for _, each, numbers in newest))
        page: dict[int, list[int]] = {each: [] for each in islice(totals, start, start + count)}
        wanted = {each: min(lines, totals[each]) for each in page}
        for first, columns, numbers in newest:
            for number in numbers:
                if not wanted:
                    break
                if (case := columns.cases[number]) in wanted:
                    page[case].append(first + number)
                    if len(page[case]) == wanted[case]:
                        del wanted[case]
        return len(totals), [(self._names.get(each, ""), totals[each], page[each][::-1]) for each in page]

    def _append(self, line: Line) -> None:
        columns = self._columns.setdefault(line.year, Columns())
        if len(columns.at) != line.number:
            raise ValueError("a line is left out")
        columns.at.append(round(line.at.timestamp() * 1000))
        columns.cases.append(self._ordinal(line.case))
        columns.subjects.append(_number_of(line.subject) if line.subject else 0)

    def _ordinal(self, case: str) -> int:
        if not case:
            return 0
        if case not in self._cases:
            self._used += 1
            self._cases[case], self._names[self._used] = self._used, case
        return self._cases[case]

    def _drop_empty_cases(self) -> None:
        used = set().union(*(columns.cases for columns in self._columns.values()))
        for name in [name for name, ordinal in self._cases.items() if ordinal not in used]:
            del self._names[self._cases.pop(name)]

    def _any_of(self, facet: str, values: Iterable[str]) -> BitMap:
        bits = dict(self.values(facet))
        return BitMap.union(*(bits[value] for value in values if value in bits), BitMap())

    def _unmarked(self, facet: str) -> BitMap:
        return self._any_of("soort", REQUESTS) - self._bits[facet]["ja"]

    def _days(self, filter: Filter) -> Iterator[BitMap]:
        since, until = filter.since, filter.until
        if since or until:
            first, last = since and since.isoformat(), until and until.isoformat()
            yield self._of_days(first, last)
        if filter.after is not None:
            edge = day_of(filter.after)
            limit = int(filter.after.timestamp() * 1000)
            later = self._of_days((edge + timedelta(days=1)).isoformat(), None)
            later.update(p for p in self._bits[DAY].get(edge.isoformat(), ()) if self._at(p) > limit)
            yield later

    def _of_days(self, first: str | None, last: str | None) -> BitMap:
        days = self._bits[DAY].items()
        meant = (bits for day, bits in days if (not first or first <= day) and (not last or day <= last))
        return BitMap.union(*meant, BitMap())

    def _at(self, place: int) -> int:
        year, number = located(place)
        return self._columns[year].at[number]

    def _of_year(self, among: BitMap, year: int) -> BitMap:
        first = place_of(year, 0)
        return (among & BitMap(range(first, first + len(self._columns[year].at)))).shift(-first)

    def _where(self, column: str, value: int) -> BitMap:
        found = BitMap()
        for year, columns in self._columns.items():
            cells, first, number = getattr(columns, column), place_of(year, 0), -1
            while True:
                try:
                    number = cells.index(value, number + 1)
                except ValueError:
                    break
                found.add(first + number)
        return found


def all_of(parts: Iterable[BitMap]) -> BitMap:
    """What lies in each of these, of which there is one at least."""
    return BitMap.intersection(*sorted(parts, key=len))


def _number_of(alias: str) -> int:
    return int.from_bytes(alias.encode())
