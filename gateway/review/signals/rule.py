"""A rule of *Opvallend*: what it looks for, and above which numbers that is told.

Rules:
- A rule is a function of the weeks of a log and of its thresholds, and of nothing else: no clock, no model.
- A hit is an instance with a key of its own, so that a dismissal sticks to it and to no later one.
- Every hit has the list behind it. Where that list is one of records, it holds exactly those that were counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from gateway.review.filter import Filter

if TYPE_CHECKING:
    from gateway.review.signals.history import History

Values = Mapping[str, int]
NAMED = 100
"""How many records a list names one by one; its address would grow too long beyond it."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that somebody may set, between `least` and `most`, both allowed."""

    name: str
    value: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Hit:
    """`key`: which instance of the rule this is; `on`: the day on which it became one; `count`: how many; `filter`: the
    list behind it; `said`: what its sentence has in it; `last`: the day of the newest of it, where it goes on; `open`:
    whether it is shown until somebody does something, however old it is; `settled`: whether that was done, so that it
    only counts for what is normal.
    """

    key: tuple[str, ...]
    on: date
    count: int
    filter: Filter
    said: Mapping[str, Any] = field(default_factory=dict)
    last: date | None = None
    open: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """`name`: as it stands in an address; `weight`: what is heavier is told first; `fleeting`: what it looks for is
    erased from the log in time, so how often it is normal cannot be told.
    """

    name: str
    weight: int
    thresholds: tuple[Threshold, ...]
    find: Callable[[History, Values], Iterable[Hit]]
    fleeting: bool = False

    def standard(self) -> dict[str, int]:
        """The thresholds as they are until somebody sets others."""
        return {each.name: each.value for each in self.thresholds}

    def read(self, given: Mapping[str, Any]) -> dict[str, int]:
        """Thresholds out of a form or an earlier writing, texts or numbers; the standard where one is not given.
        `ValueError` with the name of the one that is no number within its bounds.
        """
        found = {}
        for each in self.thresholds:
            text = str(given.get(each.name, each.value))
            if not (text.isascii() and text.isdecimal() and len(text) < 10 and each.least <= int(text) <= each.most):
                raise ValueError(each.name)
            found[each.name] = int(text)
        return found


def instance(tenant: str, rule: str, key: Sequence[str]) -> str:
    """The id of an instance: 16 hexadecimal digits, the same for ever."""
    return hashlib.sha256("\n".join((tenant, rule, *key)).encode()).hexdigest()[:16]


def listed(records: Iterable[str], otherwise: Filter) -> Filter:
    """The list of exactly these records, or a wider one where they are too many to name."""
    ids = tuple(sorted(set(records)))
    return Filter(records=ids) if len(ids) <= NAMED else otherwise
