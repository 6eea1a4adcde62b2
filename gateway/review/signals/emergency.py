"""Break-glass: data were given because a life was at stake, and within the term nobody wrote whether that was right.

The term is in working days (Algemene termijnenwet), one by default: no statute names it. It is shown until somebody
does; what was written too late counts for how often this is normal.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from gateway.model.amsterdam import day_of
from gateway.review.facets import holidays
from gateway.review.filter import Filter
from gateway.review.signals.history import History
from gateway.review.signals.rule import Hit, Rule, Threshold, Values


def find(history: History, values: Values) -> Iterator[Hit]:
    for week in history.weeks:
        for at, record, requester in week.emergencies:
            term = working_days_after(day_of(at), values["werkdagen"])
            justified = history.justified.get(record)
            if (justified or history.today) > term:
                said = {"requester": requester, "day": day_of(at), "term": term}
                listed = Filter(records=(record,))
                yield Hit((record,), term + timedelta(1), 1, listed, said, open=True, settled=justified is not None)


def working_days_after(day: date, count: int) -> date:
    """The day that is so many working days later."""
    while count:
        day += timedelta(1)
        count -= day.weekday() < 5 and day not in holidays(day.year)
    return day


RULE = Rule("noodprocedure", weight=90, thresholds=(Threshold("werkdagen", 1, 1, 20),), find=find)
