"""The index against a filter that walks a list, and a hundred thousand lines within a bound."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.model.amsterdam import day_of
from gateway.model.record import RecordClass
from gateway.review.facets import values_of
from gateway.review.filter import FACETS, Filter
from gateway.review.index import Index
from gateway.review.line import REQUESTS, Line
from tests.support.lines import all_lines, filled, like_these, made_up, progress_of

MANY = 100_000
MARKED = {"beoordeeld": 7, "vlag": 5}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Six hundred lines of three years, of which every seventh was judged and every fifth bears a flag."""
    made = filled(tmp_path_factory.mktemp("index") / "index.sqlite", made_up(600))
    records = [line.record for line in all_lines(made)]
    for facet, each in MARKED.items():
        made.mark(facet, records[::each])
    return made


@pytest.fixture(scope="module")
def naive(index: Index) -> list[tuple[Line, set[tuple[str, str]]]]:
    """Every line with its values, newest first, by nothing but lists."""
    lines = all_lines(index)
    collected = {line.request for line in lines if line.kind is RecordClass.OUTCOME}
    told = []
    for place, line in enumerate(lines):
        values = set(values_of(line))
        if ("opgehaald", "nee") in values and line.request in collected:
            values = values - {("opgehaald", "nee")} | {("opgehaald", "ja")}
        if line.kind in REQUESTS:
            values |= {(name, "nee") for name, each in MARKED.items() if place % each}
        values |= {(name, "ja") for name, each in MARKED.items() if not place % each}
        told.append((line, values))
    return told[::-1]


def meant(filter: Filter, line: Line, values: set[tuple[str, str]], but: str = "") -> bool:
    """Whether a filter means a line, by its rules one after the other."""
    facets = {**filter.values, "soort": filter.classes}
    return (
        all(any((name, each) in values for each in wanted) for name, wanted in facets.items() if name != but)
        and (filter.since is None or filter.since <= day_of(line.at))
        and (filter.until is None or day_of(line.at) <= filter.until)
        and (filter.after is None or line.at > filter.after)
        and filter.case in ("", line.case)
        and filter.subject in ("", line.subject)
        and (not filter.records or line.record in filter.records)
    )


@st.composite
def filters(draw: st.DrawFn, index: Index) -> Filter:
    lines = all_lines(index)
    some = st.sampled_from(lines)
    values: dict[str, tuple[str, ...]] = {}
    for name in draw(st.lists(st.sampled_from(FACETS), max_size=3, unique=True)):
        known = sorted(index.counts(Filter.of(soort=tuple(RecordClass)), name))
        values[name] = tuple(sorted(draw(st.sets(st.sampled_from([*known, "anders"]), min_size=1, max_size=3))))
    since = draw(st.none() | st.dates(date(2024, 1, 1), date(2026, 12, 31)))
    until = draw(st.none() | st.dates(since or date(2024, 1, 1), date(2026, 12, 31)))
    after = draw(st.none() | some.map(lambda line: line.at + timedelta(milliseconds=draw(st.integers(-1, 1)))))
    return Filter(
        values,
        since,
        until,
        draw(st.none() | st.just(after)),
        draw(st.just("") | some.map(lambda line: line.case) | st.just("ZVH-0000-0000")),
        draw(st.just("") | some.map(lambda line: line.subject)),
        tuple(draw(st.just([]) | st.lists(some.map(lambda line: line.record), max_size=4))),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_it_finds_and_counts_what_walking_a_list_does(index: Index, naive: list, data: st.DataObject) -> None:
    filter = data.draw(filters(index))
    start, count = data.draw(st.integers(0, 40)), data.draw(st.integers(1, 60))
    wanted = [line for line, values in naive if meant(filter, line, values)]
    found = index.find(filter, start=start, count=count)
    assert (found.total, list(found.lines)) == (len(wanted), wanted[start : start + count])
    for facet in FACETS:
        beside = Counter(
            value
            for line, values in naive
            if meant(filter, line, values, but=facet)
            for name, value in values
            if name == facet
        )
        assert found.facets[facet] == beside, facet
    assert index.count(filter) == len(wanted)
    assert list(index.lines(filter)) == wanted
    cases = Counter(line.case for line in wanted)
    grouped = index.by_case(filter, start=1, count=3, lines=2)
    order = list(cases)[1:4]
    assert (grouped.cases, grouped.total) == (len(cases), len(wanted))
    assert [(group.case, group.total) for group in grouped.groups] == [(case, cases[case]) for case in order]
    for group in grouped.groups:
        assert list(group.lines) == [line for line in wanted if line.case == group.case][:2]


@pytest.mark.parametrize(("one", "other"), [("aanvrager", "grondslag"), ("gegevens", "besluit"), ("dag", "soort")])
def test_two_facets_are_crossed(index: Index, naive: list, one: str, other: str) -> None:
    filter = Filter.of(besluit=["toegestaan", "geweigerd"])
    wanted = Counter(
        (first, second)
        for line, values in naive
        if meant(filter, line, values)
        for name, first in values
        if name == one
        for beside, second in values
        if beside == other
    )
    assert index.cross(filter, one, other) == wanted
    totals = Counter({second: 0 for _, second in wanted})
    for (_, second), number in wanted.items():
        totals[second] += number
    if one != "gegevens":
        assert index.counts(filter, other) == totals


def test_a_facet_that_is_not_one_is_an_error(index: Index) -> None:
    with pytest.raises(KeyError):
        index.counts(Filter(), "naam")


def test_marks_are_replaced_and_wait_for_their_record(tmp_path: Path) -> None:
    first, second = made_up(8000, years=0.9)
    index = filled(tmp_path / "index.sqlite", iter([first]))
    request = next(row for row in second if row.kind in REQUESTS)
    old = next(row for row in first if row.kind in REQUESTS)
    index.mark("vlag", [request.record, old.record])
    assert index.count(Filter.of(vlag="ja")) == 1
    index.take(second, progress_of(second))
    assert index.count(Filter.of(vlag="ja")) == 2
    index.mark("vlag", [request.record])
    assert [line.record for line in index.lines(Filter.of(vlag="ja"))] == [request.record]


def test_it_comes_back_from_its_file_the_same(index: Index, tmp_path: Path) -> None:
    made = filled(tmp_path / "index.sqlite", made_up(3000))
    again = Index(made.tenant, made._file, made._aliases)
    everything = Filter.of(soort=tuple(RecordClass))
    assert again.find(everything, count=3000) == made.find(everything, count=3000)
    assert again.level == made.level


def test_lines_that_leave_one_out_are_an_error(tmp_path: Path) -> None:
    [page] = made_up(100, years=0.9)
    index = filled(tmp_path / "index.sqlite", iter([]))
    with pytest.raises(ValueError, match="left out"):
        index.take(page[1:], progress_of(page))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Index, float]]:
    """A hundred thousand lines, and the seconds that taking in them took."""
    pages = list(like_these(list(made_up(3000)), MANY))
    begun = time.process_time()
    index = filled(tmp_path_factory.mktemp("many") / "index.sqlite", iter(pages))
    yield index, time.process_time() - begun
    index._file.close()


def test_a_hundred_thousand_lines_are_found_quickly(many: tuple[Index, float]) -> None:
    """Measured: a list 1 ms, groups 25 ms, 40 µs a line taken in. The bounds are wide: what is quadratic
    breaks them.
    """
    index, taken = many
    assert taken < MANY * 400e-6
    person = next(line.subject for line in index.lines(Filter.of(besluit="geweigerd")))
    filters = [
        Filter(),
        Filter.of(besluit="geweigerd", tijd="buiten-kantoortijd"),
        Filter(since=date(2025, 1, 1), until=date(2025, 12, 31)),
        Filter(after=datetime(2025, 6, 1, 12, tzinfo=UTC)),
        Filter(case="ZVH-2026-00077"),
        Filter(subject=person),
    ]
    begun = time.process_time()
    for filter in filters * 5:
        index.find(filter, start=0)
        index.find(filter, start=60_000)
    each = (time.process_time() - begun) / (len(filters) * 10)
    assert each < 0.05
    begun = time.process_time()
    index.by_case(Filter(), start=20_000)
    assert time.process_time() - begun < 0.5
