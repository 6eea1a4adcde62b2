"""Data for another than who asks: registered by the municipality, collected by the police, and nobody else's to see."""

import pytest

from gateway.client import Rejected, Untrustworthy
from tests.faults.caller import Caller
from tests.faults.town import FragileTown
from tests.support.people import people_in
from tests.support.requests import EXAMPLES, POLICE

REGISTRATION = EXAMPLES["registering a case"].document


async def test_a_registration_is_collected_by_whom_it_is_for(town: FragileTown, caller: Caller):
    response = await caller.ask(REGISTRATION)
    sent = response.json()
    assert (response.status_code, sent["code"], sent["outcome"]) == (200, "recipient-collects", "toegestaan")
    assert (sent["sealed"], sent["collected_by_recipient"], sent["recipient"]) == (None, True, POLICE)
    assert people_in(response.content) == set()
    before = town.leaves("zvh")
    [record] = [leaf for leaf in before if leaf["request_id"] == sent["id"]]
    assert record["class"] == "verstrekking"
    assert record["released_sha256"]

    police = town.client("politie-voorbeeld")
    got = await police.fetch(sent["id"])
    assert got.open() == {
        "naam": "Kees Denkbeeldig",
        "adres_huidig": "Vlierpad 88, 9999 ZX Voorbeeldstad",
        "aanleiding": "herhaalde overlast en zorgmijding",
    }
    assert got.receipt == sent["receipt"]
    assert (got.reasons, got.document["missing"], got.document["hints"]) == ((), [], [])
    [outcome] = town.leaves("zvh")[len(before) :]
    assert (outcome["class"], outcome["request_id"], outcome["released_sha256"]) == ("outcome", sent["id"], None)

    again = await police.fetch(sent["id"])
    assert again.open() == got.open()
    assert [leaf["class"] for leaf in town.leaves("zvh")[len(before) :]] == ["outcome", "outcome"]
    await police.aclose()


async def test_who_sent_it_sees_its_receipt_again_and_never_the_data(town: FragileTown, caller: Caller):
    sent = (await caller.ask(REGISTRATION)).json()
    before = town.leaves("zvh")
    municipality = town.client()
    own = await municipality.fetch(sent["id"])
    assert (own.receipt, own.document["sealed"]) == (sent["receipt"], None)
    with pytest.raises(Untrustworthy):
        own.open()
    assert town.leaves("zvh") == before, "to look again at one's own answer is no disclosure"
    await municipality.aclose()


async def test_to_all_others_it_is_not_there(town: FragileTown, caller: Caller):
    sent = (await caller.ask(REGISTRATION)).json()
    own = (await caller.ask(EXAMPLES["the ordinary case"].document)).json()
    before = town.leaves("zvh")
    said = []
    async with Caller(town, "ggz-noord") as stranger:
        for id in (sent["id"], own["id"], "0193a5e0-0000-7000-8000-000000000000", "geen-nummer"):
            response = await stranger.collect(id)
            said.append((response.status_code, response.json() | {"trace_id": ""}))
    assert said == [said[0]] * 4
    assert said[0][0] == 404
    police = town.client("politie-voorbeeld")
    with pytest.raises(Rejected, match="404"):
        await police.fetch(own["id"])
    await police.aclose()
    assert town.leaves("zvh") == before


async def test_a_refused_registration_is_nothing_to_collect(town: FragileTown, caller: Caller):
    sent = (await caller.ask(EXAMPLES["a coordinator registers"].document)).json()
    assert sent["outcome"] == "geweigerd"
    async with Caller(town, "politie-voorbeeld") as police:
        assert (await police.collect(sent["id"])).status_code == 404
