"""Many at once: everybody is answered, every receipt belongs to its answer, and one key is one disclosure."""

import asyncio
import uuid
from collections import Counter

from gateway.client import Answer
from gateway.sandbox.demo import SCENES
from tests.faults.caller import Caller
from tests.faults.town import FragileTown
from tests.support.requests import EXAMPLES

CLIENTS, EACH = 20, 10
ORDINARY = EXAMPLES["the ordinary case"].document


async def test_two_hundred_requests_of_twenty_clients(town: FragileTown):
    clients = [town.client() for _ in range(CLIENTS)]

    async def ask(number: int) -> list[tuple[int, Answer]]:
        chosen = [(number + turn) % len(SCENES) for turn in range(EACH)]
        return [(scene, await clients[number].ask(**SCENES[scene].question)) for scene in chosen]

    before = {tenant: len(town.leaves(tenant)) for tenant in ("zvh", "gemeente")}
    answers = [one for those in await asyncio.gather(*map(ask, range(CLIENTS))) for one in those]
    assert len(answers) == CLIENTS * EACH
    places = Counter[tuple[str, int]]()
    for scene, answer in answers:  # the client verified each receipt against its answer before it handed it over
        assert (answer.outcome, frozenset(answer.granted)) == (SCENES[scene].outcome, SCENES[scene].granted)
        if answer.granted:
            assert answer.open().keys() == SCENES[scene].granted
        tenant = answer.proof.checkpoint.origin.split("/")[1]
        assert town_leaf(town, tenant, answer.proof.index) == answer.id
        places[tenant, answer.proof.index] += 1
    assert set(places.values()) == {1}
    assert len({answer.id for _, answer in answers}) == len(answers)
    grown = sum(len(town.leaves(tenant)) - size for tenant, size in before.items())
    assert grown == len(answers)
    for client in clients:
        await client.aclose()


_seen: dict[str, list[str]] = {}


def town_leaf(town: FragileTown, tenant: str, index: int) -> str:
    """The request that a place in a log is of."""
    if len(_seen.get(tenant, ())) <= index:
        _seen[tenant] = [leaf["request_id"] for leaf in town.leaves(tenant)]
    return _seen[tenant][index]


async def test_one_key_at_once_is_one_disclosure(town: FragileTown, caller: Caller):
    await caller.token()
    for _ in range(5):
        key, before = str(uuid.uuid4()), len(town.leaves("zvh"))
        responses = await asyncio.gather(*(caller.ask(ORDINARY, key=key) for _ in range(4)))
        assert {response.status_code for response in responses} <= {200, 409}
        given = [response.json() for response in responses if response.status_code == 200]
        assert given
        assert len({document["id"] for document in given}) == len({document["sealed"] for document in given}) == 1
        for response in responses:
            if response.status_code == 409:
                assert (response.json()["code"], response.headers["retry-after"]) == ("in-flight", "1")
        again = await caller.ask(ORDINARY, key=key)
        assert (again.json()["id"], again.headers["idempotency-replayed"]) == (given[0]["id"], "true")
        assert len(town.leaves("zvh")) == before + 1


async def test_one_key_for_two_bodies_is_one_disclosure(town: FragileTown, caller: Caller):
    key = str(uuid.uuid4())
    assert (await caller.ask(ORDINARY, key=key)).status_code == 200
    other = await caller.ask(ORDINARY | {"actor": "n-9"}, key=key)
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")
    async with Caller(town, "politie-voorbeeld") as police:
        assert (await police.ask(ORDINARY, key=key)).json().get("code") != "key-reused", "a key is its client's"
