"""Each rule: it fires at its threshold and not one below it, and its list is what it counted."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from gateway.review.facets import in_office_hours
from gateway.review.signals.history import History, Past
from gateway.review.signals.rule import Hit
from gateway.review.signals.rules import RULES
from tests.support.decisions import COLLEGE, GGZ, GRANTED, NEW, OM, PARTLY, POLITIE, REFUSED, Log, moment

TODAY = date(2026, 11, 20)
"""A Friday."""
MONDAY = date(2026, 11, 16)


class Found:
    """What a rule finds in a log."""

    def __init__(self, log: Log, path: Path, today: date = TODAY, received: dict[str, date] | None = None) -> None:
        self.index = log.index(path)
        self.history: History = Past(self.index).level(today, received or {}, term=3)

    def hits(self, rule: str, **values: int) -> list[Hit]:
        return list(RULES[rule].find(self.history, RULES[rule].standard() | values))


def days_ago(count: int) -> date:
    return TODAY - timedelta(count)


def refusals(log: Log, count: int, *, last: int = 0, **content: object) -> list[str]:
    return [log.add(days_ago(last + each), REFUSED, requester=POLITIE, **content) for each in reversed(range(count))]


def test_the_same_refusal_again_and_again(tmp_path: Path) -> None:
    log = Log()
    records = refusals(log, 5)
    refusals(log, 4, fields=["telefoon"])
    refusals(log, 4, reasons=["geen-deelnemer"])
    refusals(log, 4, holder=OM)
    found = Found(log, tmp_path)
    [hit] = found.hits("herhaald-geweigerd")
    assert (hit.count, hit.on, hit.said["requester"], hit.said["day"]) == (5, TODAY, POLITIE, days_ago(4))
    assert sorted(hit.filter.records) == sorted(records)
    assert found.index.count(hit.filter) == hit.count
    assert found.hits("herhaald-geweigerd", keer=6) == []


def test_a_run_of_refusals_ends_after_quiet_days_and_the_next_is_another(tmp_path: Path) -> None:
    log = Log()
    refusals(log, 5, last=60)
    refusals(log, 5)
    found = Found(log, tmp_path)
    first, second = sorted(found.hits("herhaald-geweigerd"), key=lambda hit: hit.on)
    assert first.key != second.key
    [one] = found.hits("herhaald-geweigerd", dagen=90)
    assert (one.count, one.key) == (10, first.key)


def test_a_run_keeps_its_key_while_it_grows(tmp_path: Path) -> None:
    log = Log()
    refusals(log, 6)
    (tmp_path / "later").mkdir()
    [before] = Found(log, tmp_path).hits("herhaald-geweigerd")
    log.add(TODAY, REFUSED, requester=POLITIE, hour=11)
    [after] = Found(log, tmp_path / "later").hits("herhaald-geweigerd")
    assert (before.key, before.count, after.count) == (after.key, 6, 7)


@pytest.mark.parametrize(("extra", "fires"), [(30, False), (31, True)])
def test_more_than_three_times_the_usual(tmp_path: Path, extra: int, fires: bool) -> None:
    log = Log()
    for week in range(1, 6):
        for each in range(10):
            log.add(MONDAY - timedelta(weeks=week), requester=POLITIE, hour=9 + each / 10)
    for each in range(extra):
        log.add(MONDAY, requester=POLITIE, hour=9 + each / 10)
    found = Found(log, tmp_path)
    hits = found.hits("meer-dan-gewoonlijk")
    assert [(hit.count, hit.said["usual"], hit.on) for hit in hits] == ([(31, 10, MONDAY)] if fires else [])
    assert all(found.index.count(hit.filter) == hit.count for hit in hits)
    assert found.hits("meer-dan-gewoonlijk", weken=6) == []
    assert found.hits("meer-dan-gewoonlijk", minstens=32) == []


def test_weeks_without_a_request_count_for_what_is_usual(tmp_path: Path) -> None:
    log = Log()
    for week in (9, 8, 2, 0):
        for each in range(25):
            log.add(MONDAY - timedelta(weeks=week), requester=POLITIE, hour=9 + each / 10)
    assert [hit.said["usual"] for hit in Found(log, tmp_path).hits("meer-dan-gewoonlijk", minstens=20)] == [0, 0]


def test_outside_office_hours(tmp_path: Path) -> None:
    log = Log()
    for day, hour in ((MONDAY, 7.9), (MONDAY, 18), (MONDAY, 23), (days_ago(0), 3)):
        log.add(day, requester=POLITIE, hour=hour)
    log.add(MONDAY, requester=POLITIE, hour=8)
    log.add(MONDAY, requester=GGZ, hour=22)
    found = Found(log, tmp_path)
    assert found.hits("buiten-kantoortijd", keer=5) == []
    assert {hit.said["requester"]: hit.count for hit in found.hits("buiten-kantoortijd")} == {POLITIE: 4, GGZ: 1}
    [hit] = found.hits("buiten-kantoortijd", keer=4)
    assert (hit.count, hit.said["requester"], hit.on) == (4, POLITIE, TODAY)
    assert found.index.count(hit.filter) == 4
    assert not in_office_hours(moment(date(2026, 12, 25), 10))


@pytest.mark.parametrize(("tonight", "fires"), [(4, False), (5, True)])
def test_who_is_often_up_at_night_stands_out_when_it_is_much_more_than_usual(
    tmp_path: Path, tonight: int, fires: bool
) -> None:
    log = Log()
    for week in range(5):
        for each in range(tonight if week == 0 else 2):
            log.add(MONDAY - timedelta(weeks=week), requester=POLITIE, hour=22 + each / 10)
    hits = [hit for hit in Found(log, tmp_path).hits("buiten-kantoortijd") if hit.said["week"] == MONDAY]
    assert [(hit.count, hit.said["usual"]) for hit in hits] == ([(5, 2)] if fires else [])


@pytest.mark.parametrize(("after", "fires"), [(29, False), (30, True)])
def test_the_first_use_of_a_basis(tmp_path: Path, after: int, fires: bool) -> None:
    log, began = Log(), days_ago(60)
    for each in range(61):
        log.add(began + timedelta(each), requester=POLITIE)
    first = began + timedelta(after)
    log.add(first, requester=POLITIE, basis="vitaal_belang", hour=12)
    log.add(first + timedelta(1), requester=POLITIE, basis="vitaal_belang", hour=12)
    found = Found(log, tmp_path)
    hits = found.hits("eerste-keer-grondslag")
    assert [(hit.on, hit.count, hit.said["basis"]) for hit in hits] == ([(first, 2, "vitaal_belang")] if fires else [])
    assert all(found.index.count(hit.filter) == hit.count for hit in hits)


def test_more_than_a_number_of_parties_about_one_person(tmp_path: Path) -> None:
    log = Log()
    for day, requester in ((0, POLITIE), (1, GGZ), (2, OM)):
        log.add(MONDAY + timedelta(day), requester=requester, person="anna")
    log.add(MONDAY - timedelta(1), requester=COLLEGE, person="anna")
    found = Found(log, tmp_path)
    [hit] = found.hits("veel-partijen", partijen=2)
    assert (hit.count, hit.on) == (3, MONDAY + timedelta(2))
    assert len(found.index.counts(hit.filter, "aanvrager")) == 3
    assert "anna" not in str(hit)
    assert found.hits("veel-partijen", partijen=3) == []


def test_what_nobody_came_for(tmp_path: Path) -> None:
    log = Log()
    waiting = [log.add(MONDAY, recipient=OM, hour=9 + each) for each in range(3)]
    log.collected(MONDAY, log.add(MONDAY, recipient=OM, hour=12))
    log.add(MONDAY, recipient=COLLEGE, hour=13)
    found = Found(log, tmp_path)
    [hit] = found.hits("niet-opgehaald")
    assert (hit.count, sorted(hit.filter.records), hit.on) == (3, sorted(waiting), MONDAY + timedelta(2))
    assert found.hits("niet-opgehaald", keer=4) == []
    assert found.hits("niet-opgehaald", dagen=5) == []
    assert len(found.hits("niet-opgehaald", dagen=4)) == 1


def test_a_disclosure_and_then_silence_in_that_case(tmp_path: Path) -> None:
    log = Log()
    quiet = [log.add(days_ago(90), case=f"WMO-{each}") for each in range(2)]
    log.add(days_ago(90), case="WMO-7")
    log.add(days_ago(10), REFUSED, case="WMO-7")
    log.add(days_ago(90), REFUSED, case="WMO-8")
    found = Found(log, tmp_path)
    [hit] = found.hits("stil-na-verstrekking", zaken=2)
    assert (hit.count, sorted(hit.filter.records), hit.on) == (2, sorted(quiet), TODAY)
    assert found.hits("stil-na-verstrekking", zaken=3) == []
    assert found.hits("stil-na-verstrekking", zaken=1, dagen=91) == []


@pytest.mark.parametrize(("refused", "fires"), [(3, False), (4, True)])
def test_a_jump_after_a_change_of_policy(tmp_path: Path, refused: int, fires: bool) -> None:
    log = Log()
    for each in range(20):
        log.add(days_ago(15), hour=8 + each / 10)
        log.add(days_ago(5), REFUSED if each < refused else GRANTED, hour=8 + each / 10, revision=NEW)
    found = Found(log, tmp_path)
    hits = found.hits("sprong-na-beleid", punten=20)
    assert [(hit.count, hit.said["share"], hit.said["share_before"]) for hit in hits] == ([(4, 20, 0)] if fires else [])
    assert all(found.index.count(hit.filter) == hit.count for hit in hits)
    assert found.hits("sprong-na-beleid", punten=1, minstens=21) == []


def test_a_jump_in_what_is_granted_in_full_is_one_too(tmp_path: Path) -> None:
    log = Log()
    for each in range(12):
        log.add(days_ago(15), PARTLY, hour=8 + each / 10)
        log.add(days_ago(5), GRANTED, hour=8 + each / 10, revision=NEW)
    found = Found(log, tmp_path)
    [hit] = found.hits("sprong-na-beleid")
    assert (hit.said["outcome"], hit.said["share"], hit.said["share_before"], hit.count) == (GRANTED, 100, 0, 12)
    assert found.index.count(hit.filter) == 12


def test_a_day_on_which_two_revisions_decided_is_of_the_one_that_decided_most(tmp_path: Path) -> None:
    log = Log()
    for each in range(20):
        log.add(days_ago(15), hour=8 + each / 10)
        log.add(days_ago(5), REFUSED, hour=8 + each / 10, revision=NEW if each < 9 else f"{NEW}c")
    [hit] = Found(log, tmp_path).hits("sprong-na-beleid")
    assert hit.said["revision"] == f"{NEW}c"


@pytest.mark.parametrize(("ahead", "fires"), [(-1, False), (0, True), (14, True), (15, False)])
def test_what_has_to_be_destroyed_soon(tmp_path: Path, ahead: int, fires: bool) -> None:
    log, day = Log(), TODAY + timedelta(ahead)
    record = log.add(days_ago(40), recipient=OM, destroy_on=day.isoformat())
    hits = Found(log, tmp_path).hits("loopt-af")
    assert [(hit.filter.records, hit.said["day"], hit.open) for hit in hits] == (
        [((record,), day, True)] if fires else []
    )


@pytest.mark.parametrize(
    ("ago", "received", "expected"),
    [
        (3, None, []),
        (4, None, [(True, False)]),
        (7, 4, []),
        (7, 3, [(True, True)]),
    ],
)
def test_an_emergency_of_which_no_account_came_in_time(
    tmp_path: Path, ago: int, received: int | None, expected: list[tuple[bool, bool]]
) -> None:
    log = Log()
    record = log.add(days_ago(ago), basis="vitaal_belang", requester=GGZ)
    log.add(days_ago(ago), REFUSED, basis="vitaal_belang", requester=GGZ)
    came = {} if received is None else {record: days_ago(received)}
    hits = Found(log, tmp_path, TODAY, came).hits("noodprocedure")
    assert [(hit.open, hit.settled) for hit in hits] == expected
    assert all(hit.filter.records == (record,) and hit.on == days_ago(ago - 4) for hit in hits)


def test_every_rule_reads_its_thresholds_within_bounds() -> None:
    for rule in RULES.values():
        for each in rule.thresholds:
            assert each.least <= each.value <= each.most
            assert rule.read({each.name: str(each.most)})[each.name] == each.most
            for wrong in (str(each.least - 1), str(each.most + 1), "", "x", "٣", "1.5"):
                with pytest.raises(ValueError, match=each.name):
                    rule.read({each.name: wrong})
