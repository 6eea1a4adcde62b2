"""Publishes every open log, in its own time, and says whether what is released can be vouched for.

Rules:
- A log is published at once when it grew, at most once an interval, and again while nothing grows so that its quorum
  stays young. What does not succeed is tried again, ever more slowly, until it does.
- Where the policy demands a quorum, nothing is released or recorded before a quorum has answered since this start (a
  backup that was put back would be forked by what is recorded), nor while the freshest quorum is older than its age.
- One log that was rolled back stops them all: they stand in one state that was put back.
- Logs that are published `aside` stop no release, whatever becomes of them: what is wrong is told, and one that was
  rolled back records nothing more here.
- A year's log is opened and published as its year begins. A closed log is published once more, and then no longer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from gateway.errors import Fault
from gateway.tlog.logs import Logs
from gateway.tlog.publication.publisher import Publisher, Vouching
from gateway.verify.note import Signer
from gateway.verify.policy import NONE

PATIENCE = 30.0
"""Most seconds between two attempts."""
RETRY = 5
AGAIN = 10
"""A quorum is renewed this many times in the age that it may have."""


Key = tuple[str, int]
"""A stream and a year."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`interval`: seconds between two publications of a log that grows; `age`: how old its quorum may be."""

    interval: float
    age: timedelta


class Publishing:
    """Belongs to one event loop; `run` publishes until it is cancelled. `signer`: the ML-DSA-44 signer of a stream's
    log, under its origin.
    """

    def __init__(
        self,
        logs: Sequence[Logs],
        vouching: Vouching,
        signer: Callable[[str, str], Signer],
        now: Callable[[], datetime],
        pace: Pace,
        *,
        aside: Sequence[Logs] = (),
    ) -> None:
        self._guarding, self._logs = logs, (*logs, *aside)
        self._aside = {stream for each in aside for stream in each.streams}
        self._vouching, self._signer, self._now, self._pace = vouching, signer, now, pace
        self._publishers: dict[Key, Publisher] = {}
        self._grown: dict[Key, asyncio.Event] = {}
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self._stale: set[Key] = set()
        self._unopened: dict[Key, str] = {}
        self._journal = structlog.get_logger("gateway.publication")

    @property
    def demanding(self) -> bool:
        """Whether a quorum of witnesses is asked for."""
        return self._vouching.policy is not None and self._vouching.policy.quorum != NONE

    @property
    def fresh(self) -> bool:
        """Whether every log of this year may be released from."""
        return all(self._fault(key) is None for key in self._of_this_year(self._guarding))

    def check(self, stream: str, at: datetime | None = None) -> None:
        """Raise why nothing of this stream's log of the year of `at` (now) may be released: `log-rolled-back` or
        `witness-stale`.
        """
        if (fault := self._fault((stream, self._year(at or self._now())))) is not None:
            raise fault

    def grew(self, stream: str) -> None:
        """A log of this stream grew: it is published as soon as its interval allows."""
        for (owner, _), grown in self._grown.items():
            if owner == stream:
                grown.set()

    async def run(self) -> None:
        """Publish for as long as this is not cancelled."""
        try:
            while True:
                for logs in self._logs:
                    await self._begin_what_is_open(logs)
                for key, publisher in self._publishers.items():
                    if publisher.witnessed_at is not None:
                        self._tell_of_age(key)
                await asyncio.sleep(self._pace.interval)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            for publisher in self._publishers.values():
                await publisher.close()

    async def _begin_what_is_open(self, logs: Logs) -> None:
        """A log that cannot be opened, or whose key is missing, is told and tried again."""
        year = self._year(self._now())
        for stream in logs.streams:
            try:
                await logs.log(stream, year)
                for key in logs.opened.keys() - self._tasks.keys():
                    self._begin(logs, key)
            except Fault as fault:
                self._tell_unopened((stream, year), fault)
            else:
                self._unopened.pop((stream, year), None)

    def _begin(self, logs: Logs, key: Key) -> None:
        signer = self._signer(key[0], logs.opened[key].origin)
        guards = key[0] not in self._aside
        self._publishers[key] = Publisher(lambda: logs.opened[key], self._vouching, signer, self._now, guards=guards)
        self._grown[key] = asyncio.Event()
        self._tasks[key] = asyncio.create_task(self._keep(logs, key))

    async def _keep(self, logs: Logs, key: Key) -> None:
        """Publish one log until it is closed and published, or was rolled back."""
        publisher, pause = self._publishers[key], self._pace.interval / 2
        while publisher.rolled_back is None:
            published = await self._try(publisher, key)
            pause = self._pace.interval if published else min(2 * pause, PATIENCE, self._renewal)
            await asyncio.sleep(pause)
            if published and await self._rests(publisher, logs, key):
                return

    async def _try(self, publisher: Publisher, key: Key) -> bool:
        try:
            published = await publisher.publish()
        except Fault:  # the log records nothing: it says why by itself
            published = False
        except Exception as error:
            self._journal.error("publication-failed", stream=key[0], year=key[1], why=type(error).__name__)
            published = False
        self._tell_of_age(key)
        return published

    async def _rests(self, publisher: Publisher, logs: Logs, key: Key) -> bool:
        """Wait until the log is to be published again; True when it never is."""
        renewal = asyncio.get_running_loop().time() + self._renewal - self._pace.interval
        while True:
            self._grown[key].clear()
            head = await asyncio.to_thread(lambda: logs.opened[key].head)
            if head.closed and head.size == publisher.size:
                return True
            if head.size != publisher.size or (self.demanding and asyncio.get_running_loop().time() >= renewal):
                return False
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.interval):
                    await self._grown[key].wait()

    @property
    def _renewal(self) -> float:
        """Seconds after which a quorum is renewed."""
        return max(self._pace.age.total_seconds() / AGAIN, self._pace.interval)

    def _fault(self, key: Key) -> Fault | None:
        for each, publisher in self._publishers.items():
            if (back := publisher.rolled_back) is not None and (each[0] not in self._aside or each == key):
                return Fault(back.code, retry_after=back.retry_after, log=back.log)
        if not self.demanding:
            return None
        publisher = self._publishers.get(key)
        if publisher is None or publisher.witnessed_at is None:
            return Fault("witness-stale", retry_after=RETRY, log=f"no quorum for {key[0]} {key[1]} since this start")
        age = self._now() - publisher.witnessed_at
        if age > self._pace.age:
            return Fault("witness-stale", retry_after=RETRY, log=f"the quorum for {key[0]} {key[1]} is {age} old")
        return None

    def _tell_of_age(self, key: Key) -> None:
        if key not in self._of_this_year(self._logs):
            return
        aside = key[0] in self._aside
        fault = self._fault(key)
        if fault is None and key in self._stale:
            self._stale.discard(key)
            self._journal.info("witness-fresh", stream=key[0], year=key[1], says="Enough witnesses have seen this log.")
        elif fault is not None and fault.code == "witness-stale" and key not in self._stale:
            self._stale.add(key)
            after = "Releases go on." if aside else "Nothing is released until they have."
            says = f"Too few witnesses have seen this log of late. {after}"
            self._journal.error("witness-stale", stream=key[0], year=key[1], why=fault.log, says=says)

    def _tell_unopened(self, key: Key, fault: Fault) -> None:
        if self._unopened.get(key) != fault.code:
            self._unopened[key] = fault.code
            says = "This log cannot be opened or signed. It is tried again until it can."
            self._journal.error("log-unopened", stream=key[0], year=key[1], code=fault.code, why=fault.log, says=says)

    def _of_this_year(self, those: Sequence[Logs]) -> list[Key]:
        year = self._year(self._now())
        return [(stream, year) for logs in those for stream in logs.streams]

    def _year(self, moment: datetime) -> int:
        return self._logs[0].year_of(moment)
