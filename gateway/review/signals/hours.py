"""Outside office hours: a party asks at night, in a weekend or on a holiday, clearly more in a week than it usually
does.

What office hours are is the review's own definition, the same by which lists are filtered (`tijd`). What is usual is
the median of the party's own weeks before, at most half a year of them; for who never did it is nought.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from statistics import median

from gateway.review.signals.history import OUTSIDE, History
from gateway.review.signals.rule import Hit, Rule, Threshold, Values

MOST_WEEKS = 26


def find(history: History, values: Values) -> Iterator[Hit]:
    before: dict[str, list[int]] = defaultdict(list)
    for week in history.weeks:
        asked: dict[str, list[date]] = defaultdict(list)
        for (requester, day), count in sorted(week.outside.items()):
            asked[requester] += [day] * count
        for requester, days in asked.items():
            usual = median(before[requester][-MOST_WEEKS:] or [0])
            if len(days) >= values["keer"] and len(days) > values["maal"] * usual:
                listed = OUTSIDE.adding("aanvrager", requester).within(week.monday, days[-1])
                said = {"requester": requester, "week": week.monday, "usual": usual}
                key = (requester, week.monday.isoformat())
                yield Hit(key, days[values["keer"] - 1], len(days), listed, said)
        for requester in {*before, *(requester for requester, _ in week.asked)}:
            before[requester].append(len(asked.get(requester, ())))


RULE = Rule(
    "buiten-kantoortijd",
    weight=40,
    thresholds=(Threshold("keer", 1, 1, 10_000), Threshold("maal", 2, 1, 50)),
    find=find,
)
