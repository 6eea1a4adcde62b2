"""The client that a partner installs rides out a crash: it asks again by itself, and says so where it cannot."""

import asyncio
from collections.abc import Callable, Generator
from typing import Any

import pytest

from gateway.client import Faulted, Partner, Rejected
from gateway.client.conversation import RETRIES, Conversation, Request, Response
from gateway.sandbox.demo import SCENES
from tests.faults.town import FragileTown

Talk = Generator[Request, Response, Any]


async def test_it_rides_out_a_crash(town: FragileTown):
    client = town.client()
    first = await client.ask(**SCENES[0].question, idempotency_key="asked-before-and-after")
    town.kill()
    town.start_gateway()
    await town.ready()
    fresh = town.client()
    for each in (client, fresh):  # one still has its token, the other must ask for one
        again = await each.ask(**SCENES[0].question, idempotency_key="asked-before-and-after")
        assert (again.id, again.receipt) == (first.id, first.receipt)
        await each.aclose()


async def test_a_gateway_that_is_away_is_a_fault_with_the_key_to_ask_again(town: FragileTown):
    client = town.client()
    town.stop_gateway()
    asked = asyncio.create_task(client.ask(**SCENES[0].question, idempotency_key="a-key-to-keep"))
    with pytest.raises(Faulted) as caught:
        await asked
    assert (caught.value.code, caught.value.idempotency_key) == ("no-answer", "a-key-to-keep")
    await client.aclose()
    town.start_gateway()
    await town.ready()


@pytest.fixture
def talk(town: FragileTown) -> Callable[[], Talk]:
    partner: Partner = town.partner()
    return lambda: Conversation(town.url, partner, town.log_keys, "nl").ask(
        **SCENES[0].question, idempotency_key="one-and-the-same"
    )


@pytest.mark.parametrize(
    ("status", "code", "error", "tries"),
    [
        (503, "holder-timeout", Faulted, 1 + RETRIES),
        (409, "in-flight", Faulted, 1 + RETRIES),
        (401, "dpop-before-start", Faulted, 1 + RETRIES),
        (401, "dpop-replayed", Rejected, 1),
        (422, "key-reused", Rejected, 1),
    ],
)
def test_what_passes_by_itself_is_tried_again_and_nothing_else(
    talk: Callable[[], Talk], status: int, code: str, error: type[Exception], tries: int
):
    asked: list[Request] = []

    def gateway(request: Request) -> Response:
        if request.url.endswith("/oauth/token"):
            return Response(200, {"access_token": "a.b.c", "expires_in": 600})
        asked.append(request)
        return Response(status, {"code": code})

    with pytest.raises(error, match=code):
        converse(talk(), gateway)
    assert [request.headers["Idempotency-Key"] for request in asked] == ["one-and-the-same"] * tries


@pytest.mark.parametrize(("code", "tries"), [("assertion-before-start", 1 + RETRIES), ("client-unproved", 1)])
def test_a_token_is_asked_for_again_in_the_second_of_a_start(talk: Callable[[], Talk], code: str, tries: int):
    asked: set[bytes] = set()

    def gateway(request: Request) -> Response:
        asked.add(request.content)
        return Response(400, {"error": "invalid_client", "code": code})

    with pytest.raises((Faulted, Rejected), match=code):
        converse(talk(), gateway)
    assert len(asked) == tries, "each try has an assertion of its own"


def converse(talk: Talk, gateway: Callable[[Request], Response]) -> None:
    """Let `gateway` answer everything that is said."""
    request = next(talk)
    while True:
        request = talk.send(gateway(request))
