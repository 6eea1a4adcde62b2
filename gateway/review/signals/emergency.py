"""Break-glass: data were given because a life was at stake, and no account of it came within the term of this desk.

The term and what counts as in time are `review.justified`'s. It is shown until the account is there; one that came too
late counts for how often this is normal.
"""

from collections.abc import Iterator
from datetime import timedelta

from gateway.model.amsterdam import day_of
from gateway.review.filter import Filter
from gateway.review.signals.history import History
from gateway.review.signals.rule import Hit, Rule, Values


def find(history: History, values: Values) -> Iterator[Hit]:
    for week in history.weeks:
        for at, record, requester in week.emergencies:
            due = day_of(at) + timedelta(history.term)
            received = history.received.get(record)
            if (received or history.today) > due:
                said = {"requester": requester, "day": day_of(at), "due": due}
                listed = Filter(records=(record,))
                yield Hit((record,), due + timedelta(1), 1, listed, said, open=True, settled=received is not None)


RULE = Rule("noodprocedure", weight=90, thresholds=(), find=find)
