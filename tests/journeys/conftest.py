"""One town for all journeys: a gateway and an honest holder, as processes."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.faults.caller import Caller
from tests.faults.town import FragileTown
from tests.support.postgres import postgres_server

__all__ = ["caller", "postgres_server", "town"]


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragileTown]:
    with FragileTown(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture
async def caller(town: FragileTown) -> AsyncIterator[Caller]:
    async with Caller(town) as caller:
        yield caller
