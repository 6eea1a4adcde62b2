"""Disclosure, and then silence: in `dagen` days after it nothing was asked in that case any more.

Told by the week in which the days were over, so that ten quiet cases are one signal. What happens in a case outside
this gateway is not in its log.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from gateway.model.amsterdam import day_of
from gateway.review.decisions import DECISIONS
from gateway.review.signals.history import History
from gateway.review.signals.rule import Hit, Rule, Threshold, Values, listed
from gateway.review.signals.week import Seen, monday_of


def find(history: History, values: Values) -> Iterator[Hit]:
    silence = timedelta(values["dagen"])
    over: dict[date, list[tuple[date, str]]] = defaultdict(list)
    activity: dict[str, list[tuple[datetime, Seen | None]]] = defaultdict(list)
    for week in history.weeks:
        for case, found in week.cases.items():
            activity[case].append(found)
    for weeks in activity.values():
        for (last, disclosed), after in zip(weeks, [*weeks[1:], None], strict=True):
            if disclosed is None or last > disclosed[0]:
                continue
            on = day_of(disclosed[0]) + silence
            if on <= history.today and (after is None or day_of(after[0]) > on):
                over[monday_of(on)].append((on, disclosed[1]))
    for monday, quiet in over.items():
        if len(quiet) >= values["zaken"]:
            quiet.sort()
            wider = DECISIONS.within(monday - silence, monday + timedelta(6) - silence)
            records = [record for _, record in quiet]
            said = {"week": monday, "days": values["dagen"]}
            yield Hit((monday.isoformat(),), quiet[values["zaken"] - 1][0], len(quiet), listed(records, wider), said)


RULE = Rule(
    "stil-na-verstrekking",
    weight=30,
    thresholds=(Threshold("zaken", 3, 1, 10_000), Threshold("dagen", 90, 7, 300)),
    find=find,
)
