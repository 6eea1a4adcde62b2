"""The gateway's parts, each with an eye beside it: what passes is measured and handed on unchanged.

Rules:
- Nothing below knows that it is watched: an observed part has the shape of the part, and where nobody measures the part
  itself stands there (`metrics.open_measuring`).
- An observer is told names of closed lists and numbers: never a person, a case, a client or an organisation.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from gateway.errors import Fault
from gateway.exchange import ports
from gateway.model.codes import Tenant
from gateway.model.decision import Decision
from gateway.model.disclosure import Answer, Found, Question
from gateway.model.facts import Facts, Statement
from gateway.model.log import LogRow, LogState
from gateway.model.record import CommittedReceipt, NewRecord, StoredAnswer
from gateway.tlog.ports import LogStorage, LogTransaction, Shelf

R = TypeVar("R")
RECORDED = "recorded"


class Observer(Protocol):
    """Seconds are floats; every text is of a closed list."""

    def batch(self, records: int, seconds: float) -> None:
        """So many records were committed in one transaction."""

    def record(self, tenant: str, kind: str, outcome: str, seconds: float) -> None:
        """A record was acknowledged (`RECORDED`), or was not, and by which fault."""

    def answer(self, outcome: str) -> None: ...

    def fault(self, code: str) -> None: ...

    def decided(self, seconds: float) -> None: ...

    def asked(self, call: str, seconds: float) -> None:
        """A holder answered one of its two calls, or failed to."""


class ObservedPolicy:
    def __init__(self, policy: ports.DecisionPoint, observer: Observer) -> None:
        self._policy, self._observer = policy, observer

    async def decide(self, facts: Facts) -> Decision:
        begun = time.perf_counter()
        try:
            return await self._policy.decide(facts)
        finally:
            self._observer.decided(time.perf_counter() - begun)


class ObservedHolders:
    def __init__(self, holders: ports.Holders, observer: Observer) -> None:
        self._holders, self._observer = holders, observer

    async def statement(self, question: Question, fields: tuple[str, ...]) -> Statement | None:
        return await self._timed("statement", self._holders.statement(question, fields))

    async def fields(self, question: Question, fields: tuple[str, ...]) -> Found:
        return await self._timed("fields", self._holders.fields(question, fields))

    async def _timed(self, call: str, asking: Awaitable[R]) -> R:
        begun = time.perf_counter()
        try:
            return await asking
        finally:
            self._observer.asked(call, time.perf_counter() - begun)


class ObservedRecords:
    def __init__(self, records: ports.Records, observer: Observer) -> None:
        self._records, self._observer = records, observer

    def check(self, tenant: Tenant, at: datetime) -> None:
        self._records.check(tenant, at)

    async def append(self, tenant: Tenant, at: datetime, record: NewRecord) -> CommittedReceipt:
        begun, outcome = time.perf_counter(), "unfinished"
        try:
            receipt = await self._records.append(tenant, at, record)
            outcome = RECORDED
            return receipt
        except Fault as fault:
            outcome = fault.code
            raise
        finally:
            self._observer.record(tenant, record.kind, outcome, time.perf_counter() - begun)

    async def answered(self, client: str, idempotency: str) -> StoredAnswer | None:
        return await self._records.answered(client, idempotency)

    async def disclosure(self, request_id: str) -> StoredAnswer | None:
        return await self._records.disclosure(request_id)


class ObservedShelf:
    def __init__(self, shelf: Shelf, observer: Observer) -> None:
        self._shelf, self._observer = shelf, observer

    def storage(self, stream: str, year: int) -> "ObservedStorage":
        return ObservedStorage(self._shelf.storage(stream, year), self._observer)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shelf, name)


class ObservedStorage:
    """A log's storage. All but `transact` is the storage's own."""

    def __init__(self, storage: LogStorage, observer: Observer) -> None:
        self._storage, self._observer = storage, observer

    def transact(self, change: Callable[[LogTransaction], R]) -> R:
        rows = 0

        def counted(transaction: LogTransaction) -> R:
            nonlocal rows
            counting = _Counting(transaction)
            result = change(counting)
            rows = counting.rows
            return result

        begun = time.perf_counter()
        result = self._storage.transact(counted)
        if rows:
            self._observer.batch(rows, time.perf_counter() - begun)
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)


class _Counting:
    def __init__(self, transaction: LogTransaction) -> None:
        self._transaction, self.rows = transaction, 0

    def write(self, after: LogState, rows: Sequence[LogRow], tiles: Mapping[tuple[int, int], bytes]) -> None:
        self.rows += len(rows)
        self._transaction.write(after, rows, tiles)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)


def answering(answer: Callable[..., Awaitable[Answer]], observer: Observer) -> Callable[..., Awaitable[Answer]]:
    """`answer`, with its outcome or its fault told."""

    async def observed(*arguments: Any) -> Answer:
        try:
            given = await answer(*arguments)
        except Fault as fault:
            observer.fault(fault.code)
            raise
        observer.answer(given.document["outcome"])
        return given

    return observed
