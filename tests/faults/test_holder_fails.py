"""A holder that is down, slow or lying: a fault that says so, nothing fetched that need not be, nothing released."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.crypto.keys import PrivateKey
from gateway.crypto.subject import subject_proof
from gateway.holders.protocol import LIMIT, Call
from gateway.sandbox.reception import Received
from tests.faults.caller import Caller, assert_fault
from tests.faults.town import FragileTown
from tests.support.lying_holder import Claims, Lie, LyingHolder
from tests.support.requests import EXAMPLES

CHANGED = {"SLUIS_HOLDER_TIMEOUT": "1"}
ORDINARY = EXAMPLES["the ordinary case"].document
SLOW = ORDINARY | {"subject": {"bsn": "999997440"}}
STRANGER = PrivateKey.generate("ES256")


def on(call: Call, change: Callable[[Claims, Received], dict[str, Any]]) -> Lie:
    """A lie in the replies to one call; the other is answered honestly."""
    return Lie(claims=lambda claims, received: claims | (change(claims, received) if claims["call"] == call else {}))


def other_subject(_: Claims, received: Received) -> dict[str, Any]:
    return {"subject_proof": subject_proof(received.nonce, "999990019")}


STATEMENT: dict[str, Lie] = {
    "signed by somebody else": Lie(signer=STRANGER),
    "about another subject": on(Call.STATEMENT, other_subject),
    "to another request": on(Call.STATEMENT, lambda *_: {"request_id": "0193a5e0-0000-7000-8000-000000000000"}),
    "to another call of ours": on(Call.STATEMENT, lambda *_: {"reply_to": "0193a5e0-0000-7000-8000-000000000000"}),
    "a word of another type": on(Call.STATEMENT, lambda *_: {"statement": {"serious_reasons": "no", "conditions": []}}),
    "no word and yet a word": on(Call.STATEMENT, lambda *_: {"assessed": False}),
    "garbage": Lie(token=lambda _: "<html>999993653</html>"),
    "a reply of another type": Lie(typ="at+jwt"),
    "a redirect": Lie(status=302, headers={"Location": "http://127.0.0.1:1/"}),
    "an error of its own": Lie(status=500),
    "more than a reply may be": Lie(token=lambda _: "x" * (LIMIT + 1)),
}
FIELDS: dict[str, Lie] = {
    "more fields": on(Call.FIELDS, lambda c, _: {"values": c["values"] | {"naam": "Iemand Anders"}}),
    "a value of another type": on(Call.FIELDS, lambda *_: {"values": {"adres_huidig": 7}}),
    "about another subject": on(Call.FIELDS, other_subject),
    "to another request": on(Call.FIELDS, lambda *_: {"request_id": "0193a5e0-0000-7000-8000-000000000000"}),
    "its word again": on(Call.FIELDS, lambda *_: {"call": "statement"}),
    "no values": on(Call.FIELDS, lambda *_: {"values": None}),
    "of an hour ago": on(Call.FIELDS, lambda c, _: {"iat": c["iat"] - 3600, "exp": c["exp"] - 3600}),
}


async def refused(town: FragileTown, caller: Caller, code: str, document: Any = ORDINARY) -> None:
    """Ask; hear this fault; and see that it was recorded, and nothing else was."""
    before = [leaf["class"] for leaf in town.leaves("zvh")]
    response = await caller.ask(document)
    assert_fault(response, code, town.log)
    [*same, new] = town.leaves("zvh")
    assert [leaf["class"] for leaf in same] == before
    assert (new["class"], new["released_sha256"]) == ("storing", None)


async def test_an_honest_answer_of_the_same_holder_is_released(town: FragileTown, caller: Caller, holder: LyingHolder):
    response = await caller.ask(ORDINARY)
    assert response.json()["outcome"] == "toegestaan"
    assert [received.claims["call"] for received in holder.received] == ["statement", "fields"]


@pytest.mark.parametrize("lie", STATEMENT.values(), ids=STATEMENT)
async def test_a_lie_in_its_word_ends_it(town: FragileTown, caller: Caller, holder: LyingHolder, lie: Lie):
    holder.lie = lie
    await refused(town, caller, "holder-invalid")
    assert [received.claims["call"] for received in holder.received] == ["statement"]


@pytest.mark.parametrize("lie", FIELDS.values(), ids=FIELDS)
async def test_a_lie_in_the_values_ends_it(town: FragileTown, caller: Caller, holder: LyingHolder, lie: Lie):
    holder.lie = lie
    await refused(town, caller, "holder-invalid")


async def test_a_holder_that_is_down(town: FragileTown, caller: Caller):
    town.holder.kill()
    town.holder.wait()
    try:
        await refused(town, caller, "holder-unavailable")
    finally:
        town.start_holder()


async def test_a_holder_that_says_that_it_is_busy(town: FragileTown, caller: Caller, holder: LyingHolder):
    holder.lie = Lie(status=503)
    await refused(town, caller, "holder-unavailable")


async def test_a_holder_that_is_slow(town: FragileTown, caller: Caller):
    asked = datetime.now(UTC)
    await refused(town, caller, "holder-timeout", SLOW)
    assert (datetime.now(UTC) - asked).total_seconds() < 10


async def test_a_fault_can_be_asked_again_under_the_same_key(town: FragileTown, caller: Caller, holder: LyingHolder):
    holder.lie = Lie(status=503)
    assert_fault(await caller.ask(ORDINARY, key="one-key-for-both"), "holder-unavailable", town.log)
    holder.lie = Lie()
    assert (await caller.ask(ORDINARY, key="one-key-for-both")).json()["outcome"] == "toegestaan"
