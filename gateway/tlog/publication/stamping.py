"""A time stamp of another's clock on each log, each day.

Rules:
- A day is one of Amsterdam. What is stamped is the published checkpoint of that moment, byte for byte as it is served;
  it is kept with its stamp. A closed log is stamped once more, and then no longer.
- An authority that does not answer stops nothing; it is asked again every five minutes until it does. A log without a
  stamp for more than a day is told as an error, once a day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import structlog

from gateway.errors import Fault
from gateway.model.amsterdam import day_of
from gateway.model.log import Stamp
from gateway.tlog.log import Log
from gateway.tlog.logs import Logs
from gateway.tlog.publication.doors import Silent, StampAuthority

TICK = 5.0
RETRY = timedelta(minutes=5)
DAY = timedelta(days=1)


class Stamping:
    """What is known of a log is kept by its origin: the day of its stamp, or when it may be asked for again and since
    when there was none.
    """

    def __init__(self, logs: Sequence[Logs], authority: StampAuthority, now: Callable[[], datetime]) -> None:
        self._logs, self._authority, self._now = logs, authority, now
        self._done: dict[str, date] = {}
        self._again: dict[str, datetime] = {}
        self._lacking: dict[str, datetime] = {}
        self._told: dict[str, date] = {}
        self._why: dict[str, str] = {}
        self._journal = structlog.get_logger("gateway.stamps")

    async def run(self) -> None:
        """Stamp for as long as this is not cancelled."""
        while True:
            await self.stamp()
            await asyncio.sleep(TICK)

    async def stamp(self) -> None:
        """Stamp every open log that has no stamp of today yet, one after another."""
        for log in [log for logs in self._logs for log in logs.opened.values()]:
            if self._done.get(log.origin) == self._today():
                continue
            if await self._try(log):
                self._done[log.origin] = self._today()
                self._lacking.pop(log.origin, None)
                self._why.pop(log.origin, None)
            else:
                self._tell_if_missing(log)

    async def _try(self, log: Log) -> bool:
        if self._now() < self._again.get(log.origin, self._now()):
            return False
        try:
            return await self._stamped(log)
        except Silent as silent:
            return self._refused(log, str(silent))
        except Fault as fault:
            return self._refused(log, fault.code)
        except Exception as error:
            return self._refused(log, type(error).__name__)

    async def _stamped(self, log: Log) -> bool:
        published, stamps = await asyncio.to_thread(lambda: (log.published(), log.stamps()))
        if published is None:
            return False
        today = self._today()
        if stamps and (stamps[-1].day >= today or (log.closed and stamps[-1].checkpoint == published.checkpoint)):
            return True
        token = await self._authority.stamp(published.checkpoint.encode())
        await log.stamp(Stamp(today, published.checkpoint, token))
        self._journal.info("stamped", log=log.origin, size=published.size)
        return True

    def _refused(self, log: Log, why: str) -> bool:
        self._again[log.origin] = self._now() + RETRY
        if self._why.get(log.origin) != why:
            self._why[log.origin] = why
            self._journal.warning("stamp-refused", log=log.origin, why=why)
        return False

    def _tell_if_missing(self, log: Log) -> None:
        """`_lacking` begins at the first time that there was none, since this start."""
        since = self._lacking.setdefault(log.origin, self._now())
        if self._now() - since > DAY and self._told.get(log.origin) != self._today():
            self._told[log.origin] = self._today()
            says = "No time stamp was had for this log for more than a day. Releases go on."
            self._journal.error("stamp-missing", log=log.origin, since=since.isoformat(), says=says)

    def _today(self) -> date:
        return day_of(self._now())
