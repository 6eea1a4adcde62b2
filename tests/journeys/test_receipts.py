"""A receipt anew, over HTTP, as a tlog-proof and in COSE: for whoever asked and may collect, and for nobody else."""

import base64
import uuid

import httpx
import pytest

from gateway.verify import VerifierKey, verify_receipt
from tests.faults.caller import Caller
from tests.faults.town import FragileTown
from tests.support.requests import EXAMPLES
from tests.unit.crypto.test_cose import check

ORDINARY = EXAMPLES["the ordinary case"].document
COSE = 'application/cose; cose-type="cose-sign1"'


async def fetch(caller: Caller, id: str, **headers: str) -> httpx.Response:
    token, path = await caller.token(), f"/v1/disclosures/{id}/receipt"
    sent = {"Authorization": f"DPoP {token}", "DPoP": caller.proof("GET", path, token), **headers}
    return await caller.http.get(caller.url + path, headers=sent)


async def test_a_receipt_in_cose_proves_the_record_of_the_answer(town: FragileTown, caller: Caller) -> None:
    answer = (await caller.ask(ORDINARY)).json()
    response = await fetch(caller, answer["id"], Accept="application/json;q=0.1, application/cose")
    assert (response.status_code, response.headers["content-type"]) == (200, COSE)
    assert "Accept" in response.headers["vary"]
    keys = [VerifierKey.parse(key) for key in town.log_keys]
    first = verify_receipt(answer["receipt"], keys)
    [public] = {key.public for key in keys if key.name == first.checkpoint.origin}
    origin, index, size, leaf = check(response.content, public)
    assert (origin, index) == (first.checkpoint.origin, first.index)
    assert size >= first.checkpoint.size
    assert leaf == base64.b64decode(answer["receipt"].split("\n")[1].removeprefix("extra "))
    assert (answer["sealed"] or "").encode() not in (b"", response.content)


@pytest.mark.parametrize("accept", ["", "*/*", "text/plain", "image/png"])
async def test_whoever_names_no_form_gets_a_tlog_proof(town: FragileTown, caller: Caller, accept: str) -> None:
    answer = (await caller.ask(ORDINARY)).json()
    response = await fetch(caller, answer["id"], Accept=accept)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    proof = verify_receipt(response.text, town.log_keys, released=answer["sealed"].encode())
    assert (proof.leaf.request_id, proof.index) == (answer["id"], answer["record"])


async def test_nobody_else_gets_one_and_cannot_tell_why(town: FragileTown, caller: Caller) -> None:
    id = (await caller.ask(ORDINARY)).json()["id"]
    async with Caller(town, "politie-voorbeeld") as stranger:
        for asked in (id, str(uuid.uuid4()), "geen-nummer"):
            response = await fetch(stranger, asked, Accept="application/cose")
            assert (response.status_code, response.json()["code"]) == (404, "not-found")
    unproved = await caller.http.get(f"{caller.url}/v1/disclosures/{id}/receipt")
    assert (unproved.status_code, unproved.json()["code"]) == (401, "token-missing")
