"""The same counters in PostgreSQL, for any number of gateways."""

import asyncio
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.counted import Counted, Passage, day_of_request
from gateway.store.postgres.counters import PostgresCounters, read_shared_counters
from gateway.store.postgres.database import read_both
from gateway.store.postgres.schema import migrate
from tests.support.postgres import Server, postgres_server

__all__ = ["postgres_server"]
pytestmark = pytest.mark.part("postgresql")
ID = "01999999-0000-7000-8000-000000000001"
LEFT = Counted(Passage.RELEASED, ID, Tenant.ZVH, "00000001800000001000", digest="ab" * 32)
ASKED = Counted(Passage.ASKED, ID, Tenant.ZVH, "00000001800000002000", "toezicht")


async def test_gateways_count_a_passage_once_between_them(postgres_server: Server) -> None:
    store, _ = read_both(url := postgres_server.migrated(), url, development=False)
    async with store.pool(most=4) as one, store.pool(most=4) as other:
        gateways = [PostgresCounters(one), PostgresCounters(other)]
        await asyncio.gather(*(each.count(passing) for each in gateways for passing in (LEFT, ASKED) * 5))
    tally = read_shared_counters(store)
    assert sorted(map(repr, tally.counted)) == sorted(map(repr, (LEFT, ASKED)))
    assert tally.since is not None
    assert read_shared_counters(store, day_of_request(ID)).counted == tally.counted
    assert read_shared_counters(store, day_of_request(ID) + timedelta(days=1)).counted == []


async def test_only_the_count_itself_does_not_wait_for_the_disk(postgres_server: Server) -> None:
    """What the same session commits next does: a proof that was shown, say."""
    store, _ = read_both(url := postgres_server.migrated(), url, development=False)
    async with store.pool(most=1) as pool:
        await PostgresCounters(pool).count(LEFT)
        async with pool.connection() as connection:
            [shown] = await (await connection.execute("SHOW synchronous_commit")).fetchall()
    assert shown == ("on",)


async def test_a_gateway_s_role_adds_and_takes_nothing_away(postgres_server: Server) -> None:
    store, _ = read_both(url := postgres_server.migrated(), url, development=False)
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("DROP ROLE IF EXISTS counting_gateway")
        admin.execute("CREATE ROLE counting_gateway LOGIN")
    migrate(store, role="counting_gateway")
    theirs, _ = read_both(mine := url.replace("postgres@", "counting_gateway@"), mine, development=False)
    async with theirs.pool(most=1) as pool:
        await PostgresCounters(pool).count(LEFT)
    with closing(theirs.connect()) as connection:
        for statement in ("DELETE FROM counted", "UPDATE counted SET party = ''", "UPDATE counting SET since = now()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
    assert read_shared_counters(theirs).counted == [LEFT]


async def test_what_cannot_be_counted_is_a_fault(postgres_server: Server) -> None:
    store, _ = read_both(url := postgres_server.migrated(), url, development=False)
    with closing(store.connect()) as connection:
        connection.execute("DROP TABLE counted")
    async with store.pool(most=1) as pool:
        with pytest.raises(Fault, match="counters-unavailable"):
            await PostgresCounters(pool).count(LEFT)
    with pytest.raises(Fault, match="counters-unavailable"):
        read_shared_counters(store)
