"""By when somebody must have an answer (AVG 12(3)), and what may not be written down about them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.bsn import names_somebody
from gateway.review.subject.terms import due, months_later

BSN = "999993653"
DAYS = st.dates(date(2020, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("received", "month", "three"),
    [
        ("2026-01-31", "2026-02-28", "2026-04-30"),
        ("2028-01-31", "2028-02-29", "2028-04-30"),
        ("2026-01-28", "2026-02-28", "2026-04-28"),
        ("2026-03-31", "2026-04-30", "2026-06-30"),
        ("2026-11-30", "2026-12-30", "2027-02-28"),
        ("2026-12-31", "2027-01-31", "2027-03-31"),
        ("2028-02-29", "2028-03-29", "2028-05-29"),
        ("2026-11-17", "2026-12-17", "2027-02-17"),
    ],
)
def test_a_month_is_the_same_day_of_the_next_or_its_last(received: str, month: str, three: str) -> None:
    day = date.fromisoformat(received)
    assert due(day, extended=False) == date.fromisoformat(month)
    assert due(day, extended=True) == date.fromisoformat(three)


@given(day=DAYS, months=st.integers(0, 48))
def test_so_many_months_later_is_that_month_and_never_a_later_day(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(one=DAYS, other=DAYS)
def test_who_asked_earlier_is_never_due_later(one: date, other: date) -> None:
    for extended in (False, True):
        assert (due(min(one, other), extended=extended)) <= due(max(one, other), extended=extended)


@pytest.mark.parametrize(
    "text", [BSN, "9999 93 653", "BSN: 999.99.36.53.", "nr 999-993-653,", "zie (999993653)", "10000008"]
)
def test_a_number_that_could_be_somebody_is_seen(text: str) -> None:
    assert names_somebody(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "casus ZVH-2026-0417",
        "999993654",
        "bel 06-12345678",
        "op 21-11-2026 gebeld",
        "9999936530",
        "00000001800000001000",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not names_somebody(text)
