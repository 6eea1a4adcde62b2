"""A log that several may write, opened while another writes: what came meanwhile is no damage, damage still is."""

import asyncio
from collections.abc import Callable
from typing import Any

import apsw
import pytest

from gateway.errors import Fault
from gateway.store.sqlite.log import SqliteLogStorage
from gateway.store.sqlite.shelf import SharedShelf
from gateway.tlog import Logs
from tests.unit.tlog.bench import HOST, Bench, Chance

STREAM = "audit-zvh"


class Growing:
    """A storage that another process adds to between any two looks at it."""

    def __init__(self, storage: SqliteLogStorage, grow: Callable[[], None]) -> None:
        self._storage, self._grow = storage, grow

    def tile(self, level: int, index: int) -> bytes | None:
        self._grow()
        return self._storage.tile(level, index)

    def entries(self, start: int, count: int) -> list[bytes]:
        self._grow()
        return self._storage.entries(start, count)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)


class GrowingShelf(SharedShelf):
    grow: Callable[[], None]

    def storage(self, stream: str, year: int) -> Any:
        return Growing(super().storage(stream, year), self.grow)


def open_beside(bench: Bench, shelf: SharedShelf, seed: int) -> Logs:
    chance = Chance(seed)
    return Logs(
        shelf=shelf,
        host=HOST,
        signer=lambda stream, origin: bench._key(stream, origin, b""),
        clock=bench.clock,
        identifiers=chance,
        randomness=chance,
        queue=64,
        streams=(STREAM,),
    )


@pytest.mark.parametrize("before", [1, 3, 255, 256, 257])
async def test_what_is_added_while_it_is_opened_is_no_damage(bench: Bench, before: int) -> None:
    writing = open_beside(bench, SharedShelf(bench.folder), 1)
    for part in range(0, before, 64):
        await asyncio.gather(*(bench.append(writing, STREAM) for _ in range(min(64, before - part))))
    loop = asyncio.get_running_loop()

    def grow() -> None:
        asyncio.run_coroutine_threadsafe(bench.append(writing, STREAM), loop).result(20)

    shelf = GrowingShelf(bench.folder)
    shelf.grow = grow
    opened = open_beside(bench, shelf, 2)
    receipt = await bench.append(opened, STREAM)
    log = next(iter(writing.opened.values()))
    assert receipt.index == log.size - 1 > before
    assert (await bench.append(writing, STREAM)).index == receipt.index + 1
    for logs in (opened, writing):
        logs.close()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE tiles SET hashes = CAST(x'00' || substr(hashes, 2) AS BLOB) WHERE place = 0",
        "UPDATE entries SET leaf = CAST(leaf || x'20' AS BLOB) WHERE idx = 2",
        "DELETE FROM entries WHERE idx = 2",
        "DELETE FROM tiles",
    ],
)
async def test_damage_of_a_shared_log_is_damage(bench: Bench, sql: str) -> None:
    logs = open_beside(bench, SharedShelf(bench.folder), 1)
    for _ in range(3):
        await bench.append(logs, STREAM)
    logs.close()
    [path] = (bench.folder / "log").glob(f"{STREAM}-*.sqlite")
    file = apsw.Connection(str(path))
    file.execute(sql)
    file.close()
    again = open_beside(bench, SharedShelf(bench.folder), 2)
    with pytest.raises(Fault, match="log-damaged"):
        await bench.append(again, STREAM)
    again.close()
