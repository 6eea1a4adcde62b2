"""Towns for a module: one that runs, with an honest holder, and one whose holder each test chooses."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.faults.caller import Caller
from tests.faults.town import FragileTown
from tests.support.lying_holder import LyingHolder
from tests.support.requests import PROBATION
from tests.support.serving import serving


@pytest.fixture(scope="module")
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragileTown]:
    """A town that runs; a module's `CHANGED` are settings of its gateway."""
    with FragileTown(tmp_path_factory.mktemp("town"), **getattr(request.module, "CHANGED", {})) as town:
        yield town


@pytest.fixture
async def caller(town: FragileTown) -> AsyncIterator[Caller]:
    async with Caller(town) as caller:
        yield caller


@pytest.fixture
async def holder(town: FragileTown) -> AsyncIterator[LyingHolder]:
    """The probation service of a town, here: it tells the truth unless told otherwise, and lists what it was asked."""
    usual = town.holder_port
    values = {"adres_huidig": "Verzinsteeg 1, 9999 ZZ Voorbeeldstad", "toezicht_voorwaarden": ["meldplicht"]}
    holder = LyingHolder(PROBATION, "toezicht", town.sandbox, town.sandbox.trusted(), values=values)
    async with serving(holder.app()) as town.holder_port:
        town.enter(lambda _: None)
        yield holder
    town.holder_port = usual
    town.enter(lambda _: None)
