"""Outside office hours: a party asks a number of times in a week at night, in a weekend or on a holiday.

What office hours are is the review's own definition, the same by which lists are filtered (`tijd`).
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from gateway.review.signals.history import OUTSIDE, History
from gateway.review.signals.rule import Hit, Rule, Threshold, Values


def find(history: History, values: Values) -> Iterator[Hit]:
    for week in history.weeks:
        asked: dict[str, list[date]] = defaultdict(list)
        for (requester, day), count in sorted(week.outside.items()):
            asked[requester] += [day] * count
        for requester, days in asked.items():
            if len(days) >= values["keer"]:
                listed = OUTSIDE.adding("aanvrager", requester).within(week.monday, days[-1])
                said = {"requester": requester, "week": week.monday}
                key = (requester, week.monday.isoformat())
                yield Hit(key, days[values["keer"] - 1], len(days), listed, said)


RULE = Rule("buiten-kantoortijd", weight=40, thresholds=(Threshold("keer", 5, 1, 10_000),), find=find)
