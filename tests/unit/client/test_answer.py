"""What a partner's client believes: nothing without a valid receipt of this very answer."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.client import Answer, Partner, Untrustworthy
from gateway.client.answer import read_answer
from gateway.client.conversation import Conversation, Request, Response
from gateway.client.errors import Faulted, Rejected
from gateway.model.disclosure import Answer as Released
from tests.support.questions import make_ask
from tests.support.world import ISSUER, VALUES, World

BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@pytest.fixture
def partner(world: World) -> Partner:
    return Partner.load(world.partners.partner_file("voorbeeldstad"))


@pytest.fixture
def read(world: World, partner: Partner) -> Callable[..., Answer]:
    """Read a document as the client does; `log_keys` and `release_keys` can be changed."""

    def reading(document: dict[str, Any], **changed: Any) -> Answer:
        keys = {
            "log_keys": [str(log.verifier) for log in world.logs.opened.values()],
            "release_keys": world.keys.jwks("release")["keys"],
        }
        return read_answer(document, partner=partner, issuer=ISSUER, **(keys | changed))

    return reading


def sent(answer: Released) -> dict[str, Any]:
    """An answer as the API sends it, as far as the client reads it."""
    said = [{"code": code} for code in answer.document["reasons"]]
    return {**answer.document, "reasons": said, "receipt": answer.receipt}


async def test_a_grant_is_believed_and_opened(world: World, read: Callable[..., Answer]):
    world.clock.move(seconds=(datetime.now(UTC) - world.clock.now()).total_seconds())
    answer = read(sent(await world.exchange.disclose(world.call())))
    assert (answer.outcome, answer.granted) == ("toegestaan", ("adres_huidig", "toezicht_voorwaarden"))
    assert answer.open() == VALUES
    assert answer.proof.answer_checked


async def test_a_refusal_is_believed_and_holds_nothing(world: World, read: Callable[..., Answer]):
    answer = read(sent(await world.exchange.disclose(world.call(make_ask(actor="n-9")))))
    assert answer.reasons[0] == "niet-geautoriseerd"
    with pytest.raises(Untrustworthy, match="nothing is sealed"):
        answer.open()


@pytest.mark.parametrize("receipt", [None, "", 7, "c2sp.org/tlog-proof@v1\n", {}])
async def test_no_answer_without_a_receipt(world: World, read: Callable[..., Answer], receipt: Any):
    document = sent(await world.exchange.disclose(world.call()))
    with pytest.raises(Untrustworthy):
        read(document | {"receipt": receipt})
    del document["receipt"]
    with pytest.raises(Untrustworthy, match="no receipt"):
        read(document)


async def test_no_answer_with_the_receipt_of_another(world: World, read: Callable[..., Answer]):
    grant = sent(await world.exchange.disclose(world.call()))
    other = sent(await world.exchange.disclose(world.call()))
    refusal = sent(await world.exchange.disclose(world.call(make_ask(actor="n-9"))))
    refused_too = sent(await world.exchange.disclose(world.call(make_ask(actor="h-2"))))
    for document, receipt in ((grant, other), (grant, refusal), (refusal, grant), (refusal, refused_too)):
        with pytest.raises(Untrustworthy):
            read(document | {"receipt": receipt["receipt"]})
    with pytest.raises(Untrustworthy):
        read(grant | {"sealed": other["sealed"]})


async def test_no_outcome_that_the_record_does_not_have(world: World, read: Callable[..., Answer]):
    grant = sent(await world.exchange.disclose(world.call()))
    refusal = sent(await world.exchange.disclose(world.call(make_ask(actor="n-9"))))
    dry = sent(await world.exchange.disclose(world.call(make_ask(dry_run=True))))
    for forged in (
        grant | {"outcome": "geweigerd"},
        grant | {"dry_run": True},
        grant | {"sealed": None},
        refusal | {"outcome": "toegestaan"},
        dry | {"dry_run": False, "outcome": "toegestaan"},
    ):
        with pytest.raises(Untrustworthy):
            read(forged)
    assert read(dry).dry_run


async def test_no_log_that_the_partner_does_not_trust(world: World, read: Callable[..., Answer]):
    document = sent(await world.exchange.disclose(world.call()))
    others = [str(log.verifier) for (tenant, _), log in world.logs.opened.items() if tenant != "zvh"]
    for keys in ([], others):
        with pytest.raises(Untrustworthy):
            read(document, log_keys=keys)


async def test_no_seal_of_somebody_else(world: World, read: Callable[..., Answer]):
    document = sent(await world.exchange.disclose(world.call()))
    with pytest.raises(Untrustworthy, match="seal"):
        read(document, release_keys=world.keys.jwks("token")["keys"]).open()


async def test_every_changed_letter_of_what_was_sealed_is_found(world: World, read: Callable[..., Answer]):
    document = sent(await world.exchange.disclose(world.call()))
    sealed = document["sealed"]
    for place in range(0, len(sealed), 37):
        other = next(letter for letter in BASE64 if letter != sealed[place])
        with pytest.raises(Untrustworthy):
            read(document | {"sealed": sealed[:place] + other + sealed[place + 1 :]})


def talk(partner: Partner, *responses: Response) -> list[Request]:
    """Ask once, hear these responses in order; the requests that were made until it ended in an exception."""
    conversation, asked = Conversation("https://sluis.example", partner, [], "nl"), []
    flow = conversation.ask(
        basis="b", subject="999993653", actor="m-17", holder=("1", "s"), fields={}, idempotency_key="the-very-key"
    )
    request = next(flow)
    for response in responses:
        asked.append(request)
        request = flow.send(response)
    return asked


TOKEN = Response(200, {"access_token": "t.t.t", "expires_in": 600})


def test_a_lost_answer_is_asked_for_under_the_same_key_and_then_told(partner: Partner):
    with pytest.raises(Faulted) as caught:
        talk(partner, TOKEN, *[Response(0)] * 9)
    assert caught.value.idempotency_key == "the-very-key"


def test_what_was_rejected_is_told_with_its_problem(partner: Partner):
    problem = {"code": "request-invalid", "errors": []}
    with pytest.raises(Rejected) as caught:
        talk(partner, TOKEN, Response(400, problem))
    assert (caught.value.status, caught.value.problem) == (400, problem)


def test_what_only_the_requester_can_know_is_sent_as_it_is(partner: Partner):
    said = {"declaration": {"circumstances": {"openbare_orde": True}}, "third_party": {"rac_checked": True}}
    flow = Conversation("https://sluis.example", partner, [], "nl").ask(
        basis="b", subject="999993653", actor="m-17", holder=("1", "s"), fields={}, **said
    )
    next(flow)
    assert said.items() <= json.loads(flow.send(TOKEN).content).items()


def test_no_bsn_stands_in_a_url_or_a_repr(partner: Partner):
    flow = Conversation("https://sluis.example", partner, [], "nl").ask(
        basis="b", subject="999993653", actor="m-17", holder=("1", "s"), fields={}
    )
    requests = [next(flow), flow.send(TOKEN)]
    assert all("999993653" not in request.url and "999993653" not in repr(request) for request in requests)
    assert json.loads(requests[1].content)["subject"] == {"bsn": "999993653"}
    assert partner.client_id in repr(partner)
    assert '"d"' not in repr(partner)
