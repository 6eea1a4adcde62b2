"""Which revision decided since when, put in force by whom and why, as the tenant's own log and the history tell it.

Rules:
- Since when comes from the log, where the gateway stated it. Why comes from the history of publications, which whoever
  can write that file could change; the log names the revision and its signer by itself.
- A revision that decided and of which nothing is stated is told too, as such: nothing that decided is left out.
- One that came back has two terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from gateway.pdp.history import Entry, Step
from gateway.tlog.in_force import InForce

SLACK = timedelta(minutes=1)
"""A gateway takes what was published up to a second later; clocks of two machines may differ more."""


@dataclass(frozen=True, slots=True)
class Term:
    """A time in which a revision decided. `since`: aware, None where no log says it; `until`: the next one's `since`,
    None for the one that decides now; `year`, `index`: where it is stated; `reason`, `step`: of its publication, if it
    is known.
    """

    revision: str
    since: datetime | None = None
    until: datetime | None = None
    previous: str | None = None
    signer: str | None = None
    year: int = 0
    index: int = 0
    reason: str = ""
    step: Step | None = None


def terms(stated: Sequence[InForce], history: Sequence[Entry], decided: Iterable[str]) -> list[Term]:
    """All of them, the newest first. `stated`: oldest first; `decided`: the revisions that decided anything."""
    found = [_term(each, history) for each in _changes(stated)]
    found = [replace(each, until=later.since) for each, later in pairwise(found)] + found[-1:]
    untold = sorted(set(decided) - {each.revision for each in found})
    return [*reversed(found), *(Term(revision) for revision in untold)]


def _changes(stated: Iterable[InForce]) -> Iterable[InForce]:
    """Without what says again what was said: two gateways may both have said it."""
    last = ""
    for each in stated:
        if each.revision != last:
            yield each
        last = each.revision


def _term(stated: InForce, history: Sequence[Entry]) -> Term:
    published = _published(stated, history)
    return Term(
        revision=stated.revision,
        since=stated.at,
        previous=stated.previous,
        signer=stated.signer,
        year=stated.year,
        index=stated.index,
        reason=published.reason if published else "",
        step=published.step if published else None,
    )


def _published(stated: InForce, history: Sequence[Entry]) -> Entry | None:
    """The last time that it was published before it came into force."""
    earlier = (
        each
        for each in reversed(history)
        if each.revision == stated.revision and datetime.fromisoformat(each.at) <= stated.at + SLACK
    )
    return next(earlier, None)
