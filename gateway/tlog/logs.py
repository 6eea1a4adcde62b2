"""All logs of a gateway: one a stream and year of Amsterdam, found by the moment of the request.

Rules:
- A year's log is opened when it is first needed; those of earlier years stay readable.
- Opening a year's log closes the one before: its last record names the next log, whose first record holds the last
  checkpoint of the one before. What comes too late for a closed log stands in the next one.
- The log's name, `<host>/<stream>/<year>`, is also the name of the key that signs it.
- An answer may stand in the log of the year before: looking for one asks the two newest logs of every stream.
- A log that failed records nothing until it was opened anew; `mend` does so, and the same comparison decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from typing import Any, Protocol

from gateway.errors import Fault
from gateway.model.amsterdam import day_of
from gateway.model.codes import Tenant
from gateway.model.record import CommittedReceipt, NewRecord, StoredAnswer
from gateway.tlog.extension import LogClosed, NotFirst
from gateway.tlog.log import Log
from gateway.tlog.ports import BodyKeys, Identifiers, Randomness, Shelf
from gateway.tlog.turn import closing, opening
from gateway.verify.checkpoint import open_checkpoint
from gateway.verify.note import Signer

SIMULATION = "simulatie"


class Clock(Protocol):
    def now(self) -> datetime: ...


class Logs:
    """Satisfies `exchange.ports.Records`. Belongs to one event loop."""

    def __init__(
        self,
        *,
        shelf: Shelf,
        host: str,
        signer: Callable[[str, str], Signer],
        clock: Clock,
        identifiers: Identifiers,
        randomness: Randomness,
        queue: int,
        former: Callable[[str], Sequence[bytes]] = lambda _: (),
        streams: Sequence[str] = tuple(Tenant),
    ) -> None:
        """`host` begins every origin; `signer` gives a stream's signer under an origin's name; `queue` is a log's;
        `former` gives the public keys of a stream's earlier signers that still count."""
        self._former, self._streams = former, streams
        self._shelf, self._host, self._signer, self._clock = shelf, host, signer, clock
        self._identifiers, self._randomness, self._queue = identifiers, randomness, queue
        self._logs: dict[tuple[str, int], Log] = {}
        self._keys: dict[str, BodyKeys] = {}
        self._opening = asyncio.Lock()

    async def start(self) -> None:
        """Open this year's logs and each stream's newest earlier one, so that damage shows before anything is asked."""
        year = self.year_of(self._clock.now())
        for stream in self._streams:
            earlier = [old for old in self._shelf.years(stream) if old < year]
            for each in (*earlier[-1:], year):
                await self.log(stream, each)

    async def log(self, stream: str, year: int) -> Log:
        """The log of a stream and year, opened if it was not. Raises the faults of `Log.open`."""
        if found := self._logs.get((stream, year)):
            return found
        async with self._opening:
            if (stream, year) not in self._logs:
                log = await asyncio.to_thread(self._open, stream, year)
                try:
                    if year >= self.year_of(self._clock.now()):
                        await self._turn(log, stream, year)
                except BaseException:
                    log.close()
                    raise
                self._logs[stream, year] = log
            return self._logs[stream, year]

    def check(self, stream: str, at: datetime) -> None:
        """Raise why the stream's log of the year of `at` records nothing any more, if it is open and failed."""
        log = self._logs.get((stream, self.year_of(at)))
        if log is not None and (failed := log.failure) is not None:
            raise Fault(failed.code, retry_after=failed.retry_after, log=failed.log)

    async def append(self, stream: str, at: datetime, record: NewRecord) -> CommittedReceipt:
        """Record in the stream's log of the year of `at`. Raises the faults of `Log.open` and `Log.append`."""
        year = self.year_of(at)
        while True:
            log = await self.log(stream, year)
            try:
                return await log.append(record, at)
            except LogClosed:
                year += 1

    async def mend(self) -> None:
        """Open anew what failed. A log that another writer took over, or that is damaged, stays as it is."""
        for (stream, year), log in list(self._logs.items()):
            if log.failure is None or log.fenced:
                continue
            async with self._opening:
                with suppress(Fault):
                    fresh = await asyncio.to_thread(self._open, stream, year)
                    self._logs[stream, year] = fresh
                    await asyncio.to_thread(log.close)

    async def ready(self) -> bool:
        """Whether no log failed; where the way to storage can be lost it is tried now, and must answer in a second."""
        if self._shelf.shared and self.failure is None:
            try:
                async with asyncio.timeout(1):
                    await asyncio.gather(*(log.check() for log in self.recent))
            except (Fault, TimeoutError):
                return False
        return self.failure is None

    async def answered(self, client: str, idempotency: str) -> StoredAnswer | None:
        """The answer that is kept under this client's key, in whatever log."""
        now = self._clock.now()
        return await self._find(lambda log: log.answered(client, idempotency, now))

    async def disclosure(self, request_id: str) -> StoredAnswer | None:
        """The answer of a disclosure that is still kept, in whatever log."""
        now = self._clock.now()
        return await self._find(lambda log: log.disclosure(request_id, now))

    async def _find(self, ask: Callable[[Log], StoredAnswer | None]) -> StoredAnswer | None:
        logs = self.recent

        def first() -> StoredAnswer | None:
            return next((kept for log in logs if (kept := ask(log))), None)

        return await asyncio.to_thread(first) if self._shelf.shared else first()

    async def keys(self, stream: str) -> BodyKeys:
        """The keys of a stream's bodies, which live as long as these logs."""
        async with self._opening:
            return await asyncio.to_thread(self._keys_of, stream)

    async def begun(self) -> list[str]:
        """The streams of which a log exists."""
        return await asyncio.to_thread(lambda: [each for each in self._streams if self._shelf.years(each)])

    async def since(self, stream: str, year: int) -> list[Log]:
        """The stream's logs of this year and of those back to `year`, opened if they were not. Raises the faults of
        `Log.open`.
        """
        newest = self.year_of(self._clock.now())
        there = [each for each in await asyncio.to_thread(self._shelf.years, stream) if year <= each < newest]
        return [await self.log(stream, each) for each in (*there, newest)]

    async def erase_answers(self) -> int:
        """Erase the answers that expired; how many there were."""
        now = self._clock.now()
        return sum([await log.erase_answers(now) for log in self.recent])

    @property
    def streams(self) -> Sequence[str]:
        """The streams that are served."""
        return self._streams

    @property
    def recent(self) -> list[Log]:
        """The two newest open logs of every stream, newest first."""
        newest: list[Log] = []
        for stream in self._streams:
            years = sorted((year for owner, year in self._logs if owner == stream), reverse=True)
            newest += [self._logs[stream, year] for year in years[:2]]
        return newest

    @property
    def failure(self) -> Fault | None:
        """Why some log records nothing any more, None while all are well."""
        return next((log.failure for log in self._logs.values() if log.failure), None)

    @property
    def opened(self) -> Mapping[tuple[str, int], Log]:
        """The logs that are open, by stream and year."""
        return self._logs

    @property
    def verifiers(self) -> list[str]:
        """The verifier keys of the open logs, those of former signers too."""
        return [str(key) for log in self._logs.values() for key in log.verifiers]

    def year_of(self, moment: datetime) -> int:
        """The year in Amsterdam, which is the year of the log."""
        return day_of(moment).year

    def close(self) -> None:
        """Write what waits and let go of every file and of the shelf, of each even where another one fails."""
        with ExitStack() as closing_last:
            closing_last.callback(self._shelf.close)
            for keys in self._keys.values():
                closing_last.callback(keys.close)
            for log in self._logs.values():
                closing_last.callback(log.close)

    async def _turn(self, log: Log, stream: str, year: int) -> None:
        """Link a new log with the one before it, which is closed if it was not. Whoever comes second finds it done."""
        earlier = [old for old in self._shelf.years(stream) if old < year]
        if log.size or not earlier:
            return
        before = await self._earlier(stream, earlier[-1])
        now = self._clock.now()
        if not before.closed:
            with suppress(LogClosed):
                await before.append(closing(log.origin, **self._act()), now)
        last = open_checkpoint(before.checkpoint, before.verifiers)
        with suppress(NotFirst):
            await log.append(opening(last, **self._act()), now)

    def _act(self) -> dict[str, Any]:
        return {"id": self._identifiers.new(), "simulation": self._host.startswith(SIMULATION)}

    async def _earlier(self, stream: str, year: int) -> Log:
        if (stream, year) not in self._logs:
            self._logs[stream, year] = await asyncio.to_thread(self._open, stream, year)
        return self._logs[stream, year]

    def _keys_of(self, stream: str) -> BodyKeys:
        if stream not in self._keys:
            self._keys[stream] = self._shelf.keys(stream)
        return self._keys[stream]

    def _open(self, stream: str, year: int) -> Log:
        keys, storage = self._keys_of(stream), self._shelf.storage(stream, year)
        try:
            return Log.open(
                stream=stream,
                storage=storage,
                keys=keys,
                signer=self._signer(stream, f"{self._host}/{stream}/{year}"),
                former=self._former(stream),
                now=self._clock.now,
                identifiers=self._identifiers,
                randomness=self._randomness,
                queue=self._queue,
                shared=self._shelf.shared,
            )
        except BaseException:
            storage.close()
            raise
