"""PostgreSQL goes away while a gateway serves, and comes back: nothing is released meanwhile, nothing is lost."""

import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.app import databases
from gateway.store.postgres.shelf import PostgresShelf
from tests.faults.caller import Caller, assert_fault
from tests.faults.town import FragileTown
from tests.support.postgres import Server, running_server
from tests.support.requests import EXAMPLES

pytestmark = pytest.mark.part("postgresql")
ORDINARY = EXAMPLES["the ordinary case"].document


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of our own: it is killed here."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="module")
def town(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragileTown]:
    folder: Path = tmp_path_factory.mktemp("town")
    with FragileTown(folder, SLUIS_DATABASE=server.granted(), SLUIS_BODYKEYS_DATABASE=server.granted()) as town:
        yield town


def records(town: FragileTown) -> int:
    with closing(PostgresShelf(*databases(town.settings))) as shelf:
        [year] = shelf.years("zvh")
        with closing(shelf.storage("zvh", year)) as storage:
            state = storage.state()
            return 0 if state is None else state.size


async def test_while_it_is_away_nothing_is_released_and_afterwards_everything_goes_on(
    town: FragileTown, caller: Caller, server: Server
) -> None:
    key = str(uuid.uuid4())
    given = await caller.ask(ORDINARY, key=key)
    assert given.status_code == 200
    before = records(town)
    server.kill()
    assert_fault(await caller.ask(ORDINARY), "replay-unavailable", town.log)
    ready = await town.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["store"]) == (503, "down")
    assert (await town.get("/livez")).status_code == 200
    server.start()
    await town.ready()
    assert (await caller.ask(ORDINARY)).status_code == 200, "it said that it is ready"
    again = await caller.ask(ORDINARY, key=key)
    assert again.json()["sealed"] == given.json()["sealed"]
    assert (await caller.ask(ORDINARY)).status_code == 200
    assert records(town) > before
