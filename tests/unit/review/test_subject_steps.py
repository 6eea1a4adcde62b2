"""A report is folded out of its steps: whatever is appended to the stream, its rules hold."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.codes import Tenant
from gateway.model.writing import WritingKind
from gateway.review.acts import Writing
from gateway.review.subject.report import LETTER, OPEN, Report, Status, agenda
from gateway.review.subject.steps import Step, fold, hindrance

MORNING = datetime(2026, 11, 17, 9, tzinfo=UTC)
LINES = tuple(f"0193f000-0000-7000-8000-00000000000{n}" for n in range(4))
CHECKPOINT = "sluis.localhost/zvh/2026\n9\nAAAA\n"
CONTENT: Mapping[Step, Mapping[str, Any]] = {
    Step.IDENTIFIED: {"how": "balie"},
    Step.LOOKED_UP: {
        "records": list(LINES),
        "erased": [LINES[3]],
        "proposed": {LINES[1]: "opsporing"},
        "seals": [{"year": 2026, "size": 9, "checkpoint": CHECKPOINT}],
        "alias": "ABCDEFGH",
    },
    Step.DECIDED: {
        "lines": [{"record": LINES[1], "shown": False, "ground": "opsporing", "visible_from": "2027-05-01", "why": "x"}]
    },
    Step.RETURNED: {"why": "regel 2 kan getoond worden"},
    Step.SENT: {"on": "2026-11-17", "how": "post"},
    Step.EXTENDED: {"why": "ingewikkeld", "told_on": "2026-11-17"},
    Step.ENDED: {"why": "ingetrokken"},
}
ROAD = (Step.IDENTIFIED, Step.LOOKED_UP, Step.DECIDED, Step.JUDGED, Step.CONFIRMED, Step.SENT)


def begun(number: str = "2026-001", received: str = "2026-11-17") -> Writing:
    content = {"step": "ontvangen", "number": number, "received_on": received, "language": "nl"}
    return Writing("begin-" + number, Tenant.ZVH, MORNING, "fenna", "fg", WritingKind.SUBJECT_REPORT, (), content)


def taken(step: Step, who: str = "fenna", after: int = 1, **changes: Any) -> Writing:
    content = {"step": str(step), **CONTENT.get(step, {}), **changes}
    at = MORNING + timedelta(minutes=after)
    return Writing(f"w{after}", Tenant.ZVH, at, who, "fg", WritingKind.SUBJECT_REPORT, ("begin-2026-001",), content)


def walked(*steps: Step, other: str = "milan") -> Report:
    """The report after these steps; the second look is another's."""
    writings = [taken(step, other if step is Step.CONFIRMED else "fenna", n) for n, step in enumerate(steps)]
    return fold([begun(), *writings])["2026-001"]


def test_the_whole_road() -> None:
    report = walked(*ROAD)
    assert (report.status, report.disregarded) == (Status.SENT, 0)
    assert report.withheld == (LINES[1],)
    assert report.shown_later == ((date(2027, 5, 1), 1),)
    assert [step.content["step"] for step in report.steps[1:]] == list(ROAD)


@pytest.mark.parametrize("skipped", range(len(ROAD) - 1))
def test_no_step_may_be_left_out(skipped: int) -> None:
    report = walked(*(step for n, step in enumerate(ROAD) if n != skipped))
    assert report.status is not Status.SENT
    assert report.disregarded > 0


def test_nobody_confirms_what_they_judged() -> None:
    report = walked(*ROAD[:4])
    assert hindrance(report, Step.CONFIRMED, "fenna") == "zelfde-persoon"
    assert hindrance(report, Step.CONFIRMED, "milan") is None
    assert walked(*ROAD[:5], other="fenna").status is Status.JUDGED


def test_who_decided_one_line_does_not_confirm_the_others() -> None:
    writings = [
        taken(Step.IDENTIFIED),
        taken(Step.LOOKED_UP),
        taken(Step.DECIDED, "milan"),
        taken(Step.JUDGED, "fenna"),
    ]
    report = fold([begun(), *writings])["2026-001"]
    assert report.judges == {"fenna", "milan"}
    assert hindrance(report, Step.CONFIRMED, "milan") == "zelfde-persoon"
    assert hindrance(report, Step.CONFIRMED, "noor") is None


def test_what_is_proposed_is_not_shown_and_waits_for_a_decision() -> None:
    report = walked(Step.IDENTIFIED, Step.LOOKED_UP)
    assert report.undecided == (LINES[1],)
    assert report.withheld == (LINES[1],)
    assert hindrance(report, Step.JUDGED, "fenna") == "nog-onbeslist"


def test_looking_up_again_undoes_the_second_look_and_asks_for_what_is_new() -> None:
    more = {**CONTENT[Step.LOOKED_UP]["proposed"], LINES[2]: "rechten-van-anderen"}
    writings = [taken(step, "milan" if step is Step.CONFIRMED else "fenna") for step in ROAD[:5]]
    report = fold([begun(), *writings, taken(Step.LOOKED_UP, proposed=more)])["2026-001"]
    assert report.status is Status.LOOKED_UP
    assert report.confirmed is None
    assert report.undecided == (LINES[2],)


def test_what_is_sent_back_is_judged_again() -> None:
    report = walked(*ROAD[:4], Step.RETURNED)
    assert (report.status, report.judged) == (Status.LOOKED_UP, None)
    assert report.returned[0][1] == "regel 2 kan getoond worden"


@pytest.mark.parametrize("told", ["2026-11-16", "2026-12-18", "2026-11-18"])
def test_an_extension_counts_if_it_was_told_within_the_month(told: str) -> None:
    report = fold([begun(), taken(Step.EXTENDED, told_on=told)])["2026-001"]
    assert (report.extension, report.disregarded) == (None, 1)
    assert report.due == date(2026, 12, 17)


def test_a_term_is_extended_once() -> None:
    report = fold([begun(), taken(Step.EXTENDED), taken(Step.EXTENDED, after=2)])["2026-001"]
    assert (report.due, report.disregarded) == (date(2027, 2, 17), 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"lines": []},
        {"lines": [{"record": "another", "shown": True}]},
        {"lines": [{"record": LINES[0], "shown": False}]},
        {"lines": [{"record": LINES[0], "shown": False, "ground": "zomaar", "visible_from": "2027-05-01"}]},
        {"lines": [{"record": LINES[0], "shown": "nee", "ground": "opsporing", "visible_from": "2027-05-01"}]},
    ],
)
def test_a_decision_without_ground_or_day_is_none(changes: dict[str, Any]) -> None:
    report = fold([begun(), taken(Step.IDENTIFIED), taken(Step.LOOKED_UP), taken(Step.DECIDED, **changes)])["2026-001"]
    assert report.decided == {}
    assert report.disregarded == 1


def test_a_number_is_given_once() -> None:
    again = begun(received="2026-11-01")
    assert fold([begun(), again])["2026-001"].received_on == date(2026, 11, 17)


def test_the_agenda_is_of_what_is_open_and_what_comes_free() -> None:
    sent = walked(*ROAD)
    waiting = fold([begun("2026-002", "2026-11-10")])["2026-002"]
    [due] = agenda([sent, waiting], date(2026, 12, 1))
    assert (due.number, due.on, due.days, due.lines) == ("2026-002", date(2026, 12, 10), 9, 0)
    [later] = agenda([sent], date(2027, 4, 28))
    assert (later.number, later.days, later.lines) == ("2026-001", 3, 1)
    assert agenda([sent], date(2027, 6, 1)) == []


ANY_STEP = st.builds(
    taken,
    st.sampled_from(Step),
    st.sampled_from(["fenna", "milan", "noor"]),
    st.integers(1, 90_000),
    visible_from=st.just("2027-01-01"),
)
NONSENSE = st.builds(
    lambda step, content: Writing(
        "w",
        Tenant.ZVH,
        MORNING,
        "fenna",
        "fg",
        WritingKind.SUBJECT_REPORT,
        ("begin-2026-001",),
        {"step": step, **content},
    ),
    st.sampled_from(Step),
    st.dictionaries(
        st.sampled_from(["records", "lines", "how", "seals", "on", "why", "number"]),
        st.none() | st.integers() | st.text() | st.lists(st.integers()),
    ),
)


@given(far=st.integers(0, len(ROAD)), more=st.lists(ANY_STEP | NONSENSE, max_size=20))
def test_whatever_is_appended_the_rules_hold(far: int, more: list[Writing]) -> None:
    writings = [taken(step, "milan" if step is Step.CONFIRMED else "fenna") for step in ROAD[:far]] + more
    before = fold([begun()])["2026-001"]
    for count in range(1, len(writings) + 1):
        report = fold([begun(), *writings[:count]])["2026-001"]
        last = writings[count - 1]
        if last.content["step"] != Step.RECEIVED:
            taken_or_not = (len(report.steps) - len(before.steps), report.disregarded - before.disregarded)
            assert taken_or_not in ((1, 0), (0, 1))
        if before.status not in OPEN:
            assert report.status is before.status
        if report.status in LETTER:
            assert report.identity is not None
            assert report.undecided == ()
            assert report.confirmed is not None
            assert report.confirmed.who not in report.judges
        assert set(report.withheld).isdisjoint(each for each in LINES if report.shows(each))
        assert report.due >= report.first_due > report.received_on
        before = report
