"""The log by itself: durable records a second, beside what this disk does at all.

Rules: the log is the gateway's own, on SQLite with FULL; "waiting" is how many callers wait for their record at any
moment, each handing over the next one as soon as it has its receipt. Beside it, in the same rounds and folder:
fdatasync of 4 KiB, and plain inserts of as many rows with as many bytes in one transaction of FULL, without tree,
signature or encryption.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import apsw
from timing import Extent, Times

from gateway.app import SystemClock, Uuid7
from gateway.crypto.keys import PrivateKey
from gateway.crypto.notes import NoteSigner
from gateway.model.codes import Tenant
from gateway.model.record import NewRecord
from gateway.store.shelf import SqliteShelf
from gateway.store.sqlite import Durability, open_database
from gateway.tlog.logs import Logs

DISCLOSURE, SMALL_RECORD, PLAIN_INSERT = "disclosure", "small record", "plain insert"
PLAIN = ("CREATE TABLE plain (id INTEGER PRIMARY KEY, content BLOB)",)
DISCLOSURE, SMALL_RECORD, PLAIN_INSERT = "disclosure", "small record", "plain insert"
WAITING = (1, 64, 512)
BLOCK = b"\0" * 4096
SMALL = 569
"""Bytes of a body, as in the prototype that `make bench` is compared with; without an answer to keep."""


async def measure(folder: Path, disclosure: NewRecord, extent: Extent) -> dict[str, Any]:
    """`fdatasync_4k`, and for each number of waiting callers durable records a second: of a disclosure, of a small
    record without an answer, and plain rows.
    """
    small = replace(disclosure, body=b"x" * SMALL, outbox=None)
    size = len(disclosure.body) + len(disclosure.outbox.answer if disclosure.outbox else b"")
    rates: dict[tuple[str, int], list[float]] = {}
    synced = Times()
    plain = open_database(folder / "plain.sqlite", Durability.FULL, PLAIN)
    async with open_logs(folder / "log") as logs:
        for _ in range(extent.rounds):
            synced.rounds.append(_sync(folder / "block", extent.samples))
            for waiting in WAITING:
                for name, record in ((DISCLOSURE, disclosure), (SMALL_RECORD, small)):
                    rate = await _append(logs, record, waiting, extent.seconds)
                    rates.setdefault((name, waiting), []).append(rate)
                rate = _insert(plain, os.urandom(size), waiting, extent.seconds)
                rates.setdefault((PLAIN_INSERT, waiting), []).append(rate)
    plain.close()
    sizes = {DISCLOSURE: size, SMALL_RECORD: SMALL, PLAIN_INSERT: size}
    sizes = {DISCLOSURE: size, SMALL_RECORD: SMALL, PLAIN_INSERT: size}
    told = [{"what": name, "waiting": waiting, "per_second": round(median(r))} for (name, waiting), r in rates.items()]
    return {"fdatasync_4k": synced.told(), "bytes": sizes, "durable": told}


@asynccontextmanager
async def open_logs(folder: Path) -> AsyncIterator[Logs]:
    """Logs of their own, under a key made for them."""
    key = PrivateKey.generate("Ed25519")
    logs = Logs(
        shelf=SqliteShelf(folder),
        host="bench.localhost",
        signer=lambda _, origin: NoteSigner(origin, key),
        clock=SystemClock(),
        identifiers=Uuid7(),
        randomness=os.urandom,
        queue=max(WAITING),
    )
    try:
        await logs.start()
        yield logs
    finally:
        logs.close()


async def _append(logs: Logs, record: NewRecord, waiting: int, seconds: float) -> float:
    identifiers, now, count = Uuid7(), SystemClock().now(), 0
    fresh = _fresh(record, identifiers.new)
    begun = time.perf_counter()

    async def append() -> None:
        nonlocal count
        while time.perf_counter() - begun < seconds:
            await logs.append(Tenant.ZVH, now, fresh())
            count += 1

    await asyncio.gather(*(append() for _ in range(waiting)))
    return count / (time.perf_counter() - begun)


def _fresh(record: NewRecord, new: Callable[[], str]) -> Callable[[], NewRecord]:
    def make() -> NewRecord:
        id = new()
        return replace(record, request_id=id, outbox=record.outbox and replace(record.outbox, idempotency_hash=id))

    return make


def _sync(path: Path, count: int) -> list[float]:
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
