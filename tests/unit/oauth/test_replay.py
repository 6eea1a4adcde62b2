"""What counts once counts once: at once, over restarts, and within bounds."""

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw
import pytest

from gateway.crypto.keystore import KeyStore
from gateway.errors import Fault, Unauthenticated
from gateway.store.postgres import replay as postgres_replay
from gateway.store.postgres.database import Database, Schema
from gateway.store.postgres.replay import PostgresReplay
from gateway.store.sqlite import replay as module
from gateway.store.sqlite.replay import ReplayStore
from tests.profiles.world import Clock, World
from tests.support.postgres import Server, make_server

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SECOND = int(NOW.timestamp())
LATER = {"expires": SECOND + 60, "now": SECOND}


def opened(path: Path, *, boot: str = "boot-1", now: datetime = NOW) -> ReplayStore:
    return ReplayStore.open(path / "replay.sqlite", now=now, ahead=10, boot=boot)


def all_bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def abandon(store: ReplayStore) -> None:
    """What is left after kill -9: a file that nobody closed."""
    store._connection.close()


ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.part("postgresql"))]


@pytest.fixture(params=ENGINES)
async def stores(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[list[Any]]:
    """Four that share one memory, as processes do."""
    if request.param == "sqlite":
        stores = [opened(tmp_path) for _ in range(4)]
        yield stores
        for store in stores:
            store.close()
        return
    server: Server = request.getfixturevalue("postgres_server")
    database = Database.read(server.migrated(), Schema.STORE, development=False)
    async with database.pool(most=4) as pool:
        yield [PostgresReplay(pool) for _ in range(4)]


async def test_the_first_time_counts_and_no_other(stores: list[Any]) -> None:
    store, other = stores[:2]
    assert await store.first("proof", "key", "1", **LATER)
    assert not await store.first("proof", "key", "1", **LATER)
    assert not await other.first("proof", "key", "1", **LATER)
    assert await store.first("assertion", "key", "1", **LATER)
    assert await store.first("proof", "other", "1", **LATER)
    assert await store.first("proof", "key", "2", **LATER)


async def test_of_many_at_once_one_is_first(stores: list[Any]) -> None:
    together = threading.Barrier(4)

    def show(store: Any, n: int) -> bool:
        together.wait()
        return asyncio.run(store.first("proof", "key", str(n), **LATER))

    for n in range(50):
        if isinstance(stores[0], ReplayStore):
            with ThreadPoolExecutor(4) as pool:
                answers = list(pool.map(lambda store, n=n: show(store, n), stores))
        else:
            answers = await asyncio.gather(*(store.first("proof", "key", str(n), **LATER) for store in stores))
        assert sum(answers) == 1


async def test_it_is_remembered_over_a_restart_and_over_a_kill(tmp_path: Path) -> None:
    store = opened(tmp_path)
    await store.first("proof", "key", "1", **LATER)
    store.close()
    store = opened(tmp_path)
    assert store.refuses_until == 0
    assert not await store.first("proof", "key", "1", **LATER)
    await store.first("proof", "key", "2", **LATER)
    abandon(store)
    assert not await opened(tmp_path).first("proof", "key", "2", **LATER)


@pytest.mark.part("postgresql")
async def test_what_was_accepted_is_remembered_over_a_crash_of_the_server() -> None:
    """Why nothing is refused for its age afterwards: no proof was believed that was not on disk."""
    server = make_server()
    server.start()
    try:
        database = Database.read(server.migrated(), Schema.STORE, development=False)
        async with database.pool(most=2) as pool:
            store = PostgresReplay(pool)
            accepted = [str(n) for n in range(20) if await store.first("proof", "key", str(n), **LATER)]
            server.kill()
            with pytest.raises(Fault, match="replay-unavailable"):
                await store.first("proof", "key", "20", **LATER)
        server.start()
        async with database.pool(most=2) as pool:
            store = PostgresReplay(pool)
            assert store.refuses_until == 0
            assert [jti for jti in accepted if await store.first("proof", "key", jti, **LATER)] == []
    finally:
        server.stop()


@pytest.mark.parametrize(("boot", "margin"), [("boot-1", 0), ("boot-2", 10), ("", 10)])
def test_after_an_unclean_stop_what_was_made_before_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, boot: str, margin: int
) -> None:
    """After another boot a power cut may have lost the last moments, also of callers whose clocks run ahead."""
    abandon(opened(tmp_path))
    monkeypatch.setattr(module, "BOOT", tmp_path / "absent")
    store = opened(tmp_path, boot=boot)
    assert store.refuses_until == SECOND + margin
    store.close()
    assert opened(tmp_path).refuses_until == 0


def test_a_first_start_refuses_nothing(tmp_path: Path) -> None:
    assert opened(tmp_path).refuses_until == 0


async def test_both_doors_keep_it(tmp_path: Path, keys: KeyStore) -> None:
    abandon(opened(tmp_path))
    clock = Clock(NOW)
    world = World(keys, opened(tmp_path), clock)
    early = world.partner.assertion()
    status, body = await world.request(early)
    assert (status, body["code"]) == (400, "assertion-before-start")
    before = world.partner.proof()
    clock.pass_(1)
    status, body = await world.request(proof=before)
    assert (status, body["code"]) == (400, "dpop-before-start")
    token = await world.token()
    with pytest.raises(Unauthenticated, match="dpop-before-start"):
        await world.enter(token, iat=clock.seconds - 1)
    assert (await world.enter(token)).client_id == world.partner.id


@pytest.mark.part("postgresql")
async def test_in_postgresql_what_expired_is_forgotten_by_whoever_comes(
    postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_replay, "PURGE_EVERY", 20)
    database = Database.read(postgres_server.migrated(), Schema.STORE, development=False)
    async with database.pool(most=2) as pool:
        stores = PostgresReplay(pool), PostgresReplay(pool)
        for n in range(60):
            assert await stores[n % 2].first("proof", "key", str(n), expires=SECOND + n, now=SECOND + n)
        async with pool.connection() as connection:
            [[left]] = await (await connection.execute("SELECT count(*) FROM seen")).fetchall()
        assert left <= 42
        assert not await stores[0].first("proof", "key", "59", expires=SECOND + 59, now=SECOND + 59)


@pytest.mark.part("postgresql")
async def test_in_postgresql_nothing_is_accepted_beyond_its_room_until_there_is_some(
    postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_replay, "MAX_ROWS", 3)
    database = Database.read(postgres_server.migrated(), Schema.STORE, development=False)
    async with database.pool(most=2) as pool:
        store = PostgresReplay(pool)
        for n in range(3):
            assert await store.first("proof", "key", str(n), **LATER)
        await store.purge(now=SECOND)
        with pytest.raises(Fault, match="replay-unavailable: more proofs are remembered"):
            await store.first("proof", "key", "4", **LATER)
        assert await store.first("proof", "key", "4", expires=SECOND + 200, now=SECOND + 100)


async def test_what_expired_is_forgotten_in_small_bites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PURGE_EVERY", 20)
    store = opened(tmp_path)
    for n in range(100):
        await store.first("proof", "key", str(n), expires=SECOND + n, now=SECOND + n)
    rows = store._connection.execute("SELECT count(*) FROM seen").get
    assert rows == store._rows <= 21
    assert not await store.first("proof", "key", "99", expires=SECOND + 99, now=SECOND + 99)


async def test_beyond_its_room_nothing_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ROWS", 3)
    store = opened(tmp_path)
    for n in range(3):
        assert await store.first("proof", "key", str(n), **LATER)
    with pytest.raises(Fault, match="replay-unavailable"):
        await store.first("proof", "key", "4", **LATER)
    assert store._rows == 3


async def test_a_store_that_fails_is_a_fault(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store._connection.execute("DROP TABLE seen")
    with pytest.raises(Fault, match="replay-unavailable"):
        await store.first("proof", "key", "1", **LATER)
    (tmp_path / "replay.sqlite").write_bytes(b"no database" * 1000)
    abandon(store)
    with pytest.raises(Fault, match="replay-unavailable"):
        opened(tmp_path)


async def test_a_full_disk_is_told_as_one(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store._connection.pragma("max_page_count", store._connection.pragma("page_count"))

    async def fill() -> None:
        for n in range(10_000):
            await store.first("proof", "key", str(n), **LATER)

    with pytest.raises(Fault, match="disk-full"):
        await fill()


async def test_nothing_of_a_caller_stands_in_the_file(tmp_path: Path) -> None:
    store = opened(tmp_path)
    await store.first("assertion", "herkenbaar-client", "herkenbaar-jti", **LATER)
    store.close()
    assert b"herkenbaar" not in all_bytes(tmp_path)
    assert apsw.Connection(str(tmp_path / "replay.sqlite")).execute("SELECT length(key) FROM seen").get == 32
