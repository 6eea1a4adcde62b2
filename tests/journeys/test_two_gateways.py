"""Two gateways serve one town from one PostgreSQL, and nobody can tell them apart, nor that one of them died."""

import asyncio
import signal
import subprocess
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.app import databases
from gateway.sandbox.demo import SCENES
from gateway.store.postgres.claims import LIFE
from gateway.store.postgres.shelf import PostgresShelf
from tests.faults.caller import Caller, assert_rejected
from tests.faults.town import FragileTown, free_ports
from tests.support.lying_holder import Lie, LyingHolder
from tests.support.postgres import Server
from tests.support.relay import relaying
from tests.support.requests import EXAMPLES, PROBATION
from tests.support.serving import serving
from tests.support.waiting import until

pytestmark = pytest.mark.part("postgresql")
ORDINARY, REFUSED = EXAMPLES["the ordinary case"].document, EXAMPLES["not screened"].document
CLIENTS, EACH = 8, 5


class Pair:
    """A town with two gateways behind one door, that come to their databases as a gateway may and no more."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.town = FragileTown(folder, SLUIS_DATABASE=server.granted(), SLUIS_BODYKEYS_DATABASE=server.granted())
        self.ports = free_ports(2)
        self.gateways: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        self.town.start_holder()
        for port in self.ports:
            self.town.change(SLUIS_PORT=str(port))
            self.town.start_gateway()
            assert self.town.gateway is not None
            self.gateways.append(self.town.gateway)

    def stop(self) -> None:
        for gateway in self.gateways:
            gateway.terminate()
        for gateway in self.gateways:
            gateway.wait(30)
        self.town.stop()

    def leaves(self, tenant: str) -> list[bytes]:
        """A tenant's records, as the database has them."""
        with closing(PostgresShelf(*databases(self.town.settings))) as shelf:
            [year] = shelf.years(tenant)
            with closing(shelf.storage(tenant, year)) as storage:
                state = storage.state()
                return [] if state is None else storage.entries(0, state.size)


class Straight(httpx.AsyncHTTPTransport):
    """To one of the gateways, whatever the address says: as a load balancer would have chosen."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(port=self._port)
        return await super().handle_async_request(request)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, postgres_server: Server) -> Iterator[Pair]:
    pair = Pair(tmp_path_factory.mktemp("pair"), postgres_server)
    pair.start()
    try:
        yield pair
    finally:
        pair.stop()


@pytest.fixture
async def pair(started: Pair) -> AsyncIterator[Pair]:
    for port in started.ports:
        async with relaying(started.town.port, [port]):
            await started.town.ready()
    async with relaying(started.town.port, started.ports):
        yield started


@pytest.fixture
async def callers(pair: Pair) -> AsyncIterator[list[Caller]]:
    """One client system at each of the gateways."""
    callers = [Caller(pair.town) for _ in pair.ports]
    for caller, port in zip(callers, pair.ports, strict=True):
        caller.http = httpx.AsyncClient(transport=Straight(port), timeout=60)
        await caller.token()
    yield callers
    for caller in callers:
        await caller.http.aclose()


@pytest.fixture
async def holder(pair: Pair) -> AsyncIterator[LyingHolder]:
    """The probation service, slow; it lists what it was asked. An import of it reaches both gateways at once."""
    town, usual = pair.town, pair.town.holder_port
    values = {"adres_huidig": "Verzinsteeg 1, 9999 ZZ Voorbeeldstad", "toezicht_voorwaarden": ["meldplicht"]}
    holder = LyingHolder(
        PROBATION, "toezicht", town.sandbox, town.sandbox.trusted(), values=values, lie=Lie(seconds=0.5)
    )
    async with serving(holder.app()) as town.holder_port:
        town.enter(lambda _: None)
        yield holder
    town.holder_port = usual
    town.enter(lambda _: None)


async def test_everybody_is_answered_and_the_log_is_one(pair: Pair) -> None:
    clients = [pair.town.client() for _ in range(CLIENTS)]
    before = {tenant: len(pair.leaves(tenant)) for tenant in ("zvh", "gemeente")}

    async def ask(number: int) -> list[Any]:
        return [await clients[number].ask(**SCENES[(number + turn) % len(SCENES)].question) for turn in range(EACH)]

    answers = [one for those in await asyncio.gather(*map(ask, range(CLIENTS))) for one in those]
    places = Counter((answer.proof.checkpoint.origin, answer.proof.index) for answer in answers)
    assert set(places.values()) == {1}
    grown = {tenant: len(pair.leaves(tenant)) - size for tenant, size in before.items()}
    assert sum(grown.values()) == len(answers) == CLIENTS * EACH
    for client in clients:
        await client.aclose()


async def test_a_key_that_one_answers_is_in_flight_at_the_other(
    pair: Pair, callers: list[Caller], holder: LyingHolder
) -> None:
    """So the holder is asked once, and who comes again gets the same bytes, wherever."""
    key, before = str(uuid.uuid4()), len(pair.leaves("zvh"))
    responses = await asyncio.gather(*(caller.ask(ORDINARY, key=key) for caller in callers))
    assert sorted(response.status_code for response in responses) == [200, 409]
    [refused] = [response for response in responses if response.status_code == 409]
    assert refused.json()["code"] == "in-flight"
    assert len({received.claims["request_id"] for received in holder.received}) == 1
    again = [(await caller.ask(ORDINARY, key=key)).json() for caller in callers]
    assert again[0]["sealed"] == again[1]["sealed"]
    assert again[0]["receipt"] == again[1]["receipt"]
    assert len({received.claims["request_id"] for received in holder.received}) == 1
    assert len(pair.leaves("zvh")) == before + 1


async def test_what_was_shown_to_one_was_shown_to_the_other(pair: Pair, callers: list[Caller]) -> None:
    one, other = callers
    token = await one.token()
    proof, assertion = one.proof("POST", "/v1/disclosures", token), one.assertion()
    assert (await one.ask(REFUSED, proof=proof)).status_code == 403
    assert_rejected(await other.ask(REFUSED, token=token, proof=proof), 401, "dpop-replayed", pair.town.log)
    assert (await other.ask_token(assertion=assertion)).status_code == 200
    assert_rejected(await one.ask_token(assertion=assertion), 400, "assertion-replayed", pair.town.log)


async def free_again(caller: Caller, key: str) -> httpx.Response:
    """Ask until nobody answers this key any more."""
    for _ in range(int(LIFE + 5)):
        if (response := await caller.ask(ORDINARY, key=key)).status_code != 409:
            return response
        await asyncio.sleep(1)
    raise AssertionError("the key of a dead gateway is never free again")


async def test_one_that_dies_is_not_missed(pair: Pair, callers: list[Caller], holder: LyingHolder) -> None:
    """Nothing that was acknowledged is lost; the key that it was answering is free again soon."""
    one, other = callers
    given = (await one.ask(ORDINARY, key=(answered := str(uuid.uuid4())))).json()
    holder.lie = Lie(seconds=5)
    dying = asyncio.create_task(one.ask(ORDINARY, key=(lost := str(uuid.uuid4()))))
    await until(lambda: bool(holder.received) and holder.received[-1].claims["request_id"] != given["id"])
    pair.gateways[0].send_signal(signal.SIGKILL)
    with pytest.raises(httpx.TransportError):
        await dying
    holder.lie = Lie()
    assert (await other.ask(ORDINARY, key=answered)).json()["sealed"] == given["sealed"]
    assert (await other.ask(ORDINARY, key=lost)).status_code == 409
    response = await free_again(other, lost)
    assert response.status_code == 200
    client = pair.town.client()
    assert (await client.ask(**SCENES[0].question)).outcome == SCENES[0].outcome
    await client.aclose()
