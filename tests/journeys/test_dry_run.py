"""A dry run decides, asks no holder and fetches nothing: shown by a town in which there is no holder at all."""

from collections.abc import Iterator

import pytest

from tests.faults.caller import Caller
from tests.faults.town import FragileTown
from tests.support.requests import EXAMPLES


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragileTown]:
    town = FragileTown(tmp_path_factory.mktemp("town"))
    town.start_gateway()
    try:
        town.await_ready()
        yield town
    finally:
        town.stop()


async def test_it_would_be_allowed_if_the_holder_agrees(town: FragileTown, caller: Caller):
    response = await caller.ask(EXAMPLES["the ordinary case"].document | {"dry_run": True})
    document = response.json()
    assert (response.status_code, document["code"], document["dry_run"]) == (200, "awaits-holder", True)
    assert document["awaits_holder"] is True
    assert (document["sealed"], document["missing"]) == (None, ["holder_statement"])
    assert town.leaves("zvh")[-1]["class"] == "proef"


async def test_part_of_it_would_be_allowed_if_the_holder_agrees(town: FragileTown, caller: Caller):
    document = (await caller.ask(EXAMPLES["re-use beyond consent"].document | {"dry_run": True})).json()
    assert document["code"] == "awaits-holder"
    assert [[reason["code"] for reason in field["reasons"]] for field in document["fields"]] == [
        [],
        [],
        ["geen-toestemming"],
    ]
    assert (town.leaves("gemeente")[-1]["class"], town.leaves("gemeente")[-1]["released_sha256"]) == ("proef", None)


async def test_it_would_be_allowed(town: FragileTown):
    async with Caller(town, "ambulance-ggz-regio") as crisis:
        response = await crisis.ask(EXAMPLES["a life in danger"].document | {"dry_run": True})
    document = response.json()
    assert (response.status_code, document["outcome"], document["sealed"]) == (200, "toegestaan", None)
    assert (town.leaves("gemeente")[-1]["class"], town.leaves("gemeente")[-1]["released_sha256"]) == ("proef", None)


async def test_it_would_be_refused(town: FragileTown, caller: Caller):
    response = await caller.ask(EXAMPLES["a pending objection"].document | {"dry_run": True})
    assert (response.status_code, response.json()["code"]) == (403, "bezwaar-in-behandeling")
    assert town.leaves("gemeente")[-1]["class"] == "proef"


async def test_for_real_the_same_request_asks_the_holder(town: FragileTown, caller: Caller):
    assert (await caller.ask(EXAMPLES["the ordinary case"].document)).json()["code"] == "holder-unavailable"
