"""A fresh workbench and its logs for each test: on the engines that its module names in `ENGINES`, else on SQLite.

A test that takes `files` looks at what stands on the disk, so it is about SQLite alone.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.model.codes import Tenant
from gateway.store.postgres.database import read_both
from gateway.store.postgres.schema import migrate
from gateway.store.postgres.shelf import PostgresShelf
from gateway.tlog import Log, Logs
from tests.support.postgres import Server, postgres_server
from tests.unit.tlog.bench import Bench

__all__ = ["postgres_server"]
MARKS = {"postgresql": pytest.mark.part("postgresql")}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        named = getattr(metafunc.module, "ENGINES", ("sqlite",))
        engines = ("sqlite",) if "files" in metafunc.fixturenames else named
        metafunc.parametrize("engine", [pytest.param(each, marks=MARKS.get(each, ())) for each in engines])


@pytest.fixture
def bench(tmp_path: Path, engine: str, request: pytest.FixtureRequest) -> Bench:
    if engine == "sqlite":
        return Bench(tmp_path / "state")
    return postgres_bench(tmp_path, request.getfixturevalue("postgres_server"))


@pytest.fixture
def files(bench: Bench) -> Path:
    return bench.folder


@pytest.fixture
async def logs(bench: Bench) -> AsyncIterator[Logs]:
    logs = await bench.logs()
    yield logs
    logs.close()


@pytest.fixture
async def log(logs: Logs) -> Log:
    return await logs.log(Tenant.ZVH, 2026)


def postgres_bench(folder: Path, server: Server) -> Bench:
    """A workbench whose logs and keys stand in two new databases."""
    databases = read_both(server.fresh(), server.fresh(), development=True)
    for each in databases:
        migrate(each)
    return Bench(folder, open_shelf=lambda _: PostgresShelf(*databases))
