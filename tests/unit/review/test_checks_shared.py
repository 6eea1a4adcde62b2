"""The same check where the logs stand in PostgreSQL: read in one process, beside whoever writes."""

import asyncio
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.model.codes import Tenant
from gateway.review.checks.judging import Found, Judge, Judgement
from gateway.review.checks.outcome import Verdict
from gateway.review.checks.seals import read_seals
from gateway.review.checks.steps import Steps
from gateway.tlog.at_rest import ReadableLog
from gateway.verify.keys import VerifierKey
from gateway.verify.trust import Reader
from tests.support.postgres import Server, postgres_server
from tests.unit.tlog.conftest import postgres_bench
from tests.unit.verify.oracle import Key

__all__ = ["postgres_server"]
pytestmark = pytest.mark.part("postgresql")


def trust(stream: str, log: ReadableLog) -> Reader:
    head = log.state()
    origin = head.checkpoint.partition("\n")[0] if head else "none"
    return Reader([VerifierKey.parse(Key(origin, hashlib.sha256(stream.encode()).digest()).vkey)])


async def test_logs_in_a_database(tmp_path: Path, postgres_server: Server) -> None:
    bench = postgres_bench(tmp_path, postgres_server)
    logs = await bench.logs()
    await asyncio.gather(*(bench.append(logs) for _ in range(30)))
    seal = (await logs.log(Tenant.ZVH, 2026)).checkpoint
    await bench.append(logs)
    judge = Judge(bench.open_shelf(tmp_path), trust, alone=True, now=lambda: datetime(2026, 11, 26, tzinfo=UTC))
    into = Judgement()
    await asyncio.to_thread(judge.judge, Tenant.ZVH, read_seals(seal, Tenant.ZVH), Steps(), into)
    assert (into.records, into.compared, into.since) == (31, 1, (None, 30, 2026))
    logs._keys[Tenant.ZVH].destroy([row[2] for row in judge._logs.storage(Tenant.ZVH, 2026).bodies(3, 1).values()])
    with pytest.raises(Found) as found:
        await asyncio.to_thread(judge.judge, Tenant.ZVH, [], Steps(), Judgement())
    assert (found.value.verdict, found.value.wrong.code) == (Verdict.BROKEN, "body-key-missing")
    logs.close()
