"""One town for all journeys: a gateway and an honest holder, as processes."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.faults.caller import Caller
from tests.faults.town import FragileTown


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragileTown]:
    town = FragileTown(tmp_path_factory.mktemp("town"))
    town.start_holder()
    town.start_gateway()
    try:
        town.await_ready()
        yield town
    finally:
        town.stop()


@pytest.fixture
async def caller(town: FragileTown) -> AsyncIterator[Caller]:
    async with Caller(town) as caller:
        yield caller
