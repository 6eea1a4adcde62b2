"""Repeated refusals: one party asks another for the same fields, and is refused for the same reasons, again and again.

A run ends when nothing of the kind came for `dagen` days; what comes later is a new one.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from gateway.model.amsterdam import day_of
from gateway.model.codes import Outcome
from gateway.review.filter import Filter
from gateway.review.signals.history import History
from gateway.review.signals.rule import Hit, Rule, Threshold, Values, listed
from gateway.review.signals.week import Refused, Seen


def find(history: History, values: Values) -> Iterator[Hit]:
    kinds: dict[Refused, list[Seen]] = defaultdict(list)
    for week in history.weeks:
        for kind, seen in week.refused.items():
            kinds[kind].extend(seen)
    for kind, seen in kinds.items():
        if len(seen) >= values["keer"]:
            for run in _runs(sorted(seen), values["dagen"]):
                if len(run) >= values["keer"]:
                    yield _hit(kind, run, values["keer"])


def _runs(seen: list[Seen], days: int) -> Iterator[list[Seen]]:
    run: list[Seen] = []
    for each in seen:
        if run and each[0] - run[-1][0] > timedelta(days):
            yield run
            run = []
        run.append(each)
    yield run


def _hit(kind: Refused, run: list[Seen], enough: int) -> Hit:
    requester, holder, fields, reasons = kind
    first, last = day_of(run[0][0]), day_of(run[-1][0])
    wider = Filter.of(besluit=Outcome.GEWEIGERD, aanvrager=requester, bronhouder=holder, reden=reasons)
    return Hit(
        key=(run[0][1],),
        on=day_of(run[enough - 1][0]),
        count=len(run),
        filter=listed((record for _, record in run), wider.within(first, last)),
        said={"requester": requester, "holder": holder, "fields": fields, "reasons": reasons, "day": first},
        last=last,
    )


RULE = Rule(
    "herhaald-geweigerd",
    weight=70,
    thresholds=(Threshold("keer", 5, 2, 500), Threshold("dagen", 30, 1, 365)),
    find=find,
)
