"""Small numbers that are not shown, and others beside them so that no small one can be reckoned from what is.

Rules:
- 1 to 4 is hidden (`LEAST`): in a town a count of that size can be people whom somebody knows. 0 is shown: nobody.
- Every sum that a reader could make is handed over (`Sum`), those of all tables that are shown together at once.
- A hidden number may stand only if there is another table with the same shown numbers in which it differs: the tables
  that a reader must choose between. It is looked for (`_other`), not assumed; where none is found, more is hidden.
- One mark for all that is hidden, since a mark of its own for the small ones would say which they are.
- What this does not stop: two reports over overlapping periods, held side by side.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass

Key = Hashable
LEAST = 5
"""The least number that is shown. Usual in Dutch public statistics on people in the social domain."""
_STEPS = 400
"""How many changes a search for another table may try before it gives up and hides more."""


@dataclass(frozen=True, slots=True)
class Sum:
    """`total` is the sum of `parts`, and a reader may know it."""

    total: Key
    parts: tuple[Key, ...]


def small(count: int) -> bool:
    """Whether a number says too much by itself."""
    return 0 < count < LEAST


def hidden(counts: Mapping[Key, int], sums: Sequence[Sum]) -> frozenset[Key]:
    """The keys whose numbers may not be shown."""
    of: dict[Key, list[Sum]] = {key: [] for key in counts}
    for each in sums:
        for key in (each.total, *each.parts):
            of[key].append(each)
    hide = {key for key, count in counts.items() if small(count)}
    safe: set[Key] = set()
    while open_ := [key for key in counts if key in hide and key not in safe]:
        key = open_[0]
        if change := _other(key, counts, of, hide):
            safe |= change.keys()
            continue
        beside = _next(key, counts, of, hide)
        if beside is None:
            safe.add(key)
        else:
            hide.add(beside)
    return frozenset(hide)


def _next(key: Key, counts: Mapping[Key, int], of: Mapping[Key, list[Sum]], hide: Set[Key]) -> Key | None:
    """The number to hide beside: out of the nearest sum in which one number alone is hidden, since that one is the rest
    of it; else out of any sum near by. Best is one that leaves no other sum with one hidden number; then the smallest.

    None where nothing is left: then a log with one more such record is the other table, since every number in which
    that record counts is hidden.
    """
    reached, edge, others = {key}, [key], list[Key]()
    while edge:
        near = list(dict.fromkeys(sum_ for at in edge for sum_ in of[at]))
        for sum_ in near:
            shown = [each for each in _members(sum_) if each not in hide and counts[each]]
            if shown and sum(each in hide for each in _members(sum_)) == 1:
                return min(shown, key=lambda each: _cost(each, counts, of, hide))
            others += shown
        edge = list(dict.fromkeys(m for sum_ in near for m in _members(sum_) if m in hide and m not in reached))
        reached.update(edge)
    return min(others, key=lambda each: _cost(each, counts, of, hide), default=None)


def _cost(key: Key, counts: Mapping[Key, int], of: Mapping[Key, list[Sum]], hide: Set[Key]) -> tuple[int, int]:
    return sum(all(each not in hide for each in _members(sum_)) for sum_ in of[key]), counts[key]


def _members(sum_: Sum) -> tuple[Key, ...]:
    return (sum_.total, *sum_.parts)


def _other(
    key: Key, counts: Mapping[Key, int], of: Mapping[Key, list[Sum]], hide: Set[Key]
) -> Mapping[Key, int] | None:
    """Changes of one, up or down, that turn this table into another with the same sums and shown numbers, in which
    `key` differs; None where none was found.
    """
    for sign in (1, -1):
        if counts[key] + sign >= 1:
            left = [_STEPS]
            if found := _balance({key: sign}, counts, of, hide, left):
                return found
    return None


def _balance(
    change: dict[Key, int], counts: Mapping[Key, int], of: Mapping[Key, list[Sum]], hide: Set[Key], left: list[int]
) -> dict[Key, int] | None:
    """`change` and what more it takes for every sum to be right again. The sum with the fewest ways out goes first."""
    tightest: list[tuple[Key, int]] | None = None
    for each in dict.fromkeys(sum_ for key in change for sum_ in of[key]):
        off = sum(change.get(part, 0) for part in each.parts) - change.get(each.total, 0)
        if off:
            step = -1 if off > 0 else 1
            ways = [(part, step) for part in each.parts] + [(each.total, -step)]
            able = [(k, by) for k, by in ways if k in hide and k not in change and counts[k] + by >= 1]
            if tightest is None or len(able) < len(tightest):
                tightest = able
    if tightest is None:
        return change
    for key, by in sorted(tightest, key=lambda way: (len(of[way[0]]), -counts[way[0]])):
        left[0] -= 1
        if left[0] < 0:
            return None
        if found := _balance(change | {key: by}, counts, of, hide, left):
            return found
    return None
