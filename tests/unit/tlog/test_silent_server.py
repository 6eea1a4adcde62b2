"""A PostgreSQL that stays connected and says nothing holds nobody up for ever, and the log comes back by itself."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.store.postgres.database import read_both
from gateway.store.postgres.patient import PatientConnection
from gateway.tlog import Logs
from tests.support.postgres import Server
from tests.unit.tlog.bench import Bench

ENGINES = ("postgresql",)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PatientConnection, "silence", 0.5)


@pytest.fixture
async def logs(bench: Bench) -> AsyncIterator[Logs]:
    logs = await bench.logs()
    yield logs
    logs.close()


@contextmanager
def stopped(*pids: int) -> Iterator[None]:
    """Processes of the server that do nothing for as long as the block."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


async def test_a_record_is_told_unavailable_and_afterwards_the_log_is_opened_anew(bench: Bench, logs: Logs) -> None:
    await bench.append(logs)
    log = logs.opened[Tenant.ZVH, 2026]
    begun = time.monotonic()
    with stopped(log._storage._writer.info.backend_pid):
        with pytest.raises(Fault, match="log-unavailable"):
            await bench.append(logs)
        assert 0.4 < time.monotonic() - begun < 5
        assert log.failure is not None
        assert not await logs.ready()
    await logs.mend()
    assert await logs.ready()
    receipt = await bench.append(logs)
    assert receipt.index in (1, 2), "what came of the record that was given up is not known"


async def test_keys_that_are_silent_hold_nobody_up(bench: Bench, logs: Logs) -> None:
    await bench.append(logs)
    keys = await logs.keys(Tenant.ZVH)
    pids = [each._connection.info.backend_pid for each in (keys._reader, keys._writer)]
    with stopped(*pids), pytest.raises(Fault, match="log-unavailable"):
        await bench.append(logs, case="zaak-2")
    await logs.mend()
    await bench.append(logs, case="zaak-2")


async def test_ready_is_said_within_a_second_or_so(bench: Bench, logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PatientConnection, "silence", 3.0)
    assert await logs.ready()
    with stopped(logs.opened[Tenant.ZVH, 2026]._storage._writer.info.backend_pid):
        begun = time.monotonic()
        assert not await logs.ready()
        assert time.monotonic() - begun < 2


async def test_a_session_that_was_ended_is_found_before_anybody_asks(
    bench: Bench, logs: Logs, postgres_server: Server
) -> None:
    await bench.append(logs)
    log = logs.opened[Tenant.ZVH, 2026]
    assert await logs.ready()
    keys = await logs.keys(Tenant.ZVH)
    for pid in (log._storage._writer.info.backend_pid, keys._writer._connection.info.backend_pid):
        await asyncio.to_thread(postgres_server.run, f"SELECT pg_terminate_backend({pid}, 5000)")
    assert not await logs.ready()
    assert log.failure is not None
    await logs.mend()
    assert await logs.ready()
    await bench.append(logs, case="zaak-2")


def test_what_may_take_long_waits(postgres_server: Server) -> None:
    database, _ = read_both(*[postgres_server.fresh()] * 2, development=True)
    with database.connect() as connection:
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT pg_sleep(1)")
        assert connection.closed
    with database.connect() as connection:
        connection.silence = None
        connection.execute("SELECT pg_sleep(1)")
