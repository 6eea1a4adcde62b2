"""About to expire: a recipient has to destroy what it got (`vernietig-op`) within `dagen` days.

On that day the content of the record goes too, so nothing tells later how often this was so.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from gateway.review.decisions import DECISIONS
from gateway.review.signals.history import History
from gateway.review.signals.rule import Hit, Rule, Threshold, Values, listed


def find(history: History, values: Values) -> Iterator[Hit]:
    due: dict[tuple[str, date], list[str]] = defaultdict(list)
    for week in history.weeks:
        for pair, records in week.due.items():
            due[pair].extend(records)
    for (recipient, day), records in due.items():
        if history.today <= day <= history.today + timedelta(values["dagen"]):
            on = day - timedelta(values["dagen"])
            wider = DECISIONS.adding("ontvanger", recipient)
            said = {"recipient": recipient, "day": day}
            key = (recipient, day.isoformat())
            yield Hit(key, on, len(records), listed(records, wider), said, open=True)


RULE = Rule("loopt-af", weight=35, thresholds=(Threshold("dagen", 14, 1, 90),), find=find, fleeting=True)
