"""The log by itself on SQLite: durable records a second, and how long one waits at a hundred a second.

Rules: the log is the gateway's own, with FULL; "waiting" is how many callers wait for their record at any moment, each
handing over the next one as soon as it has its receipt. Beside it, in the same rounds and folder: fdatasync of 4 KiB,
and plain inserts of as many rows with as many bytes in one transaction of FULL, without tree, signature or encryption.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import apsw
from timing import Extent, Times

from gateway.app import SystemClock, Uuid7
from gateway.crypto.keys import PrivateKey
from gateway.crypto.notes import NoteSigner
from gateway.model.record import NewRecord, OutboxRow, RecordClass
from gateway.store.sqlite.database import Durability, open_database
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.tlog.logs import Logs
from gateway.tlog.ports import Shelf

DISCLOSURE, SMALL_RECORD, PLAIN_INSERT = "disclosure", "small record", "plain insert"
PLAIN = ("CREATE TABLE plain (id INTEGER PRIMARY KEY, content BLOB)",)
STREAM = "zvh"
WAITING = (1, 64, 512)
STEADY = 100
BLOCK = b"\0" * 4096
SMALL = 569
"""Bytes of a body without an answer to keep."""
BODY, ANSWER = 4_900, 2_400
"""Bytes of the body and of the kept answer of a disclosure of two fields."""


def small_record() -> NewRecord:
    return NewRecord(RecordClass.VERSTREKKING, "", "sha256:bench", False, b"x" * SMALL, subject="v1:nobody", case="1")


def disclosure_record() -> NewRecord:
    later = SystemClock().now() + timedelta(hours=24)
    outbox = OutboxRow("bench", "", "hmac", "0" * 20, "0" * 20, b"x" * ANSWER, later)
    return replace(small_record(), body=b"x" * BODY, released=b"x" * ANSWER, outbox=outbox)


async def measure(folder: Path, extent: Extent) -> dict[str, Any]:
    """`fdatasync_4k`, and for each number of waiting callers durable records a second: of a disclosure, of a small
    record without an answer, and plain rows.
    """
    records = {DISCLOSURE: disclosure_record(), SMALL_RECORD: small_record()}
    rates: dict[tuple[str, int], list[float]] = {}
    synced = Times()
    plain = open_database(folder / "plain.sqlite", Durability.FULL, PLAIN)
    async with open_logs(SqliteShelf(folder / "log"), STREAM, PrivateKey.generate("Ed25519")) as logs:
        for _ in range(extent.rounds):
            synced.rounds.append(sync(folder / "block", extent.samples))
            for waiting in WAITING:
                for name, record in records.items():
                    rate = await append_all(logs, STREAM, record, waiting, extent.seconds)
                    rates.setdefault((name, waiting), []).append(rate)
                rate = _insert(plain, os.urandom(SMALL), waiting, extent.seconds)
                rates.setdefault((PLAIN_INSERT, waiting), []).append(rate)
    plain.close()
    sizes = {DISCLOSURE: BODY + ANSWER, SMALL_RECORD: SMALL, PLAIN_INSERT: SMALL}
    told = [{"what": name, "waiting": waiting, "per_second": round(median(r))} for (name, waiting), r in rates.items()]
    return {"fdatasync_4k": synced.told(), "bytes": sizes, "durable": told}


async def steady(folder: Path, extent: Extent) -> dict[str, Any]:
    """How long a record takes to be acknowledged while `STEADY` a second come, whatever the log does: a small one, and
    that of a disclosure.
    """
    records = {DISCLOSURE: disclosure_record(), SMALL_RECORD: small_record()}
    times, synced = {name: Times() for name in records}, Times()
    async with open_logs(SqliteShelf(folder / "log"), STREAM, PrivateKey.generate("Ed25519")) as logs:
        for _ in range(extent.rounds):
            synced.rounds.append(sync(folder / "block", extent.samples))
            for name, record in records.items():
                times[name].rounds.append(await _at_a_pace(logs, record, 4 * extent.seconds))
    told = {name: each.told() for name, each in times.items()}
    return {"a_second": STEADY, "acknowledged": told, "fdatasync_4k": synced.told()}


@asynccontextmanager
async def open_logs(shelf: Shelf, stream: str, key: PrivateKey) -> AsyncIterator[Logs]:
    """The logs of one stream."""
    logs = Logs(
        shelf=shelf,
        host="bench.localhost",
        signer=lambda _, origin: NoteSigner(origin, key),
        clock=SystemClock(),
        identifiers=Uuid7(),
        randomness=os.urandom,
        queue=max(WAITING),
        streams=(stream,),
    )
    try:
        await logs.start()
        yield logs
    finally:
        logs.close()


async def append_all(logs: Logs, stream: str, record: NewRecord, waiting: int, seconds: float) -> float:
    """Records a second while `waiting` callers each hand over the next one at once."""
    now, count = SystemClock().now(), 0
    fresh = _fresh(record)
    begun = time.perf_counter()

    async def append() -> None:
        nonlocal count
        while time.perf_counter() - begun < seconds:
            await logs.append(stream, now, fresh())
            count += 1

    await asyncio.gather(*(append() for _ in range(waiting)))
    return count / (time.perf_counter() - begun)


async def _at_a_pace(logs: Logs, record: NewRecord, seconds: float) -> list[float]:
    """Seconds from handing a record over until it was acknowledged. A thread keeps the pace, whatever the log does: a
    loop's own timers are too coarse.
    """
    fresh, now, taken = _fresh(record), SystemClock().now(), []
    count, begun, loop, done = int(seconds * STEADY), time.perf_counter(), asyncio.get_running_loop(), asyncio.Event()

    async def append() -> None:
        record, handed_over = fresh(), time.perf_counter()
        await logs.append(STREAM, now, record)
        taken.append(time.perf_counter() - handed_over)
        if len(taken) == count:
            done.set()

    def keep_pace() -> None:
        for number in range(count):
            time.sleep(max(0.0, begun + number / STEADY - time.perf_counter()))
            asyncio.run_coroutine_threadsafe(append(), loop)

    await asyncio.to_thread(keep_pace)
    await done.wait()
    return taken


def _fresh(record: NewRecord) -> Callable[[], NewRecord]:
    new = Uuid7().new

    def make() -> NewRecord:
        id = new()
        return replace(record, request_id=id, outbox=record.outbox and replace(record.outbox, idempotency_hash=id))

    return make


def sync(path: Path, count: int) -> list[float]:
    """Seconds of each of `count` writes of 4 KiB with fdatasync."""
    samples = []
    with path.open("ab", buffering=0) as file:
        for _ in range(count):
            begun = time.perf_counter()
            file.write(BLOCK)
            os.fdatasync(file.fileno())
            samples.append(time.perf_counter() - begun)
    return samples


def _insert(connection: apsw.Connection, content: bytes, batch: int, seconds: float) -> float:
    rows, count = [(content,)] * batch, 0
    begun = time.perf_counter()
    while (taken := time.perf_counter() - begun) < seconds:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO plain (content) VALUES (?)", rows)
        connection.execute("COMMIT")
        count += batch
    return count / taken
