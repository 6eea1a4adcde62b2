"""A fresh workbench and its logs for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.model.codes import Tenant
from gateway.tlog import Log, Logs
from tests.unit.tlog.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "state")


@pytest.fixture
async def logs(bench: Bench) -> AsyncIterator[Logs]:
    logs = await bench.logs()
    yield logs
    logs.close()


@pytest.fixture
async def log(logs: Logs) -> Log:
    return await logs.log(Tenant.ZVH, 2026)
