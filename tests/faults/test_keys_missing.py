"""A key that is not there: a fault for what needs it, before anything is fetched, and not for the rest."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.caller import Caller, assert_fault
from tests.faults.town import FragileTown
from tests.support.lying_holder import LyingHolder
from tests.support.requests import COLLEGE, EXAMPLES

ORDINARY = EXAMPLES["the ordinary case"].document
REFUSED = EXAMPLES["not screened"].document


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[FragileTown]:
    town = FragileTown(tmp_path)
    yield town
    town.stop()


def take_away(town: FragileTown, purpose: str) -> None:
    [file] = (town.state / "keys").glob(f"{purpose}.*.json")
    file.unlink()


async def test_no_key_to_sign_what_is_released(town: FragileTown, caller: Caller, holder: LyingHolder):
    take_away(town, "release")
    town.start_gateway()
    await town.alive()
    response = await town.get("/readyz")
    assert response.json()["checks"] == {
        "engine": "up",
        "store": "up",
        "log": "up",
        "witnesses": "up",
        "keys": "down",
        "disk": "up",
    }
    assert_fault(await caller.ask(ORDINARY), "key-missing", town.log)
    assert [received.claims["call"] for received in holder.received] == ["statement"]
    assert (await caller.ask(REFUSED)).status_code == 403, "a refusal needs no such key"
    assert [leaf["class"] for leaf in town.requests("zvh")] == ["storing", "weigering"]


async def test_no_key_of_the_recipient(town: FragileTown, caller: Caller, holder: LyingHolder):
    def without_key(document: dict[str, Any]) -> None:
        [college] = [each for each in document["organisations"] if each["oin"] == COLLEGE]
        del college["jwks"]

    town.start_gateway()
    await town.ready()
    town.enter(without_key)
    assert_fault(await caller.ask(ORDINARY), "recipient-key-missing", town.log)
    assert [received.claims["call"] for received in holder.received] == ["statement"]
    assert [leaf["class"] for leaf in town.requests("zvh")] == ["storing"]


@pytest.mark.parametrize("purpose", ["token", "digest", "pseudonym-zvh"])
async def test_a_key_that_a_request_needs(town: FragileTown, caller: Caller, purpose: str):
    take_away(town, purpose)
    town.start_gateway()
    await town.alive()
    response = await (caller.ask_token() if purpose == "token" else caller.ask(ORDINARY))
    assert_fault(response, "key-missing", town.log)
    assert (await town.get("/readyz")).json()["checks"]["keys"] == "down"
    assert town.requests("zvh") == []


@pytest.mark.parametrize("purpose", ["request", "log-zvh"])
async def test_without_a_key_that_everything_needs_nothing_is_served(town: FragileTown, purpose: str):
    take_away(town, purpose)
    town.start_gateway()
    assert town.gateway.wait(60) == 3
    [told] = [line for line in town.log.read_text().splitlines() if not line.startswith("{")]
    assert told.startswith("gateway: key-missing")
