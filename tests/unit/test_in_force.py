"""What comes into force is stated in each tenant's log, once, in its order, and again until it can be."""

import json
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from gateway.app.in_force import Stating
from gateway.app.keys import open_keys
from gateway.app.logs import make_logs
from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.record import CommittedReceipt, NewRecord, RecordClass
from gateway.settings import Settings
from gateway.store.sqlite.log_folder import LogFolder
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.tlog.in_force import in_force, newest, statements
from gateway.tlog.logs import Logs
from tests.support.simulators import CountedIds, SettableClock

ONE, OTHER, THIRD = "1" * 64, "2" * 64, "3" * 64


class Door:
    """The logs behind a door that a test can close."""

    def __init__(self, logs: Logs) -> None:
        self.logs, self.shut = logs, False

    async def append(self, tenant: str, at: object, record: NewRecord) -> CommittedReceipt:
        if self.shut:
            raise Fault("witness-stale")
        return await self.logs.append(tenant, at, record)  # type: ignore[arg-type]


class World:
    def __init__(self, state: Path) -> None:
        self.clock, self.state = SettableClock(), state
        settings = Settings(development=True, state=state)
        self.logs = make_logs(settings, open_keys(settings), SqliteShelf(state))
        self.logs._clock = self.clock
        self.door = Door(self.logs)

    def begin(self) -> Stating:
        """What a gateway that starts has."""
        how = {"clock": self.clock, "identifiers": CountedIds(), "simulation": False}
        return Stating(tuple(Tenant), LogFolder(self.state), self.door, **how)

    def stated(self, tenant: Tenant = Tenant.ZVH) -> list[tuple[str, str | None, str | None]]:
        with closing(LogFolder(self.state)) as logs:
            return [(each.revision, each.previous, each.signer) for each in statements(logs, tenant)]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path / "state")
    await world.logs.start()
    yield world
    world.logs.close()


async def test_each_log_says_what_decides_and_what_was_before_it(world: World):
    stating = world.begin()
    stating.taken(ONE, None)
    assert not stating.begun
    assert await stating.state()
    assert stating.begun
    stating.taken(OTHER, "somebody")
    stating.taken(ONE, "somebody")
    await stating.state()
    for tenant in Tenant:
        assert world.stated(tenant) == [(ONE, None, None), (OTHER, ONE, "somebody"), (ONE, OTHER, "somebody")]


async def test_what_the_newest_statement_says_already_is_not_said_again(world: World):
    for _ in range(3):
        stating = world.begin()
        stating.taken(ONE, None)
        await stating.state()
    assert world.stated() == [(ONE, None, None)]


async def test_what_cannot_be_recorded_waits_in_its_order(world: World):
    stating = world.begin()
    world.door.shut = True
    stating.taken(ONE, None)
    assert not await stating.state()
    stating.taken(OTHER, None)
    assert not await stating.state()
    assert (world.stated(), stating.begun) == ([], False)
    world.door.shut = False
    assert await stating.state()
    assert world.stated() == [(ONE, None, None), (OTHER, ONE, None)]


async def test_the_statement_is_in_the_leaf_and_holds_when_the_year_turns(world: World):
    stating = world.begin()
    stating.taken(ONE, "somebody")
    await stating.state()
    world.clock.move(days=60)
    again = world.begin()
    again.taken(ONE, "somebody")
    await again.state()
    with closing(LogFolder(world.state)) as logs:
        found = newest(logs, Tenant.ZVH)
    assert found is not None
    assert (found.year, found.index, found.revision) == (2026, 0, ONE)
    again.taken(OTHER, None)
    await again.state()
    with closing(LogFolder(world.state)) as logs:
        found = newest(logs, Tenant.ZVH)
    assert found is not None
    assert (found.year, found.previous) == (2027, ONE)


async def test_a_statement_beside_the_log_that_no_leaf_vouches_for_does_not_count(world: World):
    new = in_force(ONE, None, None, id=CountedIds().new(), simulation=False)
    forged = in_force(OTHER, None, None, id=CountedIds().new(), simulation=False)
    assert (new.kind, json.loads(new.statement or b"")["revision"]) == (RecordClass.ACT, ONE)
    await world.logs.append(Tenant.ZVH, world.clock.now(), new)
    with closing(LogFolder(world.state)) as logs:
        log = logs.storage(Tenant.ZVH, 2026)
        statement = log.statements(0, 1)
        log.close()
    assert statement == [(0, new.statement)]
    file = world.state / "log" / "zvh-2026.sqlite"
    world.logs.close()
    connection = apsw.Connection(str(file))
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    [table] = [
        each for each in tables if "statement" in [row[1] for row in connection.execute(f"PRAGMA table_info({each})")]
    ]
    connection.execute(f"UPDATE {table} SET statement = ? WHERE statement IS NOT NULL", (forged.statement,))
    connection.close()
    assert world.stated() == []
