"""What counted once does not count again, whatever happened to the gateway between."""

import asyncio
from pathlib import Path

import pytest

from tests.faults.caller import Caller, assert_rejected
from tests.faults.town import FragileTown
from tests.support.requests import EXAMPLES

PATH = "/v1/disclosures"
REFUSED = EXAMPLES["not screened"].document


@pytest.fixture
async def town(tmp_path: Path):
    town = FragileTown(tmp_path)
    town.start_gateway()
    try:
        await town.ready()
        yield town
    finally:
        town.stop()


async def test_shown_twice(town: FragileTown, caller: Caller):
    token = await caller.token()
    proof = caller.proof("POST", PATH, token)
    assert (await caller.ask(REFUSED, proof=proof)).status_code == 403
    assert_rejected(await caller.ask(REFUSED, proof=proof), 401, "dpop-replayed", town.log)


async def test_shown_again_after_a_clean_stop_and_after_a_crash(town: FragileTown, caller: Caller):
    token = await caller.token()
    shown, unused, assertion = caller.proof("POST", PATH, token), caller.proof("POST", PATH, token), caller.assertion()
    assert (await caller.ask(REFUSED, proof=shown)).status_code == 403
    assert (await caller.ask_token(assertion=assertion)).status_code == 200

    town.stop_gateway()
    assert town.gateway.returncode == 0
    town.start_gateway()
    await town.ready()
    assert_rejected(await caller.ask(REFUSED, proof=shown), 401, "dpop-replayed", town.log)
    assert_rejected(await caller.ask_token(assertion=assertion), 400, "assertion-replayed", town.log)
    assert (await caller.ask(REFUSED, proof=unused)).status_code == 403, "a clean stop refuses nothing for its age"

    before = caller.proof("POST", PATH, token), caller.assertion()
    town.kill()
    town.start_gateway()
    await town.ready()
    assert_rejected(await caller.ask(REFUSED, proof=shown), 401, "dpop-before-start", town.log)
    assert_rejected(await caller.ask(REFUSED, proof=before[0]), 401, "dpop-before-start", town.log)
    assert_rejected(await caller.ask_token(assertion=before[1]), 400, "assertion-before-start", town.log)
    await asyncio.sleep(1.1)
    assert (await caller.ask(REFUSED)).status_code == 403, "what is made after the start counts"
