"""What a gateway erases by itself: what was asked for on its machine, within seconds, and daily what is due.

Rules:
- What was begun before a stop is finished after the start, before anything else is erased.
- The day's run is at night, in Amsterdam; one that was missed or that failed is made up for as soon as there is a
  gateway.
- Tombstones go where records go, past the same guards: nothing is recorded while witnesses must be heard first.
- Looks at the log have terms too: their streams are erased from beside their own writers.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import structlog

from gateway.app.background import cancel
from gateway.app.clock import SystemClock, Uuid7
from gateway.app.keys import log_keys, log_purpose
from gateway.app.stores import databases
from gateway.crypto.keystore import KeyStore
from gateway.errors import Fault
from gateway.model.codes import Profile, Tenant
from gateway.model.retention import AMSTERDAM, day_of
from gateway.settings import Settings
from gateway.store.postgres.shelf import PostgresShelf
from gateway.store.reports import Reports
from gateway.store.sqlite.log_folder import LogFolder
from gateway.store.sqlite.shelf import SharedShelf, SqliteShelf
from gateway.tlog.at_rest import LogsAtRest
from gateway.tlog.audit import STREAMS
from gateway.tlog.erasing.erasure import Appends, Erasing
from gateway.tlog.erasing.retention import Retention
from gateway.tlog.logs import Logs
from gateway.tlog.ports import Shelf

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
    return erasing, Retention(logs, erasing, readable(settings))


def open_looked(settings: Settings, keys: KeyStore) -> Logs:
    """The logs of who looked, which several processes write."""
    return _open(settings, keys, open_shelf(settings), STREAMS)


def open_served(settings: Settings, keys: KeyStore) -> Logs:
    """The logs of disclosures, for a command. `Fault` state-in-use where a gateway serves them from files."""
    shelf = SqliteShelf(settings.state) if settings.database is None else open_shelf(settings)
    return _open(settings, keys, shelf, tuple(Tenant))


def _open(settings: Settings, keys: KeyStore, shelf: Shelf, streams: Sequence[str]) -> Logs:
    return Logs(
        shelf=shelf,
        host=settings.log_host,
        signer=lambda stream, origin: keys.note_signer(log_purpose(stream), origin),
        clock=SystemClock(),
        identifiers=Uuid7(),
        randomness=os.urandom,
        queue=settings.log_queue,
        former=partial(log_keys, keys),
        streams=streams,
    )


def readable(settings: Settings) -> LogsAtRest:
    """All logs where they stand, to be read."""
    return LogFolder(settings.state) if settings.database is None else PostgresShelf(*databases(settings))


def open_shelf(settings: Settings) -> Shelf:
    """The logs and the keys of their bodies, without the lock of whoever serves."""
    return SharedShelf(settings.state) if settings.database is None else PostgresShelf(*databases(settings))


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
        now = clock.now()
        if now >= next_run and now.astimezone(AMSTERDAM).hour >= NIGHT and await _due(reports, day_of(now)):
            next_run = now + AGAIN
            for _, retention in parts:
                for report in await retention.run(day_of(now)):
                    document = report.document(clock.now())
                    await asyncio.to_thread(reports.add, document)
                    told = {name: document[name] for name in ("stream", "day", "outcome", "keys")}
                    journal.info("retention", records=report.records.total(), **told)
        await asyncio.sleep(rest)


async def _due(reports: Reports, day: object) -> bool:
    """Whether the newest run was of an earlier day, or failed somewhere."""
    newest = await asyncio.to_thread(reports.newest)
    return not newest or newest[0]["day"] != str(day) or any("failed" in each["outcome"] for each in newest)
