"""A filter and its URL: one filter has one, and what is not known is refused by name alone."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.review.filter import FACETS, MOST_RECORDS, MOST_VALUES, Filter, WrongFilter
from gateway.review.line import REQUESTS

RECORD = "01999999-0000-7000-8000-00000000000{}"
_CODES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,20}", fullmatch=True)
_OPEN = [name for name in FACETS if name not in ("besluit", "soort", "fase", "tijd", "opgehaald", "beoordeeld", "vlag")]


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from(_OPEN), st.lists(_CODES, min_size=1, max_size=4)),
    st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.none() | st.integers(10**12, 4 * 10**12).map(lambda ms: datetime.fromtimestamp(ms / 1000, UTC)),
)
def test_a_filter_comes_back_from_its_url(values: dict, since: date | None, after: datetime | None) -> None:
    filter = Filter({name: tuple(sorted(set(each))) for name, each in values.items()}, since=since, after=after)
    assert Filter.read(parse_qs(filter.query())) == filter


def test_one_filter_has_one_url_whatever_the_order() -> None:
    one = Filter.read({"tijd": ["kantoortijd"], "besluit": ["geweigerd", "gedeeltelijk", "geweigerd"], "vanaf": [""]})
    assert one.query() == "besluit=gedeeltelijk&besluit=geweigerd&tijd=kantoortijd"
    assert Filter.read({}).query() == ""


def test_a_moment_of_another_clock_is_the_same_moment() -> None:
    assert Filter.read({"na": ["2026-11-17T09:00:00+01:00"]}).query() == "na=2026-11-17T08%3A00%3A00Z"


def test_without_a_class_the_requests_are_meant() -> None:
    assert Filter().classes == REQUESTS
    assert Filter.of(soort="act").classes == ("act",)


def test_values_are_added_and_taken_away() -> None:
    filter = Filter.of(besluit="geweigerd")
    assert filter.adding("besluit", "toegestaan").values == {"besluit": ("geweigerd", "toegestaan")}
    assert filter.adding("fase", "3").without("besluit") == Filter.of(fase="3")
    assert filter.without("besluit", "geweigerd") == filter.without("fase", "3").without("besluit") == Filter()
    assert filter.within(date(2026, 1, 1), None).since == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"naam": ["x"]}, ""),
        ({"besluit": ["ja"]}, "besluit"),
        ({"soort": ["verstrekking", "disclosure"]}, "soort"),
        ({"fase": ["5"]}, "fase"),
        ({"aanvrager": ["a b"]}, "aanvrager"),
        ({"aanvrager": ["a\n"]}, "aanvrager"),
        ({"reden": [f"r{number}" for number in range(MOST_VALUES + 1)]}, "reden"),
        ({"vanaf": ["2026-1-1"]}, "vanaf"),
        ({"vanaf": ["2026-02-30"]}, "vanaf"),
        ({"vanaf": ["2026-01-01", "2026-01-02"]}, "vanaf"),
        ({"vanaf": ["2026-01-02"], "tot": ["2026-01-01"]}, "tot"),
        ({"na": ["2026-01-01T10:00:00"]}, "na"),
        ({"na": ["2026-01-01T25:00:00Z"]}, "na"),
        ({"casus": ["-x"]}, "casus"),
        ({"casus": ["x" * 65]}, "casus"),
        ({"casus": ["999993653"]}, "casus"),
        ({"reden": ["999993653"]}, "reden"),
        ({"betrokkene": ["abcdefgh"]}, "betrokkene"),
        ({"regel": ["x"]}, "regel"),
        ({"regel": [RECORD.format(1)] * (MOST_RECORDS + 1)}, "regel"),
    ],
)
def test_what_is_wrong_is_named(query: dict[str, list[str]], name: str) -> None:
    with pytest.raises(WrongFilter) as wrong:
        Filter.read(query)
    assert wrong.value.name == name
    assert not any(
        value and value in str(wrong.value) for values in query.values() for value in values if len(value) > 3
    )


def test_records_are_each_meant_once() -> None:
    filter = Filter.read({"regel": [RECORD.format(2), RECORD.format(1), RECORD.format(2)]})
    assert filter.records == (RECORD.format(1), RECORD.format(2))
