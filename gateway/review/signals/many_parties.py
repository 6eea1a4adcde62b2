"""One subject, many parties: in one week more than a number of parties asked about the same person.

The person is known here by an alias alone.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from gateway.review.decisions import DECISIONS
from gateway.review.signals.history import History
from gateway.review.signals.rule import Hit, Rule, Threshold, Values


def find(history: History, values: Values) -> Iterator[Hit]:
    for week in history.weeks:
        for alias, parties in week.subjects.items():
            if len(parties) > values["partijen"]:
                on = sorted(parties.values())[values["partijen"]]
                listed = replace(DECISIONS, subject=alias).within(week.monday, week.monday + timedelta(6))
                said = {"alias": alias, "parties": len(parties), "week": week.monday}
                yield Hit((alias, week.monday.isoformat()), on, len(parties), listed, said)


RULE = Rule("veel-partijen", weight=50, thresholds=(Threshold("partijen", 4, 2, 100),), find=find)
