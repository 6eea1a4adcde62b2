"""A dossier is the sum of its writings, and an account is in time by the day on which it was received."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.codes import Tenant
from gateway.model.writing import WritingKind
from gateway.review import dossiers
from gateway.review.acts import Writing
from gateway.review.dossiers import Dossier, State, due, fold
from gateway.review.judged import Finding, Unwritable, judged, justification
from gateway.review.justified import Account, account

AT = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
ONE, OTHER = "01999999-0000-7000-8000-000000000001", "01999999-0000-7000-8000-000000000002"
GGZ = "00000001800000005000"


def writing(number: int, content: dict[str, Any], *about: str, kind: WritingKind = WritingKind.DOSSIER) -> Writing:
    return Writing(f"w{number}", Tenant.ZVH, AT + timedelta(minutes=number), "fenna", "fg", kind, about, content)


def after(*steps: dict[str, Any], records: tuple[str, ...] = ()) -> Dossier:
    """A dossier with these steps after its opening."""
    opening = writing(0, dossiers.opening("GGZ vraagt door", "waarom steeds?", records))
    [found] = fold([opening, *(writing(number, step, "w0") for number, step in enumerate(steps, 1))])
    return found


def test_it_is_opened_with_its_question_and_first_records() -> None:
    found = after(records=(ONE,))
    assert (found.id, found.title, found.question, found.records, found.state) == (
        "w0",
        "GGZ vraagt door",
        "waarom steeds?",
        (ONE,),
        State.OPEN,
    )


def test_records_come_once_and_go_and_all_of_it_stays_in_the_history() -> None:
    empty = after()
    found = after(dossiers.add(empty, ONE, OTHER), dossiers.add(empty, ONE), dossiers.take(ONE, "hoort elders"))
    assert found.records == (OTHER,)
    assert len(found.history) == 4


def test_a_question_waits_until_it_is_answered() -> None:
    ask = dossiers.ask(GGZ, "Waarom vroeg u dit?", "2026-12-01")
    found = after(ask, dossiers.ask(GGZ, "En dit?"))
    assert (found.state, found.due, len(found.waiting)) == (State.WAITING, date(2026, 12, 1), 2)
    found = after(ask, dossiers.ask(GGZ, "En dit?"), dossiers.answered(0))
    assert (found.state, found.due) == (State.WAITING, None)
    assert after(ask, dossiers.answered(0)).state is State.OPEN


def test_it_closes_with_a_verdict_and_opens_again_with_a_reason() -> None:
    close, ask = dossiers.close("onrechtmatig", "zonder betrokkenheid"), dossiers.ask(GGZ, "Waarom?", "2026-12-01")
    found = after(ask, close)
    assert (found.state, found.finding, found.closing, found.due) == (
        State.CLOSED,
        Finding.ONRECHTMATIG,
        "zonder betrokkenheid",
        None,
    )
    assert after(close, ask).state is State.CLOSED
    assert after(ask, close, dossiers.answered(0)).state is State.CLOSED
    again = after(ask, close, dossiers.reopen("er kwam een brief"))
    assert (again.state, again.finding, again.closing) == (State.WAITING, None, "")


def test_of_a_letter_the_hash_is_kept_and_nothing_else() -> None:
    found = after(dossiers.letter("2026-11-19", GGZ, "AB" * 32, "antwoord op vraag 1"))
    [letter] = found.letters
    assert (letter.day, letter.sender, letter.sha256) == (date(2026, 11, 19), GGZ, "ab" * 32)


def test_a_reminder_can_be_moved_and_taken_away() -> None:
    assert after(dossiers.remind("2026-12-01"), dossiers.remind("2026-11-25")).due == date(2026, 11, 25)
    assert after(dossiers.remind("2026-12-01"), dossiers.remind("")).due is None


def test_what_is_due_comes_longest_overdue_first_and_nothing_closed() -> None:
    late, later = after(dossiers.remind("2026-11-20")), after(dossiers.remind("2026-11-18"))
    closed = after(dossiers.remind("2026-11-01"), dossiers.close("rechtmatig", "klaar"))
    ahead = after(dossiers.remind("2026-11-22"))
    assert due([late, ahead, closed, later], date(2026, 11, 21)) == [later, late]


def test_steps_of_nothing_change_nothing() -> None:
    opening = writing(0, dossiers.opening("x", ""))
    others = [
        writing(1, dossiers.remark("elders"), "w9"),
        writing(2, {"step": "vliegen"}, "w0"),
        writing(3, {"text": "een notitie", "corrects": ""}, "w0", kind=WritingKind.NOTE),
    ]
    [found] = fold([opening, *others])
    assert (found.records, found.notes, found.state, len(found.history)) == ((), (), State.OPEN, 2)


@pytest.mark.parametrize(
    ("make", "member"),
    [
        (lambda: dossiers.opening(" ", ""), "title"),
        (lambda: dossiers.opening("x" * 121, ""), "title"),
        (lambda: dossiers.take(ONE, ""), "reason"),
        (lambda: dossiers.ask("", "x"), "party"),
        (lambda: dossiers.ask("\u202e999993653", "x"), "party"),
        (lambda: dossiers.letter("2026-11-19", "999993653", "ab" * 32, "x"), "sender"),
        (lambda: dossiers.ask(GGZ, "x", "morgen"), "due"),
        (lambda: dossiers.letter("2026-11-19", "", "ab", "x"), "sha256"),
        (lambda: dossiers.letter("2026-11-19", "", "ab" * 32, " "), "about"),
        (lambda: dossiers.remind("31-11-2026"), "remind"),
        (lambda: dossiers.close("prima", "x"), "verdict"),
        (lambda: dossiers.close("rechtmatig", ""), "text"),
        (lambda: dossiers.reopen(""), "reason"),
        (lambda: dossiers.add(after(), *map(str, range(1001))), "records"),
    ],
)
def test_what_means_nothing_is_not_written(make: Any, member: str) -> None:
    with pytest.raises(Unwritable) as caught:
        make()
    assert caught.value.member == member


def accounted(*received: str, today: date, days: int = 3) -> Any:
    said = [
        writing(number, justification(day, GGZ, "ab" * 32), ONE, kind=WritingKind.JUSTIFICATION)
        for number, day in enumerate(received)
    ]
    return account(AT, days, judged(said), today)


@pytest.mark.parametrize(
    ("received", "today", "state"),
    [
        ((), date(2026, 11, 23), Account.WAITING),
        ((), date(2026, 11, 24), Account.OVERDUE),
        (("2026-11-23",), date(2026, 12, 9), Account.IN_TIME),
        (("2026-11-24",), date(2026, 12, 9), Account.LATE),
        (("2026-11-24", "2026-11-22"), date(2026, 12, 9), Account.IN_TIME),
    ],
)
def test_an_account_is_in_time_by_the_day_of_its_receipt(
    received: tuple[str, ...], today: date, state: Account
) -> None:
    found = accounted(*received, today=today)
    assert (found.state, found.due) == (state, date(2026, 11, 23))


@given(days=st.integers(1, 90), waited=st.integers(0, 200))
def test_the_term_is_counted_in_days_of_amsterdam(days: int, waited: int) -> None:
    found = accounted(today=date(2026, 11, 20) + timedelta(waited), days=days)
    assert found.days == days - waited
    assert (found.state is Account.OVERDUE) is (waited > days)
