"""Where everything is kept: in files of the state folder, for one process, or in PostgreSQL, for any number of them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from gateway.app.background import cancel
from gateway.exchange.ports import Claims, Counters
from gateway.oauth.ports import Replay
from gateway.settings import Settings
from gateway.store.claims import MemoryClaims
from gateway.store.postgres.claims import PostgresClaims
from gateway.store.postgres.counters import PostgresCounters
from gateway.store.postgres.database import Database, answers, read_both, told
from gateway.store.postgres.replay import PostgresReplay
from gateway.store.postgres.schema import require_current
from gateway.store.postgres.shelf import PostgresShelf
from gateway.store.registers.both import UNAVAILABLE, Registers, SharedRegisters
from gateway.store.registers.reader import RegisterReader
from gateway.store.sqlite.counters import SqliteCounters
from gateway.store.sqlite.replay import CLOCKS_MAY_DIFFER, ReplayStore
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.store.statements import PostgresReader
from gateway.tlog.ports import Shelf

SESSIONS = 16
"""Sessions with PostgreSQL for the requests of one gateway; a request needs one for a few milliseconds in all."""


@dataclass(frozen=True, slots=True)
class Stores:
    """What a gateway keeps things in. `reachable`: whether it answers now."""

    shelf: Shelf
    registers: RegisterReader
    replay: Replay
    claims: Claims
    counters: Counters
    reachable: Callable[[], Awaitable[bool]]


@asynccontextmanager
async def open_stores(settings: Settings, now: datetime) -> AsyncIterator[Stores]:
    """Open what the settings name. Whoever gets the shelf closes it. `Fault` where something cannot be used."""
    async with AsyncExitStack() as opened:
        yield await (_in_files(settings, now, opened) if settings.database is None else _shared(settings, opened))


def databases(settings: Settings) -> tuple[Database, Database]:
    """Those of the store and of the keys of erasure."""
    assert settings.database is not None
    assert settings.bodykeys_database is not None
    return read_both(settings.database, settings.bodykeys_database, development=settings.development)


@asynccontextmanager
async def open_register_reader(settings: Settings) -> AsyncIterator[RegisterReader]:
    """The registers, for whoever only reads them. `Fault` where they cannot be used."""
    if settings.database is None:
        with closing(Registers.open(settings.state / "store.sqlite")) as registers:
            yield registers
        return
    store, _ = databases(settings)
    _require(store)
    async with store.pool(most=1) as pool:
        yield RegisterReader(PostgresReader(pool, UNAVAILABLE))


def open_registers(settings: Settings) -> Registers | SharedRegisters:
    """The registers, for whoever enters something into them."""
    if settings.database is None:
        return Registers.open(settings.state / "store.sqlite")
    store, _ = databases(settings)
    _require(store)
    return SharedRegisters(store)


async def _in_files(settings: Settings, now: datetime, opened: AsyncExitStack) -> Stores:
    shelf = SqliteShelf(settings.state)
    registers = opened.enter_context(closing(Registers.open(settings.state / "store.sqlite")))
    replay = ReplayStore.open(settings.state / "replay.sqlite", now=now, ahead=CLOCKS_MAY_DIFFER)
    opened.enter_context(closing(replay))
    counters = opened.enter_context(closing(SqliteCounters.open(settings.state, now=now)))

    async def reachable() -> bool:
        return True

    return Stores(shelf, registers, replay, MemoryClaims(), counters, reachable)


async def _shared(settings: Settings, opened: AsyncExitStack) -> Stores:
    store, keys = databases(settings)
    for each in (store, keys):
        _require(each)
    pool = await opened.enter_async_context(store.pool(most=SESSIONS))
    claims = PostgresClaims(pool)
    opened.push_async_callback(cancel, asyncio.create_task(claims.keep()))

    registers = RegisterReader(PostgresReader(pool, UNAVAILABLE))
    return Stores(
        PostgresShelf(store, keys),
        registers,
        PostgresReplay(pool),
        claims,
        PostgresCounters(pool),
        partial(answers, pool),
    )


def _require(database: Database) -> None:
    with told("store-unavailable"), closing(database.connect()) as connection:
        require_current(database, connection)
