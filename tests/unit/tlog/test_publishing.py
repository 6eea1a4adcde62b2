"""When logs are published, and what may not be released for want of a quorum."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.tlog import Logs
from gateway.tlog.guarded import GuardedRecords
from gateway.tlog.publication.doors import Reply
from gateway.tlog.publication.publisher import Vouching
from gateway.tlog.publication.publishing import Pace, Publishing
from tests.unit.tlog.bench import Bench
from tests.unit.tlog.publication import FAST, ORIGIN, ZVH, Press

ENGINES = ("sqlite", "postgresql")
HOUR = timedelta(hours=1)


@pytest.fixture
def press(bench: Bench) -> Press:
    return Press(bench)


@asynccontextmanager
async def publishing(press: Press, logs: Logs, pace: Pace = FAST, *aside: Logs) -> AsyncIterator[Publishing]:
    running = press.publishing(logs, pace, *aside)
    task = asyncio.create_task(running.run())
    try:
        yield running
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - there is nobody who could set an event
            await asyncio.sleep(0.005)


def stale(running: Publishing, stream: str = Tenant.ZVH) -> str:
    try:
        running.check(stream)
    except Fault as fault:
        return fault.code
    return ""


def set_down(press: Press, down: bool, count: int = 2) -> None:
    for witness in press.witnesses[:count]:
        witness.down = down


async def test_nothing_is_released_before_a_quorum_answered_once(press: Press, logs: Logs):
    set_down(press, True)
    async with publishing(press, logs) as running:
        assert stale(running) == "witness-stale"
        await until(lambda: press.witnesses[0].asked)
        assert not running.fresh
        records = GuardedRecords(logs, press.bench.folder, 1, running)
        with pytest.raises(Fault, match="witness-stale"):
            await records.append(Tenant.ZVH, press.bench.clock.now(), press.bench.record())
        assert logs.opened[ZVH].size == 0
        set_down(press, False)
        await until(lambda: running.fresh)
        await records.append(Tenant.ZVH, press.bench.clock.now(), press.bench.record())
        await until(lambda: press.witnesses[2].seen[ORIGIN][0] == 1)


async def test_one_of_three_that_is_down_hinders_nobody(press: Press, logs: Logs):
    set_down(press, True, count=1)
    async with publishing(press, logs) as running:
        await until(lambda: running.fresh)


async def test_releases_stop_at_the_age_and_come_back_by_themselves(press: Press, logs: Logs):
    clock, age = press.bench.clock, timedelta(seconds=2)
    with structlog.testing.capture_logs() as told:
        async with publishing(press, logs, Pace(interval=0.01, age=age)) as running:
            await until(lambda: running.fresh)
            records = GuardedRecords(logs, press.bench.folder, 1, running)
            kept = await records.append(Tenant.ZVH, clock.now(), press.bench.record(outbox=press.bench.outbox()))
            set_down(press, True, count=3)
            clock.moment += age
            assert stale(running) == ""
            clock.moment += timedelta(seconds=1)
            for asked in (
                records.answered("client-1", "key-1"),
                records.disclosure(kept.leaf.request_id),
                records.append(Tenant.ZVH, clock.now(), press.bench.record()),
            ):
                with pytest.raises(Fault, match="witness-stale"):
                    await asked
            assert await records.answered("client-1", "key-2") is None
            await until(lambda: {"witness-stale", "witness-silent"} <= {each["event"] for each in told})
            set_down(press, False, count=3)
            await until(lambda: running.fresh)
            assert await records.answered("client-1", "key-1") is not None
            await records.append(Tenant.ZVH, clock.now(), press.bench.record())
            await until(lambda: "witness-fresh" in [each["event"] for each in told])


async def test_a_quorum_is_renewed_while_nothing_grows(press: Press, logs: Logs):
    async with publishing(press, logs, Pace(interval=0.01, age=timedelta(seconds=0.5))) as running:
        await until(lambda: running.fresh)
        first = len(press.witnesses[0].asked)
        await until(lambda: len(press.witnesses[0].asked) > first + 3)
        assert logs.opened[ZVH].size == 0


async def test_growth_is_published_at_once_and_at_most_once_an_interval(press: Press, logs: Logs):
    async with publishing(press, logs, Pace(interval=1.0, age=HOUR)) as running:
        await until(lambda: running.fresh)
        await asyncio.sleep(1.1)
        asked = len(press.witnesses[0].asked)
        begun, records = time.monotonic(), GuardedRecords(logs, press.bench.folder, 1, running)
        for _ in range(3):
            await records.append(Tenant.ZVH, press.bench.clock.now(), press.bench.record())
            await until(lambda: press.witnesses[0].seen[ORIGIN][0] > 0)
        assert time.monotonic() - begun < 0.9, "growth waited for the interval"
        assert len(press.witnesses[0].asked) == asked + 1
        await until(lambda: press.witnesses[0].seen[ORIGIN][0] == 3)
        assert time.monotonic() - begun >= 0.9
        assert len(press.witnesses[0].asked) == asked + 2


async def test_one_log_that_was_rolled_back_stops_all(press: Press, logs: Logs):
    def ahead_of_zvh(body: bytes) -> Reply:
        witness = press.witnesses[0]
        return Reply(409, b"12\n") if ORIGIN.encode() in body else witness.honestly(body)

    press.witnesses[0].lie = ahead_of_zvh
    with structlog.testing.capture_logs() as told:
        async with publishing(press, logs) as running:
            await until(lambda: stale(running) == "log-rolled-back")
            assert stale(running, Tenant.GEMEENTE) == "log-rolled-back"
            assert not running.fresh
    [event] = [each for each in told if each["event"] == "log-rolled-back"]
    assert (event["witness"], event["witness_size"], event["our_size"]) == ("https://w0.example", 12, 0)
    assert event["log"] == ORIGIN


async def test_without_a_policy_everything_is_published_and_nothing_waits(press: Press, logs: Logs):
    running = press.publishing(logs)
    running._vouching = Vouching(None, None)
    task = asyncio.create_task(running.run())
    await until(lambda: logs.opened[ZVH].published())
    assert running.fresh
    await press.bench.append(logs)
    await until(lambda: (logs.opened[ZVH].published() or 0).size == 1)
    assert logs.opened[ZVH].published().witnessed_at is None
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_year_that_begins_is_witnessed_without_anybody_asking(press: Press, logs: Logs):
    press.bench.clock.moment = datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)
    async with publishing(press, logs) as running:
        await until(lambda: running.fresh)
        press.bench.clock.moment = datetime(2026, 12, 31, 23, 0, 1, tzinfo=UTC)
        assert stale(running) == "witness-stale"
        await until(lambda: running.fresh)
        assert press.witnesses[0].seen["log.example/zvh/2027"][0] == 1
        await until(lambda: press.witnesses[0].seen[ORIGIN][0] == 1)
        await until(lambda: running._tasks[ZVH].done())
        published = logs.opened[ZVH].published()
        assert published is not None
        assert logs.opened[ZVH].closed
        assert published.size == 1
