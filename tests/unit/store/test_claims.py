"""A key is answered by one arrival at a time, whichever gateway it reaches, and no gateway that died keeps it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.errors import Fault, InFlight
from gateway.store.claims import MemoryClaims
from gateway.store.postgres.claims import PostgresClaims
from gateway.store.postgres.database import Database, Schema
from tests.support.postgres import Server

ENGINES = ["memory", pytest.param("postgresql", marks=pytest.mark.part("postgresql"))]
FOR_EVER: list[Any] = []
IN_POSTGRESQL = pytest.mark.part("postgresql")


@pytest.fixture
async def pool(postgres_server: Server) -> AsyncIterator[Any]:
    database = Database.read(postgres_server.migrated(), Schema.STORE, development=False)
    async with database.pool(most=4) as pool:
        yield pool


@pytest.fixture(params=ENGINES)
def claims(request: pytest.FixtureRequest) -> Any:
    return MemoryClaims() if request.param == "memory" else PostgresClaims(request.getfixturevalue("pool"))


async def rows(pool: Any) -> int:
    async with pool.connection() as connection:
        [[count]] = await (await connection.execute("SELECT count(*) FROM claims")).fetchall()
    return count


async def test_a_second_arrival_is_told(claims: Any) -> None:
    async with claims.hold("voorbeeldstad", "k1"):
        with pytest.raises(InFlight, match="in-flight"):
            await claims.hold("voorbeeldstad", "k1").__aenter__()
        async with claims.hold("voorbeeldstad", "k2"), claims.hold("elders", "k1"):
            pass


async def test_what_was_answered_or_failed_may_come_again(claims: Any) -> None:
    async with claims.hold("voorbeeldstad", "k1"):
        pass
    with pytest.raises(Fault, match="holder-timeout"):
        async with claims.hold("voorbeeldstad", "k1"):
            raise Fault("holder-timeout")
    async with claims.hold("voorbeeldstad", "k1"):
        pass


async def test_of_many_at_once_one_holds(claims: Any) -> None:
    refused = 0

    async def arrive() -> None:
        nonlocal refused
        try:
            async with claims.hold("voorbeeldstad", "k1"):
                await held.wait()
        except InFlight:
            refused += 1
            if refused == 7:
                held.set()

    held = asyncio.Event()
    await asyncio.gather(*(arrive() for _ in range(8)))
    assert refused == 7


@IN_POSTGRESQL
async def test_of_many_gateways_one_holds(pool: Any) -> None:
    gateways = [PostgresClaims(pool) for _ in range(4)]
    for n in range(10):
        entered = await asyncio.gather(*(attempt(each, str(n)) for each in gateways))
        assert sum(entered) == 1
    assert await rows(pool) == 10


async def attempt(claims: PostgresClaims, key: str) -> bool:
    """Take a key and never let go of it."""
    holding = claims.hold("voorbeeldstad", key)
    try:
        await holding.__aenter__()
    except InFlight:
        return False
    FOR_EVER.append(holding)
    return True


@IN_POSTGRESQL
async def test_what_a_dead_gateway_held_ends_by_itself_and_what_a_living_one_holds_does_not(pool: Any) -> None:
    dead, living, other = PostgresClaims(pool, life=0.4), PostgresClaims(pool, life=0.4), PostgresClaims(pool)
    assert await attempt(dead, "k1")
    assert await attempt(living, "k2")
    for _ in range(4):
        await asyncio.sleep(0.15)
        await living.renew()
    assert await attempt(other, "k1")
    assert not await attempt(other, "k2")


@IN_POSTGRESQL
async def test_one_whose_claim_was_taken_over_does_not_let_go_of_it(pool: Any) -> None:
    slow, other = PostgresClaims(pool, life=0), PostgresClaims(pool)
    async with slow.hold("voorbeeldstad", "k1"):
        assert await attempt(other, "k1")
    assert not await attempt(PostgresClaims(pool), "k1")


@IN_POSTGRESQL
async def test_what_was_left_behind_is_forgotten_by_whoever_renews(pool: Any) -> None:
    assert await attempt(PostgresClaims(pool, life=0), "k1")
    assert await rows(pool) == 1
    await PostgresClaims(pool).renew()
    assert await rows(pool) == 0


@IN_POSTGRESQL
async def test_without_the_database_nothing_is_held_and_a_claim_is_let_go_of(postgres_server: Server) -> None:
    database = Database.read(postgres_server.migrated(), Schema.STORE, development=False)
    async with database.pool(most=1) as pool:
        claims = PostgresClaims(pool)
        async with claims.hold("voorbeeldstad", "k1"):
            postgres_server.run("ALTER TABLE sluis.claims RENAME TO elsewhere", name=database.name)
        with pytest.raises(Fault, match=r"store-unavailable: PostgreSQL: .* \(SQLSTATE 42P01\)"):
            await claims.hold("voorbeeldstad", "k2").__aenter__()
        postgres_server.run("ALTER TABLE sluis.elsewhere RENAME TO claims", name=database.name)
        async with claims.hold("voorbeeldstad", "k1"), claims.hold("voorbeeldstad", "k2"):
            pass
