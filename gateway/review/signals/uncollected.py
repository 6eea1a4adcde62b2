"""Asked but never collected: data lay ready for a recipient, who did not come within `dagen` days.

An answer is kept for a day or so; after that nobody can come for it any more, and the data went to nobody.
"""

from collections.abc import Iterator
from datetime import timedelta

from gateway.model.amsterdam import day_of
from gateway.review.signals.history import WAITING, History
from gateway.review.signals.rule import Hit, Rule, Threshold, Values, listed


def find(history: History, values: Values) -> Iterator[Hit]:
    late = timedelta(values["dagen"])
    for week in history.weeks:
        for recipient, seen in week.waiting.items():
            overdue = sorted(each for each in seen if day_of(each[0]) + late <= history.today)
            if len(overdue) >= values["keer"]:
                on = day_of(overdue[values["keer"] - 1][0]) + late
                wider = WAITING.adding("ontvanger", recipient).within(week.monday, day_of(overdue[-1][0]))
                said = {"recipient": recipient, "week": week.monday}
                records = [record for _, record in overdue]
                yield Hit((recipient, week.monday.isoformat()), on, len(overdue), listed(records, wider), said)


RULE = Rule(
    "niet-opgehaald", weight=45, thresholds=(Threshold("keer", 3, 1, 10_000), Threshold("dagen", 2, 1, 60)), find=find
)
