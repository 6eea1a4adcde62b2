"""A jump after a change of policy: under a new revision clearly more, or less, is refused or granted in full than
under the one before. Told is the one of both that changed most.

Compared are the `dagen` days from the change on with as many before it. A day belongs to the revision that decided
most of it; with fewer than `minstens` requests on either side there is nothing to compare.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from gateway.model.codes import Outcome
from gateway.review.decisions import DECISIONS, only
from gateway.review.signals.history import History
from gateway.review.signals.rule import Hit, Rule, Threshold, Values

JUMPS = (Outcome.GEWEIGERD, Outcome.TOEGESTAAN)


def find(history: History, values: Values) -> Iterator[Hit]:
    decided: dict[date, Counter[str]] = defaultdict(Counter)
    deciding: dict[date, Counter[str]] = defaultdict(Counter)
    for week in history.weeks:
        for (day, revision, outcome), count in week.decided.items():
            decided[day][outcome] += count
            deciding[day][revision] += count
    before = ""
    for day in sorted(deciding):
        revision = max(deciding[day], key=lambda each, of=deciding[day]: (of[each], each))
        if before and revision != before:
            yield from _compared(day, revision, decided, values, history.today)
        before = revision


def _compared(
    day: date, revision: str, decided: Mapping[date, Counter[str]], values: Values, today: date
) -> Iterator[Hit]:
    span = [timedelta(each) for each in range(values["dagen"])]
    after = sum((decided.get(day + each, Counter()) for each in span), Counter[str]())
    earlier = sum((decided.get(day - each - timedelta(1), Counter()) for each in span), Counter[str]())
    if min(after.total(), earlier.total()) < values["minstens"]:
        return
    outcome = max(JUMPS, key=lambda each: abs(_share(after, each) - _share(earlier, each)))
    share, share_before = _share(after, outcome), _share(earlier, outcome)
    if abs(share - share_before) >= values["punten"]:
        last = min(day + span[-1], today)
        listed = only(DECISIONS.within(day, last), outcome)
        said = {
            "revision": revision,
            "day": day,
            "outcome": outcome,
            "share": round(share),
            "share_before": round(share_before),
            "requests": after.total(),
        }
        yield Hit((revision, day.isoformat()), last, after[outcome], listed, said)


def _share(counts: Counter[str], outcome: str) -> float:
    return 100 * counts[outcome] / counts.total()


RULE = Rule(
    "sprong-na-beleid",
    weight=80,
    thresholds=(Threshold("punten", 15, 1, 100), Threshold("minstens", 10, 5, 100_000), Threshold("dagen", 14, 1, 60)),
    find=find,
)
