"""Every example through a real gateway and a real holder, as processes: what a partner gets, and what it got a receipt
for. What was sent to another is fetched by that one, who alone can open it.
"""

from collections.abc import Iterator

import pytest

from gateway.sandbox.region import Region
from tests.faults.caller import Caller
from tests.faults.town import FragileTown
from tests.support.requests import EXAMPLES, Example

CLIENTS = {oin: client for client, oin in Region.load().clients().items()}
DRY = [name for name, example in EXAMPLES.items() if example.document.get("dry_run")]
SENT = {"a result for a participant": {"afspraken", "deelnemers"}, "a result for a school": {"afspraken"}}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragileTown]:
    with FragileTown(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.mark.parametrize("name", EXAMPLES)
async def test_an_example_is_answered_as_it_says(town: FragileTown, name: str):
    example: Example = EXAMPLES[name]
    async with Caller(town, example.client) as caller:
        response = await caller.ask(example.document)
    answer = response.json()
    refused = example.outcome == "geweigerd"
    assert (response.status_code, "receipt" in answer) == (403 if refused else 200, True)
    said = {each["code"] for each in answer["reasons"]}
    said |= {each["code"] for field in answer["fields"] for each in field["reasons"]}
    assert example.reasons <= said
    if name in DRY:
        assert (answer["awaits_holder"], answer["sealed"]) == (not refused, None)
    else:
        assert {field["name"] for field in answer["fields"] if field["granted"]} == example.granted


@pytest.mark.parametrize("name", SENT)
async def test_what_is_sent_to_another_is_opened_by_that_one(town: FragileTown, name: str):
    document = EXAMPLES[name].document
    async with Caller(town, EXAMPLES[name].client) as caller:
        sent = (await caller.ask(document)).json()
    assert (sent["sealed"], sent["collected_by_recipient"]) == (None, True)
    recipient = town.client(CLIENTS[document["recipient"]["oin"]])
    assert set((await recipient.fetch(sent["id"])).open()) == SENT[name]
    await recipient.aclose()


@pytest.mark.parametrize(("activity", "basis"), [("inzage", "avg.inzage"), ("log-raadplegen", "wgs.zvh.toezicht")])
async def test_what_reads_from_no_holder_is_refused_at_the_door(town: FragileTown, activity: str, basis: str):
    document = EXAMPLES["health data with consent"].document | {"activity": activity, "basis": basis}
    async with Caller(town) as caller:
        response = await caller.ask(document)
    assert response.status_code == 400
    wrong = [(each["pointer"], each["code"]) for each in response.json()["errors"]]
    assert wrong == [("/activity", "member-not-listed")]
