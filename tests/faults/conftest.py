"""Towns for a module: one that runs, with an honest holder, and one whose holder each test chooses."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.faults.caller import Caller
from tests.faults.town import FragileTown


@pytest.fixture(scope="module")
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragileTown]:
    """A town that runs; a module's `CHANGED` are settings of its gateway."""
    town = FragileTown(tmp_path_factory.mktemp("town"), **getattr(request.module, "CHANGED", {}))
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
