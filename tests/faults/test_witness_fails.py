"""A witness that stalls, comes back, or knows more than the log that was put back."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.faults.caller import Caller, assert_fault
from tests.faults.town import FragileTown
from tests.support.lying_holder import LyingHolder
from tests.support.requests import EXAMPLES
from tests.support.serving import serving
from tests.support.witnesses import Witness, policy

ORDINARY = EXAMPLES["the ordinary case"].document
AGE = 3


class ServedWitness(Witness):
    """A witness over HTTP on loopback; it keeps what it has seen when it is served anew."""

    port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def app(self) -> Starlette:
        async def add_checkpoint(request: Request) -> Response:
            reply = await self.answer(await request.body())
            return Response(reply.body, reply.status)

        return Starlette(routes=[Route("/add-checkpoint", add_checkpoint, methods=["POST"])])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragileTown]:
    """Not started: it waits for its witness."""
    town = FragileTown(
        tmp_path_factory.mktemp("town"),
        SLUIS_WITNESSES=str(tmp_path_factory.mktemp("policy") / "witnesses.policy"),
        SLUIS_WITNESS_MAX_AGE=str(AGE),
        SLUIS_PUBLISH_INTERVAL="0.1",
    )
    town.start_holder()
    try:
        yield town
    finally:
        town.stop()


@asynccontextmanager
async def served(town: FragileTown, witness: ServedWitness) -> AsyncIterator[None]:
    place = town.settings.witnesses
    assert isinstance(place, Path)
    async with serving(witness.app()) as witness.port:
        await asyncio.to_thread(place.write_text, policy(1, witness))
        yield


async def until(condition: Callable[[], object], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - there is nobody who could set an event
            await asyncio.sleep(0.05)


async def witnesses_are(town: FragileTown, state: str) -> None:
    async with asyncio.timeout(30):
        while (await town.get("/readyz")).json()["checks"]["witnesses"] != state:  # noqa: ASYNC110 - it is asked
            await asyncio.sleep(0.05)


async def test_releases_stop_while_the_witness_stalls_and_come_back(town: FragileTown, holder: LyingHolder):
    witness = ServedWitness("w.example", lambda: datetime.now(UTC), down=True)
    witness.lie = lambda _: None
    async with served(town, witness):
        town.start_gateway()
        await town.alive()
        async with Caller(town) as caller:
            assert_fault(await caller.ask(ORDINARY), "witness-stale", town.log)
            await until(lambda: witness.asked)
            assert holder.received == []
            assert town.requests("zvh") == [], "something was recorded that no witness could have seen"
            witness.down, witness.lie = False, None
            await town.ready()
            given = await caller.ask(ORDINARY, key="kept-while-stale")
            assert given.status_code == 200
            origin = next(each for each in witness.seen if "/zvh/" in each)
            await until(lambda: witness.seen[origin][0] == 1)

            witness.lie = lambda _: None
            stalled = asyncio.get_running_loop().time()
            await witnesses_are(town, "down")
            assert asyncio.get_running_loop().time() - stalled >= AGE - 2
            asked = len(holder.received)
            assert_fault(await caller.ask(ORDINARY), "witness-stale", town.log)
            assert_fault(await caller.ask(ORDINARY, key="kept-while-stale"), "witness-stale", town.log)
            assert len(holder.received) == asked
            witness.lie = None
            await witnesses_are(town, "up")
            again = await caller.ask(ORDINARY, key="kept-while-stale")
            assert again.json()["receipt"] == given.json()["receipt"]
            assert (await caller.ask(ORDINARY)).status_code == 200
        town.stop_gateway()
    assert [leaf["class"] for leaf in town.requests("zvh")] == ["verstrekking"] * 2


async def test_a_backup_that_was_put_back_refuses_to_serve(town: FragileTown, holder: LyingHolder, tmp_path: Path):
    witness = ServedWitness("w.example", lambda: datetime.now(UTC))
    shutil.copytree(town.state, tmp_path / "backup")
    async with served(town, witness):
        town.start_gateway()
        await town.ready()
        async with Caller(town) as caller:
            assert (await caller.ask(ORDINARY)).status_code == 200
        backed_up = len(town.leaves("zvh")) - 1
        origin = next(each for each in witness.seen if "/zvh/" in each)
        await until(lambda: witness.seen[origin][0] == backed_up + 1)
        town.stop_gateway()
        shutil.rmtree(town.state)
        shutil.copytree(tmp_path / "backup", town.state)

        for _ in range(2):  # starting it once more heals nothing
            told = town.log.stat().st_size
            town.start_gateway()
            await town.alive()
            asked = len(holder.received)
            await until(lambda told=told: b'"log-rolled-back"' in town.log.read_bytes()[told:])
            async with Caller(town) as caller:
                assert_fault(await caller.ask(ORDINARY), "log-rolled-back", town.log)
            assert len(holder.received) == asked
            assert len(town.leaves("zvh")) == backed_up
            [event] = [
                json.loads(line) for line in town.log.read_bytes()[told:].splitlines() if b"witness_size" in line
            ]
            assert (event["witness"], event["witness_size"], event["our_size"]) == (
                witness.url,
                backed_up + 1,
                backed_up,
            )
            town.stop_gateway()
