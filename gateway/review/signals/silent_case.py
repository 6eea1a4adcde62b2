"""Disclosure, and then silence: in `dagen` days after it nothing was asked in that case any more.

Told by the week in which the days were over, so that ten quiet cases are one signal. What happens in a case outside
this gateway is not in its log.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from gateway.model.amsterdam import AMSTERDAM, day_of
from gateway.review.decisions import DECISIONS
from gateway.review.signals.history import History
from gateway.review.signals.rule import Hit, Rule, Threshold, Values, listed
from gateway.review.signals.week import Seen, monday_of


def find(history: History, values: Values) -> Iterator[Hit]:
    silence = timedelta(values["dagen"])
    over: dict[date, list[tuple[date, str]]] = defaultdict(list)
    last: dict[str, Seen] = {}
    for week in history.weeks:
        for case, seen in week.cases.items():
            _silent(last.get(case), seen[0], silence, over)
            last[case] = seen
    for seen in last.values():
        _silent(seen, _end_of(history.today), silence, over)
    for monday, quiet in over.items():
        if len(quiet) >= values["zaken"]:
            quiet.sort()
            wider = DECISIONS.within(monday - silence, monday + timedelta(6) - silence)
            records = [record for _, record in quiet]
            said = {"week": monday, "days": values["dagen"]}
            yield Hit((monday.isoformat(),), quiet[values["zaken"] - 1][0], len(quiet), listed(records, wider), said)


def _end_of(day: date) -> datetime:
    """The first moment after a day in Amsterdam."""
    return datetime.combine(day + timedelta(1), time(), AMSTERDAM)


def _silent(seen: Seen | None, next: datetime, silence: timedelta, over: dict[date, list[tuple[date, str]]]) -> None:
    """Keep a disclosure after which it was silent so long until the next line of its case."""
    if seen is None or not seen[1] or next - seen[0] <= silence:
        return
    on = day_of(seen[0]) + silence
    if on < day_of(next):
        over[monday_of(on)].append((on, seen[1]))


RULE = Rule(
    "stil-na-verstrekking",
    weight=30,
    thresholds=(Threshold("zaken", 3, 1, 10_000), Threshold("dagen", 90, 7, 300)),
    find=find,
)
