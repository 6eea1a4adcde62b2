"""What a list lets somebody choose: facets with their counts, what was chosen, and which choice stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from gateway.desk import dates
from gateway.desk.lists.labels import Labels
from gateway.review.filter import FACETS, Filter

SHOWN = 8
"""Values of a facet that stand there at once: the most frequent, and those that were chosen."""


@dataclass(frozen=True, slots=True)
class Value:
    """One that can be chosen, or `chosen` and so taken away. `query`: of the list then; `says`: what the link does."""

    label: str
    count: int
    query: str
    chosen: bool
    says: str


@dataclass(frozen=True, slots=True)
class Facet:
    """`values`: at once; `more`: those behind them."""

    name: str
    title: str
    values: tuple[Value, ...]
    more: tuple[Value, ...]

    @property
    def open(self) -> bool:
        return any(value.chosen for value in self.values) or self.name in ("besluit", "soort")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A part of a filter. `without`: the filter that is left when it is taken away."""

    label: str
    without: Filter


def facets_of(
    filter: Filter, counts: Mapping[str, Mapping[str, int]], labels: Labels, query: Callable[[Filter], str]
) -> list[Facet]:
    """Those that have something to choose from. `query`: of the list, with another filter."""
    found = (_facet(name, filter, counts[name], labels, query) for name in FACETS)
    return [facet for facet in found if facet.values]


def chosen(filter: Filter, labels: Labels) -> list[Chosen]:
    """The parts of a filter, in the order of its URL."""
    parts = [
        Chosen(f"{labels.facet(facet)}: {labels.value(facet, value)}", filter.without(facet, value))
        for facet in FACETS
        for value in filter.values.get(facet, ())
    ]
    said: Mapping[str, tuple[str, Callable[[], Filter]]] = {
        "vanaf": (_day(filter.since, labels), lambda: replace(filter, since=None)),
        "tot": (_day(filter.until, labels), lambda: replace(filter, until=None)),
        "na": (_moment(filter, labels), lambda: replace(filter, after=None)),
        "casus": (filter.case, lambda: replace(filter, case="")),
        "betrokkene": (filter.subject, lambda: replace(filter, subject="")),
        "regel": (str(len(filter.records) or ""), lambda: replace(filter, records=())),
    }
    return parts + [
        Chosen(f"{labels.member(name)}: {label}", without()) for name, (label, without) in said.items() if label
    ]


def _facet(
    name: str, filter: Filter, counts: Mapping[str, int], labels: Labels, query: Callable[[Filter], str]
) -> Facet:
    taken = filter.values.get(name, ())
    known = {**dict.fromkeys(taken, 0), **counts}
    values = [_value(name, each, known[each], filter, labels, query) for each in known]
    values.sort(key=lambda value: (not value.chosen, -value.count, value.label))
    at_once = max(SHOWN, len(taken))
    return Facet(name, labels.facet(name), tuple(values[:at_once]), tuple(values[at_once:]))


def _value(name: str, value: str, count: int, filter: Filter, labels: Labels, query: Callable[[Filter], str]) -> Value:
    taken, label = value in filter.values.get(name, ()), labels.value(name, value)
    then = filter.without(name, value) if taken else filter.adding(name, value)
    key = "facet.remove" if taken else "facet.add"
    says = labels.text(key, facet=labels.facet(name), value=label, n=dates.number(count, labels.language))
    return Value(label, count, query(then), taken, says)


def _day(value: object, labels: Labels) -> str:
    return "" if value is None else dates.day(value, labels.language)


def _moment(filter: Filter, labels: Labels) -> str:
    return "" if filter.after is None else dates.moment(filter.after, labels.language)
