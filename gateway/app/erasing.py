"""What a gateway erases by itself: what was asked for on its machine, within seconds, and daily what is due.

Rules:
- What was begun before a stop is finished after the start, before anything else is erased.
- The day's run is at night, in Amsterdam; one that was missed or that failed is made up for as soon as there is a
  gateway.
- Tombstones go where records go, past the same guards: nothing is recorded while witnesses must be heard first.
- Whatever fails is told and tried again; it ends nothing.
- Looks at the log have terms too: their streams are erased from beside their own writers.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import structlog

from gateway.app.background import cancel
from gateway.app.clock import SystemClock, Uuid7
from gateway.app.logs import logs_at_rest
from gateway.errors import Fault
from gateway.model.amsterdam import AMSTERDAM, day_of
from gateway.model.codes import Profile
from gateway.settings import Settings
from gateway.store.reports import Reports
from gateway.tlog.erasing.erasure import Appends, Erasing
from gateway.tlog.erasing.retention import Retention
from gateway.tlog.logs import Logs

LOOK, AFTER_FAULT = 1.0, 10.0
NIGHT = 3
"""The hour from which a day's run may begin."""
AGAIN = timedelta(hours=1)


@asynccontextmanager
async def open_erasing(settings: Settings, logs: Logs, looked: Logs, records: Appends) -> AsyncIterator[None]:
    """Erase from these logs, and from those of who looked at them, until it is left."""
    parts = [make_erasing(settings, logs, records), make_erasing(settings, looked, looked)]
    task = asyncio.create_task(_erase(settings, parts))
    try:
        yield
    finally:
        await cancel(task)


def make_erasing(settings: Settings, logs: Logs, records: Appends) -> tuple[Erasing, Retention]:
    """What erases from these logs; tombstones go to `records`."""
    simulation = settings.profile is Profile.SIMULATIE
    erasing = Erasing(logs, records, clock=SystemClock(), identifiers=Uuid7(), simulation=simulation)
    return erasing, Retention(logs, erasing, logs_at_rest(settings))


async def _erase(settings: Settings, parts: Sequence[tuple[Erasing, Retention]]) -> None:
    reports, clock, journal = Reports(settings.state), SystemClock(), structlog.get_logger("gateway.erasure")
    next_run = clock.now()
    while True:
        rest = LOOK
        for erasing, _ in parts:
            try:
                for tombstone in await erasing.resume():
                    journal.info("erased", tombstone=tombstone)
            except Fault as fault:
                journal.warning("erasure-waits", code=fault.code)
                rest = AFTER_FAULT
            except Exception as error:
                journal.error("erasure-failed", why=type(error).__name__)
                rest = AFTER_FAULT
        now = clock.now()
        try:
            if now >= next_run and now.astimezone(AMSTERDAM).hour >= NIGHT and await _due(reports, day_of(now)):
                next_run = now + AGAIN
                await _run(reports, [retention for _, retention in parts], clock, journal)
        except Exception as error:
            journal.error("retention-failed", why=type(error).__name__)
            next_run = now + AGAIN
        await asyncio.sleep(rest)


async def _run(reports: Reports, parts: Sequence[Retention], clock: SystemClock, journal: Any) -> None:
    """The day's run. A report that cannot be kept ends no other stream's run: it is told, and what it says is due."""
    failed: OSError | None = None
    for retention in parts:
        for report in await retention.run(day_of(clock.now())):
            document = report.document(clock.now())
            told = {name: document[name] for name in ("stream", "day", "outcome", "keys")}
            journal.info("retention", records=report.records.total(), **told)
            try:
                await asyncio.to_thread(reports.add, document)
            except OSError as error:
                failed = error
    if failed is not None:
        raise failed


async def _due(reports: Reports, day: object) -> bool:
    """Whether the newest run was of an earlier day, or failed somewhere."""
    newest = await asyncio.to_thread(reports.newest)
    return not newest or newest[0]["day"] != str(day) or any("failed" in each["outcome"] for each in newest)
