"""First use of a basis: a party names one on which it did not ask in as long as is looked back.

In the first `dagen` days of a log all is new, and nothing is told.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from gateway.model.amsterdam import day_of
from gateway.review.decisions import DECISIONS
from gateway.review.line import UNKNOWN_BASIS
from gateway.review.signals.history import History
from gateway.review.signals.rule import Hit, Rule, Threshold, Values


def find(history: History, values: Values) -> Iterator[Hit]:
    uses: dict[tuple[str, str], list[tuple[datetime, int]]] = defaultdict(list)
    for week in history.weeks:
        for pair, use in week.bases.items():
            if pair[1] != UNKNOWN_BASIS:
                uses[pair].append(use)
    began = history.began
    for (requester, basis), found in uses.items():
        first, count = day_of(found[0][0]), sum(count for _, count in found)
        if began is not None and first >= began + timedelta(values["dagen"]):
            listed = DECISIONS.adding("aanvrager", requester).adding("grondslag", basis)
            said = {"requester": requester, "basis": basis, "day": first}
            yield Hit((requester, basis, first.isoformat()), first, count, listed.within(first, history.today), said)


RULE = Rule("eerste-keer-grondslag", weight=65, thresholds=(Threshold("dagen", 30, 7, 365),), find=find)
