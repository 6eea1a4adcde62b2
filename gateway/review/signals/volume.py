"""Much more than usual: a party asks more in a week than a number of times the median of its own weeks before.

Weeks in which it asked nothing count too, from its first week on. With fewer than `weken` of those there is no usual.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from statistics import median

from gateway.review.decisions import DECISIONS
from gateway.review.signals.history import History
from gateway.review.signals.rule import Hit, Rule, Threshold, Values
from gateway.review.signals.week import Week

MOST_WEEKS = 26
"""Half a year of weeks is what is usual."""


def find(history: History, values: Values) -> Iterator[Hit]:
    before: dict[str, list[int]] = {}
    for week in history.weeks:
        asked = _by_requester(week)
        for requester, days in asked.items():
            weeks = before.get(requester, [])[-MOST_WEEKS:]
            if len(weeks) >= values["weken"]:
                yield from _hit(week, requester, days, median(weeks), values)
        for requester in {*before, *asked}:
            before.setdefault(requester, []).append(sum(asked.get(requester, {}).values()))


def _by_requester(week: Week) -> dict[str, dict[date, int]]:
    found: dict[str, dict[date, int]] = defaultdict(dict)
    for (requester, day), count in sorted(week.asked.items()):
        found[requester][day] = count
    return found


def _hit(week: Week, requester: str, days: dict[date, int], usual: float, values: Values) -> Iterator[Hit]:
    count, so_far = sum(days.values()), 0
    for day, asked in days.items():
        so_far += asked
        if so_far > values["keer"] * usual and so_far >= values["minstens"]:
            listed = DECISIONS.adding("aanvrager", requester).within(week.monday, max(days))
            said = {"requester": requester, "week": week.monday, "usual": usual}
            yield Hit((requester, week.monday.isoformat()), day, count, listed, said)
            return


RULE = Rule(
    "meer-dan-gewoonlijk",
    weight=60,
    thresholds=(Threshold("keer", 3, 2, 50), Threshold("minstens", 20, 1, 100_000), Threshold("weken", 4, 2, 26)),
    find=find,
)
