"""Which version decided since when, in the words of the log and the history; what followed; the bases as a table."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.pdp.bundle import Bundle
from gateway.pdp.history import Entry, Step, stamp
from gateway.review.policies.caused import DAYS, caused
from gateway.review.policies.revisions import terms
from gateway.review.policies.rows import rows
from gateway.settings import ROOT
from gateway.tlog.in_force import InForce

DAY = datetime(2026, 5, 1, 8, tzinfo=UTC)
A, B, C = "a" * 64, "b" * 64, "c" * 64


def stated(days: int, revision: str, previous: str | None = None, index: int = 0) -> InForce:
    return InForce(2026, index, f"record-{index}", DAY + timedelta(days), revision, previous, "kid")


def entry(days: int, revision: str, reason: str, step: Step = Step.PUBLISH) -> Entry:
    return Entry(stamp(DAY + timedelta(days, seconds=-1)), step, revision, "kid", reason, None)


def test_each_term_ends_where_the_next_begins_and_the_newest_is_first():
    found = terms([stated(0, A), stated(10, B, A), stated(20, C, B)], [], [])
    assert [(each.revision, each.since, each.until) for each in found] == [
        (C, DAY + timedelta(20), None),
        (B, DAY + timedelta(10), DAY + timedelta(20)),
        (A, DAY, DAY + timedelta(10)),
    ]


def test_the_reason_is_that_of_the_publication_before_it_and_of_no_later_one():
    history = [entry(0, A, "begin"), entry(10, B, "nieuw"), entry(20, A, "terug", Step.ROLLBACK), entry(40, B, "later")]
    found = terms([stated(0, A), stated(10, B, A), stated(20, A, B)], history, [])
    assert [(each.revision, each.reason, each.step) for each in found] == [
        (A, "terug", Step.ROLLBACK),
        (B, "nieuw", Step.PUBLISH),
        (A, "begin", Step.PUBLISH),
    ]
    assert terms([stated(0, C)], history, [])[0].reason == ""


def test_what_two_gateways_said_at_once_is_one_term():
    found = terms([stated(0, A), stated(0, A, A, 1), stated(5, B, A, 2)], [], [])
    assert [each.revision for each in found] == [B, A]
    assert (found[1].index, found[1].previous) == (0, None)


def test_what_decided_and_was_never_stated_is_told_last():
    found = terms([stated(0, B)], [], [B, C, A])
    assert [(each.revision, each.since) for each in found] == [(B, DAY), (A, None), (C, None)]
    assert terms([], [], []) == []


def test_every_basis_stands_in_the_table_as_the_rules_have_it():
    found = {each.basis: each for each in rows(Bundle.read(ROOT / "policies" / "rules"))}
    overleg, score = found["wgs.zvh.casusoverleg"], found["wgs.zvh.risicoscore"]
    assert (overleg.since, overleg.until, overleg.begins) == (date(2025, 3, 1), None, "2025-03-01")
    assert overleg.articles[0] == "WGS 1.5"
    assert "gezondheid" in overleg.categories
    assert (overleg.allowed["requester"], "ggz" in overleg.kinds["requester"]) == ("deelnemer", True)
    assert score.categories == ()
    assert len(found) == len(list((ROOT / "policies" / "rules" / "bases").iterdir()))


class CountedIndex:
    """Answers `cross` from what a test says was decided on each day."""

    def __init__(self, decided: dict[date, list[tuple[str, str]]]) -> None:
        self.decided, self.asked = decided, []

    def cross(self, filter, one, other):
        self.asked.append((filter.since, filter.until, filter.classes, one, other))
        found: dict[tuple[str, str], int] = {}
        for day, pairs in self.decided.items():
            if filter.since <= day <= filter.until:
                for pair in pairs:
                    found[pair] = found.get(pair, 0) + 1
        return found


CHANGE = date(2026, 5, 1)


def test_as_many_days_before_as_after_and_the_day_itself_is_after():
    before, day, after = CHANGE - timedelta(1), CHANGE, CHANGE + timedelta(DAYS)
    index = CountedIndex({before: [("x.y", "geweigerd")], day: [("x.y", "toegestaan")], after: [("x.y", "geweigerd")]})
    [effect] = caused(index, CHANGE, CHANGE + timedelta(300))  # type: ignore[arg-type]
    assert effect.before.counts == {"toegestaan": 0, "gedeeltelijk": 0, "geweigerd": 1}
    assert effect.after.counts == {"toegestaan": 1, "gedeeltelijk": 0, "geweigerd": 0}
    assert effect.changed
    spans = [(until - since).days + 1 for since, until, *_ in index.asked]
    assert spans == [DAYS, DAYS]
    assert {classes for *_, classes, _, _ in index.asked} == {("verstrekking", "weigering")}
    link = effect.after.filter("x.y", "toegestaan")
    assert (link.since, link.until, link.values["grondslag"]) == (CHANGE, CHANGE + timedelta(DAYS - 1), ("x.y",))


@pytest.mark.parametrize(("age", "days"), [(0, 1), (9, 10), (29, 30), (90, 30)])
def test_a_young_change_is_compared_over_the_days_that_it_has(age: int, days: int):
    index = CountedIndex({})
    assert list(caused(index, CHANGE, CHANGE + timedelta(age))) == []  # type: ignore[arg-type]
    assert [(until - since).days + 1 for since, until, *_ in index.asked] == [days, days]


def test_a_change_that_is_still_to_come_caused_nothing():
    assert list(caused(CountedIndex({}), CHANGE, CHANGE - timedelta(1))) == []  # type: ignore[arg-type]
