"""Until which day the content of each kind of record is kept."""

from datetime import UTC, date, datetime

import pytest

from gateway.model.amsterdam import day_of
from gateway.model.decision import Obligation
from gateway.model.record import RecordClass
from gateway.model.retention import Keep, retain_until, years_later

GRANT, REFUSAL, TRY, FAULT, COLLECTED = (
    RecordClass.VERSTREKKING,
    RecordClass.WEIGERING,
    RecordClass.PROEF,
    RecordClass.STORING,
    RecordClass.OUTCOME,
)
DAY = date(2026, 11, 26)
ZVH = {"track": "zvh", "first_processed_at": "2025-03-02", "extended_until": None}
OLD = ZVH | {"first_processed_at": "2021-03-02"}
TOLD = (Obligation("log-verwerking"), Obligation("vernietig-op", "2030-03-02"))


@pytest.mark.parametrize(
    ("kind", "obligations", "case", "until"),
    [
        (GRANT, TOLD, ZVH, "2030-03-02"),
        (GRANT, TOLD, None, "2030-03-02"),
        (GRANT, (Obligation("vernietig-op", "2033-03-02"),), OLD | {"extended_until": "2033-03-02"}, "2033-03-02"),
        (GRANT, (), None, "2031-11-26"),
        (GRANT, (), {"track": "wams", "first_processed_at": "2025-03-02"}, "2031-11-26"),
        (REFUSAL, (), None, "2031-11-26"),
        (REFUSAL, (), ZVH, "2030-03-02"),
        (REFUSAL, (), OLD, "2027-11-26"),
        (REFUSAL, (), OLD | {"extended_until": "2027-03-02"}, "2027-03-02"),
        (REFUSAL, (), ZVH | {"first_processed_at": None}, "2031-11-26"),
        (TRY, TOLD, ZVH, "2027-11-26"),
        (TRY, (Obligation("vernietig-op", "2027-01-01"),), ZVH, "2027-01-01"),
        (FAULT, (), ZVH, "2027-11-26"),
        (FAULT, (), ZVH | {"first_processed_at": "2022-03-02"}, "2027-03-02"),
        (COLLECTED, (), None, "2031-11-26"),
    ],
)
def test_the_day(kind, obligations, case, until):
    assert retain_until(kind, DAY, Keep(), obligations=obligations, case=case) == date.fromisoformat(until)


def test_the_terms_that_a_controller_sets():
    assert retain_until(REFUSAL, DAY, Keep(records=2, attempts=1)) == date(2028, 11, 26)
    assert retain_until(TRY, DAY, Keep(records=2, attempts=3)) == date(2029, 11, 26)


def test_a_leap_day_ends_a_day_sooner_where_the_year_has_none():
    assert [years_later(date(2028, 2, 29), years) for years in (1, 4)] == [date(2029, 2, 28), date(2032, 2, 29)]


def test_the_day_is_that_of_amsterdam():
    assert [day_of(datetime(2026, 6, 30, hour, tzinfo=UTC)) for hour in (21, 22)] == [
        date(2026, 6, 30),
        date(2026, 7, 1),
    ]
