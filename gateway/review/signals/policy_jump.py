"""A jump after a change of policy: under a new revision clearly more, or fewer, is refused than under the one before.

Compared are the `dagen` days from the change on with as many before it. A day belongs to the revision that decided
most of it; with fewer than `minstens` requests on either side there is nothing to compare.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from gateway.model.codes import Outcome
from gateway.review.decisions import DECISIONS
from gateway.review.signals.history import History
from gateway.review.signals.rule import Hit, Rule, Threshold, Values


def find(history: History, values: Values) -> Iterator[Hit]:
    asked: Counter[date] = Counter()
    refused: Counter[date] = Counter()
    deciding: dict[date, Counter[str]] = {}
    for week in history.weeks:
        for (day, revision, outcome), count in week.decided.items():
            asked[day] += count
            refused[day] += count if outcome == Outcome.GEWEIGERD else 0
            deciding.setdefault(day, Counter())[revision] += count
    before = ""
    for day in sorted(deciding):
        revision = max(deciding[day], key=lambda each, of=deciding[day]: (of[each], each))
        if before and revision != before:
            yield from _compared(day, revision, asked, refused, values, history.today)
        before = revision


def _compared(
    day: date, revision: str, asked: Counter[date], refused: Counter[date], values: Values, today: date
) -> Iterator[Hit]:
    span = [timedelta(each) for each in range(values["dagen"])]
    after, earlier = [day + each for each in span], [day - each - timedelta(1) for each in span]
    of, of_before = sum(asked[each] for each in after), sum(asked[each] for each in earlier)
    if min(of, of_before) < values["minstens"]:
        return
    no, no_before = sum(refused[each] for each in after), sum(refused[each] for each in earlier)
    share, share_before = round(100 * no / of), round(100 * no_before / of_before)
    if abs(100 * no / of - 100 * no_before / of_before) >= values["punten"]:
        last = min(after[-1], today)
        listed = DECISIONS.without("besluit").adding("besluit", Outcome.GEWEIGERD).within(day, last)
        said = {"revision": revision, "day": day, "share": share, "share_before": share_before, "requests": of}
        yield Hit((revision, day.isoformat()), last, no, listed, said)


RULE = Rule(
    "sprong-na-beleid",
    weight=80,
    thresholds=(Threshold("punten", 15, 1, 100), Threshold("minstens", 20, 5, 100_000), Threshold("dagen", 14, 1, 60)),
    find=find,
)
