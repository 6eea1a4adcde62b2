"""Plays cases and recorded requests by two sets of policies, and keeps what differs.

Rules:
- Each is decided anew by both, on the facts as they are or were, their `at` included: no clock is read.
- What is equal is counted and forgotten. Of what differs the change is kept, and where it occurred by a name that says
  nothing of a person: a case's title, or a record's number and the id of its request.
- A recorded request that was decided by one of the two revisions must come out as it was recorded; one that does not
  is counted by itself, since then this machine decides otherwise than that gateway did.
"""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import orjson

from gateway.errors import Fault
from gateway.model.canonical import canonical
from gateway.model.decision import Decision
from gateway.pdp.bundle import Bundle
from gateway.pdp.point import DecisionPoint
from gateway.workbench.cases import Case
from gateway.workbench.diff.change import Change, Effect, compare
from gateway.workbench.diff.policies import Changed, changed_files
from gateway.workbench.judging import deciding_by, in_batches
from gateway.workbench.records import Recorded

UNKNOWN = "(onbekende grondslag)"
Answer = Decision | Fault


@dataclass(slots=True)
class Comparison:
    """`cases` and `records`: how many were played. `changes`: what differs, and where. `otherwise`: recorded requests
    that came out otherwise than they were recorded.
    """

    before: str
    after: str
    files: list[Changed]
    cases: int = 0
    records: int = 0
    otherwise: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    changes: dict[Change, list[str]] = field(default_factory=dict)

    def count(self, effect: Effect) -> int:
        return sum(len(places) for change, places in self.changes.items() if change.effect is effect)

    @property
    def changed(self) -> int:
        return sum(map(len, self.changes.values()))

    @property
    def equal(self) -> int:
        return self.cases + self.records - self.changed

    def groups(self) -> list[tuple[tuple[Effect, str, str], list[tuple[Change, list[str]]]]]:
        """The changes by effect, basis and cause: what is newly allowed first."""
        groups: dict[tuple[Effect, str, str], list[tuple[Change, list[str]]]] = {}
        for change, places in self.changes.items():
            groups.setdefault((change.effect, change.basis, change.cause), []).append((change, places))
        order = list(Effect)
        return sorted(groups.items(), key=lambda group: (order.index(group[0][0]), group[0][1], group[0][2]))


async def compare_policies(
    before: Bundle, after: Bundle, cases: Sequence[Case], records: Iterable[Recorded], engine: str = "embedded"
) -> Comparison:
    """Play all of it. `Fault` where one of the two does not load, or where the records cannot be read."""
    told = Comparison(before.revision, after.revision, changed_files(before, after))
    async with AsyncExitStack() as opened:
        old = await opened.enter_async_context(deciding_by(before, engine))
        same = before.revision == after.revision
        new = old if same else await opened.enter_async_context(deciding_by(after, engine))
        await play(told, old, new, cases, records, known=_bases(before) | _bases(after))
    return told


async def play(
    told: Comparison,
    old: DecisionPoint,
    new: DecisionPoint,
    cases: Sequence[Case],
    records: Iterable[Recorded],
    *,
    known: Set[str] = frozenset(),
) -> None:
    """Play cases and records by two decision points, that may be one, and tell of it. `known`: ids of bases."""

    async def ask_cases(batch: Sequence[Case]) -> list[tuple[Answer, Answer]]:
        return await _by_both(old, new, [canonical(case.facts) for case in batch])

    async def ask_records(batch: Sequence[Recorded]) -> list[tuple[Answer, Answer]]:
        return await _by_both(old, new, [record.facts for record in batch])

    async for case, (one, other) in in_batches(cases, ask_cases):
        told.cases += 1
        _note(told, case.facts.get("basis"), known, one, other, f"geval {case.id}")
    async for record, (one, other) in in_batches(records, ask_records):
        told.records += 1
        told.otherwise += any(_recorded_otherwise(record, answer) for answer in (one, other))
        place = f"logregel {record.index} van {record.log}, verzoek {record.request_id}"
        _note(told, record.basis, known, one, other, place)


async def _by_both(old: DecisionPoint, new: DecisionPoint, documents: list[bytes]) -> list[tuple[Answer, Answer]]:
    one = await old.judge_many(documents)
    return list(zip(one, one if new is old else await new.judge_many(documents), strict=True))


def _note(told: Comparison, basis: object, known: Set[str], one: Answer, other: Answer, place: str) -> None:
    change = compare(basis if isinstance(basis, str) and basis in known else UNKNOWN, one, other)
    if change is not None:
        told.changes.setdefault(change, []).append(place)


def _recorded_otherwise(record: Recorded, answer: Answer) -> bool:
    if isinstance(answer, Fault) or answer.revision != record.revision:
        return False
    return answer.encoded != record.decision


def _bases(bundle: Bundle) -> set[str]:
    return set(orjson.loads(bundle.data).get("bases", {}))
