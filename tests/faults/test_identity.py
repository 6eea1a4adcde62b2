"""Who asks is proved, each time anew: what a wrong clock, a stolen token or a second use comes to, over HTTP.

Nothing of this reaches a decision: no record, no word to a holder.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import ECKey

from gateway.crypto.keys import PrivateKey
from gateway.crypto.signing import JwsSigner
from tests.faults.caller import Caller, assert_rejected
from tests.faults.town import FragileTown
from tests.support.requests import EXAMPLES

HOUR = 3600
DISCLOSURES = "/v1/disclosures"
ORDINARY = EXAMPLES["the ordinary case"].document


@pytest.fixture(autouse=True)
def _nothing_is_recorded(town: FragileTown) -> Iterator[None]:
    before = town.leaves("zvh")
    yield
    assert town.leaves("zvh") == before


def minted(town: FragileTown, caller: Caller, *, by: JwsSigner | None = None, **changes: Any) -> str:
    """A token like the gateway's own, signed by its own key or by another."""
    now = int(time.time())
    client = caller.partner.client_id
    claims = {
        "iss": town.url,
        "sub": client,
        "client_id": client,
        "aud": town.url,
        "iat": now,
        "exp": now + 600,
        "jti": "0193a5e0-0000-7000-8000-000000000000",
        "cnf": {"jkt": caller.partner.dpop.thumbprint()},
    }
    return (by or town.keys.signer("token")).sign(claims | changes, typ="at+jwt")


@pytest.mark.parametrize(("behind", "said"), [(HOUR, "achter"), (-HOUR, "voor")])
async def test_a_proof_by_a_clock_that_is_an_hour_off(town: FragileTown, caller: Caller, behind: int, said: str):
    await caller.token()
    caller.behind = behind
    problem = assert_rejected(await caller.ask(ORDINARY), 401, "dpop-clock", town.log)
    assert abs(problem["clock_skew_seconds"] + behind) < 30
    assert f"seconden {said}." in problem["detail"]


@pytest.mark.parametrize("behind", [HOUR, -HOUR])
async def test_an_assertion_by_a_clock_that_is_an_hour_off(town: FragileTown, caller: Caller, behind: int):
    honest = caller.proof("POST", "/oauth/token")
    caller.behind = behind
    problem = assert_rejected(await caller.ask_token(proof=honest), 400, "assertion-clock", town.log)
    assert problem["error"] == "invalid_client"
    assert abs(problem["skew"] + behind) < 30


@pytest.mark.parametrize("behind", [HOUR, -HOUR])
async def test_a_proof_for_a_token_by_a_clock_that_is_an_hour_off(town: FragileTown, caller: Caller, behind: int):
    honest = caller.assertion()
    caller.behind = behind
    problem = assert_rejected(await caller.ask_token(assertion=honest), 400, "dpop-clock", town.log)
    assert problem["error"] == "invalid_dpop_proof"
    assert abs(problem["skew"] + behind) < 30


async def test_an_assertion_for_another_server(town: FragileTown, caller: Caller):
    for audience in ("https://elders.example", f"{town.url}/oauth/token", [town.url]):
        response = await caller.ask_token(assertion=caller.assertion(aud=audience))
        assert_rejected(response, 400, "assertion-audience", town.log)


async def test_an_assertion_that_was_shown_before(town: FragileTown, caller: Caller):
    assertion = caller.assertion()
    assert (await caller.ask_token(assertion=assertion)).status_code == 200
    assert_rejected(await caller.ask_token(assertion=assertion), 400, "assertion-replayed", town.log)


async def test_a_key_and_a_client_that_nobody_knows_are_one_answer(town: FragileTown, caller: Caller):
    stranger = replace(caller.partner, signing=ECKey.generate_key("P-256"))
    nobody = replace(caller.partner, client_id="niemand")
    said = []
    for partner in (stranger, nobody):
        async with Caller(town, partner=partner) as other:
            said.append(assert_rejected(await other.ask_token(), 400, "client-unproved", town.log))
    assert said[0] == said[1]


async def test_a_token_of_another_issuer(town: FragileTown, caller: Caller):
    by = JwsSigner(PrivateKey.generate("ES256"))
    for token in (minted(town, caller, by=by), minted(town, caller, iss="https://elders.example")):
        assert_rejected(await caller.ask(ORDINARY, token=token), 401, "token-invalid", town.log)


async def test_a_token_for_another_server(town: FragileTown, caller: Caller):
    token = minted(town, caller, aud="https://elders.example")
    assert_rejected(await caller.ask(ORDINARY, token=token), 401, "token-audience", town.log)


async def test_a_token_that_has_expired(town: FragileTown, caller: Caller):
    token = minted(town, caller, iat=int(time.time()) - 700, exp=int(time.time()) - 100)
    assert_rejected(await caller.ask(ORDINARY, token=token), 401, "token-expired", town.log)


async def test_a_token_without_its_proof(town: FragileTown, caller: Caller):
    """What a thief of a token has, and what the thief of a token and another's key has."""
    token = await caller.token()
    assert_rejected(await caller.ask(ORDINARY, scheme="Bearer"), 401, "token-unbound", town.log)
    assert_rejected(await caller.ask(ORDINARY, scheme="Bearer", DPoP=""), 401, "token-unbound", town.log)
    assert_rejected(await caller.ask(ORDINARY, DPoP=""), 401, "dpop-missing", town.log)
    assert_rejected(await caller.ask(ORDINARY, Authorization=""), 401, "token-missing", town.log)
    thief = Caller(town, "politie-voorbeeld")
    assert_rejected(
        await caller.ask(ORDINARY, proof=thief.proof("POST", DISCLOSURES, token)), 401, "token-unbound", town.log
    )
    await thief.http.aclose()


async def test_a_proof_for_another_request(town: FragileTown, caller: Caller):
    token = await caller.token()
    for proof in (
        caller.proof("GET", DISCLOSURES, token),
        caller.proof("POST", "/oauth/token", token),
        caller.proof("POST", DISCLOSURES),
        caller.proof("POST", DISCLOSURES, token, htu=f"https://elders.example{DISCLOSURES}"),
        "nothing.at.all",
    ):
        assert_rejected(await caller.ask(ORDINARY, proof=proof), 401, "dpop-invalid", town.log)


async def test_a_client_that_was_taken_out_is_unknown_at_once(town: FragileTown):
    def without_wijkteam(document: dict[str, Any]) -> None:
        [wijkteam] = [each for each in document["organisations"] if each["name"] == "Wijkteam Centrum"]
        wijkteam["clients"] = []

    async with Caller(town, "wijkteam-centrum") as leaver:
        await leaver.token()
        town.enter(without_wijkteam)
        try:
            assert_rejected(await leaver.ask(ORDINARY), 401, "client-unknown", town.log)
        finally:
            town.enter(lambda _: None)
