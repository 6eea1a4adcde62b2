"""Whether the account of an emergency came in time: what the FG checks afterwards of a `vitaal_belang`.

Rules:
- The law names no term (AVG 9(2)(c) allows the disclosure, and says nothing of afterwards). The term is a setting of
  this desk, in days of Amsterdam from the day of the disclosure; it is ours: `.decisions/0039`.
- The earliest account counts, by the day on which it was received.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from gateway.model.amsterdam import day_of
from gateway.model.writing import WritingKind
from gateway.review.acts import Writing
from gateway.review.judged import Judged

AFTERWARDS = "achteraf-toets-fg"
"""The obligation of a disclosure that owes an account."""


class Account(StrEnum):
    IN_TIME = "in-time"
    LATE = "late"
    WAITING = "waiting"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Accounted:
    """`due`: the last day in time; `writing`: the account that counts, None while there is none; `days`: from today to
    `due`, negative once that is past.
    """

    state: Account
    due: date
    days: int
    received: date | None
    writing: Writing | None


def account(at: datetime, days: int, judged: Judged, today: date) -> Accounted:
    """How it stands. `at`: of the record; `days`: the term; `judged`: what was said of the record."""
    due = day_of(at) + timedelta(days=days)
    given = [(date.fromisoformat(each.content["received"]), each) for each in judged.of(WritingKind.JUSTIFICATION)]
    received, writing = min(given, key=lambda pair: pair[0], default=(None, None))
    if received is None:
        state = Account.OVERDUE if today > due else Account.WAITING
    else:
        state = Account.LATE if received > due else Account.IN_TIME
    return Accounted(state, due, (due - today).days, received, writing)
