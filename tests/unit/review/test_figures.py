"""Cijfers: every number is that of its list, what may be published can be published together, and of a ZVH no more than
the law allows.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from gateway.model.codes import Tenant
from gateway.review.figures.counting import count
from gateway.review.figures.figures import COLUMNS, MANY, Figures
from gateway.review.figures.lawful import EVERYTHING, LEFT_OUT, Control, allowed
from gateway.review.figures.period import Period
from gateway.review.figures.protected import sums
from gateway.review.figures.suppress import LEAST
from gateway.review.filter import Filter
from gateway.review.index import Index
from tests.support.decisions import COLLEGE, GGZ, GRANTED, OM, PARTLY, POLITIE, REFUSED, Log
from tests.support.lines import filled, made_up

HALF = Period.half_year("2026-1")
NAMES = (*EVERYTHING, "maand")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return filled(tmp_path_factory.mktemp("figures") / "index.sqlite", made_up(4000, years=2.4))


@pytest.fixture(scope="module")
def figures(index: Index) -> Figures:
    return count(index, NAMES, HALF, compare=True)


def test_each_number_is_that_of_the_list_behind_it(index: Index, figures: Figures) -> None:
    numbers = [each for row in figures.rows() for each in row.each()]
    assert len(numbers) > 300
    for each in [*numbers, figures.erased]:
        assert each.count == index.count(each.filter)
        assert Filter.read(_query(each.filter)) == each.filter


def _query(filter: Filter) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in filter.pairs():
        found.setdefault(name, []).append(value)
    return found


def test_rows_add_up_where_a_decision_counts_in_one_of_them(figures: Figures) -> None:
    for table in figures.tables:
        if table.name not in MANY:
            assert sum(row.total.count or 0 for row in table.rows) == figures.totals.total.count, table.name
    counts = {number.filter.query(): number.count for row in figures.rows() for number in row.each()}
    for each in sums(figures):
        assert sum(counts[part] for part in each.parts) == counts[each.total]


def test_what_is_published_has_no_small_number_and_nothing_to_reckon_it_by(figures: Figures) -> None:
    published = figures.published()
    kept_back = [each for row in published.rows() for each in row.each() if each.count is None]
    assert kept_back
    assert all(each.filter == Filter() for each in kept_back)
    shown = [each.count for row in published.rows() for each in row.each() if each.count is not None]
    assert not any(0 < each < LEAST for each in shown)
    unknown = {number.filter.query() for row in figures.rows() for number in row.each() if number.hidden}
    for each in sums(figures):
        assert len([key for key in {each.total, *each.parts} if key in unknown]) != 1


def test_what_was_not_disclosed_cannot_be_reckoned_where_it_is_small(tmp_path: Path) -> None:
    """Asked 46 times and disclosed 44 times is a small number too, though no table has it."""
    log = Log()
    for each in range(46):
        given = [] if each < 2 else ["ident_contact"]
        log.add(date(2026, 3, 2), PARTLY if each < 20 else GRANTED, hour=9 + each / 20, granted_categories=given)
    found = count(log.index(tmp_path), ("gegevens", "verstrekt"), HALF, compare=True)
    asked, disclosed = (table.rows[0] for table in found.tables)
    assert (asked.total.count, disclosed.total.count) == (46, 44)
    assert asked.total.hidden or disclosed.total.hidden
    assert asked.numbers[1].hidden or disclosed.numbers[1].hidden


def test_one_number_is_one_number_wherever_it_stands(figures: Figures) -> None:
    stands: dict[str, set[bool]] = {}
    for row in figures.rows():
        for number in row.each():
            stands.setdefault(number.filter.query(), set()).add(number.hidden)
    assert all(len(each) == 1 for each in stands.values())


def test_figures_of_a_small_log(tmp_path: Path) -> None:
    log = Log()
    for each in range(6):
        log.add(date(2026, 3, 2), GRANTED if each else PARTLY, hour=9 + each / 10, phase=each % 2 + 1, requester=GGZ)
    log.add(date(2026, 3, 3), REFUSED, requester=POLITIE, recipient=OM)
    log.add(date(2025, 12, 31), requester=COLLEGE)
    log.add(date(2026, 7, 1), requester=COLLEGE)
    found = count(log.index(tmp_path), ("aanvrager", "ontvanger", "fase", "reden"), HALF, compare=True)
    assert [each.count for each in found.totals.numbers] == [5, 1, 1]
    assert (found.totals.total.count, found.totals.before and found.totals.before.count) == (7, 1)
    rows = {
        (table.name, row.value): [each.count for each in row.each()] for table in found.tables for row in table.rows
    }
    assert rows["aanvrager", GGZ] == [5, 1, 0, 6, 0]
    assert rows["aanvrager", COLLEGE] == [0, 0, 0, 0, 1]
    assert rows["ontvanger", OM] == [0, 0, 1, 1, 0]
    assert [row.value for row in found.tables[2].rows] == ["1", "2", "geen"]
    assert rows["reden", "niet-noodzakelijk"] == [0, 0, 1, 1, 0]
    assert found.level.sizes == {2025: 1, 2026: 8}


def test_an_empty_log_has_figures_too(tmp_path: Path) -> None:
    found = count(Log().index(tmp_path), NAMES, HALF, compare=True)
    assert found.totals.total.count == 0
    assert not any(number.hidden for row in found.rows() for number in row.each())


def test_what_is_counted_while_the_log_grows_says_so(tmp_path: Path) -> None:
    log = Log()
    log.add(date(2026, 3, 2))
    index = log.index(tmp_path)
    assert not count(index, ("fase",), HALF, compare=False).moving

    class Growing:
        """A log into which something comes at every look."""

        def __getattr__(self, name: str) -> object:
            if name == "cross":
                log.add(date(2026, 3, 3))
                log.take(index, log.rows[-1:])
            return getattr(index, name)

    assert count(Growing(), ("fase",), HALF, compare=False).moving


@pytest.mark.parametrize("control", Control)
def test_of_a_zvh_nothing_tells_how_much_a_party_does_or_whether_it_does_more(control: Control, index: Index) -> None:
    lawful = allowed(Tenant.ZVH, control)
    assert lawful is not None
    assert not {*lawful.names} & {*LEFT_OUT, "maand", "week"}
    found = count(index, lawful.names, HALF, compare=lawful.in_time)
    assert all(row.before is None for row in found.rows())
    assert found.before is None


def test_of_a_zvh_nothing_is_counted_before_somebody_said_what_for() -> None:
    assert allowed(Tenant.ZVH, None) is None
    assert allowed(Tenant.GEMEENTE, None) == allowed(Tenant.GEMEENTE, Control.RECHTMATIGHEID)


def test_periods() -> None:
    assert Period(date(2026, 1, 1), date(2026, 6, 30)) == HALF
    assert HALF.before() == Period.half_year("2025-2")
    assert Period.half_year("2026-2").before() == HALF
    assert Period(date(2026, 3, 1), date(2026, 3, 31)).before() == Period(date(2026, 2, 1), date(2026, 2, 28))
    assert Period(date(2026, 3, 10), date(2026, 3, 19)).before() == Period(date(2026, 2, 28), date(2026, 3, 9))
    assert Period.lately(date(2026, 1, 15)) == Period(date(2025, 11, 1), date(2026, 1, 15))
    for wrong in ("2026-3", "2026", "26-1", "2026-1 ", "٢٠٢٦-1"):
        with pytest.raises(ValueError, match="half-year"):
            Period.half_year(wrong)


@pytest.mark.parametrize("spans", [Period.months, Period.weeks])
def test_months_and_weeks_hold_every_day_of_a_period_once(spans: Callable[[Period], Iterator[Period]]) -> None:
    period = Period(date(2026, 1, 14), date(2026, 3, 17))
    found = list(spans(period))
    assert (found[0].since, found[-1].until) == (period.since, period.until)
    for one, other in pairwise(found):
        assert other.since - one.until == timedelta(1)
    assert [each.since.weekday() for each in period.weeks()][1:] == [0] * 9
    assert [each.since.day for each in period.months()][1:] == [1, 1]


def test_columns_are_every_outcome() -> None:
    assert COLUMNS == ("toegestaan", "gedeeltelijk", "geweigerd")
