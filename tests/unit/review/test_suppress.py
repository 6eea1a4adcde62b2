"""Small numbers cannot be reckoned from what is shown: attacked by trying other tables on what is shown."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.review.figures.suppress import LEAST, Sum, hidden

Cell = tuple[int, int] | str | tuple[str, int]


def table(rows: list[list[int]]) -> tuple[dict[Cell, int], list[Sum]]:
    """A table with the totals of its rows, of its columns, and of all."""
    wide, high = len(rows[0]), len(rows)
    counts: dict[Cell, int] = {(r, c): rows[r][c] for r in range(high) for c in range(wide)}
    counts |= {("row", r): sum(rows[r]) for r in range(high)}
    counts |= {("column", c): sum(row[c] for row in rows) for c in range(wide)}
    counts["all"] = sum(map(sum, rows))
    sums = [Sum(("row", r), tuple((r, c) for c in range(wide))) for r in range(high)]
    sums += [Sum(("column", c), tuple((r, c) for r in range(high))) for c in range(wide)]
    sums.append(Sum("all", tuple(("row", r) for r in range(high))))
    sums.append(Sum("all", tuple(("column", c) for c in range(wide))))
    return counts, sums


def possible(counts: dict[Cell, int], sums: list[Sum], keep_back: frozenset[Cell]) -> dict[Cell, set[int]]:
    """Of each number that is kept back what it can be, at most one up or down, for a reader who knows what is shown and
    that nought is shown too: every table near this one is tried.
    """
    cells = [cell for cell in counts if isinstance(cell, tuple) and isinstance(cell[0], int)]
    unknown = [cell for cell in cells if cell in keep_back]
    found: dict[Cell, set[int]] = {cell: set() for cell in keep_back}
    for guess in product(*(range(max(1, counts[cell] - 1), counts[cell] + 2) for cell in unknown)):
        now = counts | dict(zip(unknown, guess, strict=True))
        for each in sums:
            now[each.total] = sum(now[part] for part in each.parts)
        same = all(now[cell] == counts[cell] for cell in counts if cell not in keep_back)
        if same and all(now[cell] for cell in keep_back):
            for cell in keep_back:
                found[cell].add(now[cell])
    return found


small_tables = st.integers(2, 4).flatmap(
    lambda wide: st.lists(st.lists(st.integers(0, 7), min_size=wide, max_size=wide), min_size=2, max_size=2)
)


@settings(max_examples=60, deadline=None)
@given(small_tables)
def test_no_number_that_is_kept_back_can_be_worked_out(rows: list[list[int]]) -> None:
    counts, sums = table(rows)
    keep_back = hidden(counts, sums)
    for cell, values in possible(counts, sums, keep_back).items():
        assert len(values) > 1, cell


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=1, max_size=12))
def test_every_small_number_is_kept_back_and_nothing_needlessly(rows: list[list[int]]) -> None:
    counts, sums = table(rows)
    keep_back = hidden(counts, sums)
    few = {cell for cell, count in counts.items() if 0 < count < LEAST}
    assert few <= keep_back
    assert bool(few) == bool(keep_back)
    assert all(counts[cell] for cell in keep_back)
    for each in sums:
        alone = [cell for cell in (each.total, *each.parts) if cell in keep_back]
        assert len(alone) != 1, "one number that is kept back in a sum is the rest of it"


def test_a_sole_number_takes_its_total_with_it() -> None:
    assert hidden({"a": 3, "all": 3}, [Sum("all", ("a",))]) == {"a", "all"}


def test_two_tables_with_one_total_are_protected_together() -> None:
    """What one table keeps back the other may not give away."""
    counts = {"all": 30, "x": 26, "y": 4, "p": 10, "q": 20}
    sums = [Sum("all", ("x", "y")), Sum("all", ("p", "q"))]
    assert hidden(counts, sums) == {"x", "y"}
    assert hidden(counts | {"x": 4, "all": 8, "p": 8, "q": 0}, sums) >= {"x", "y"}


def test_ones_that_can_only_be_ones_are_not_left_to_each_other() -> None:
    """Two numbers that are kept back and together are two are both one, since nought is shown."""
    counts = {"a": 1, "b": 1, "c": 20, "ab": 2, "all": 22}
    keep_back = hidden(counts, [Sum("ab", ("a", "b")), Sum("all", ("ab", "c"))])
    assert {"a", "b", "ab"} <= keep_back
    assert "c" in keep_back or "all" in keep_back


@pytest.mark.parametrize(("count", "kept"), [(0, False), (1, True), (4, True), (5, False)])
def test_where_small_begins_and_ends(count: int, kept: bool) -> None:
    assert bool(hidden({"a": count}, [])) is kept


def test_one_small_number_in_a_large_table_takes_three_with_it() -> None:
    """A number in its row, one in its column, and the one where these two meet: the totals stay."""
    counts, sums = table([[3, 40, 31], [50, 60, 33], [70, 80, 35]])
    assert hidden(counts, sums) == {(0, 0), (0, 2), (1, 0), (1, 2)}
