"""Desks in a browser: one over a year of requests, one over nothing at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.sandbox.town import prepare
from gateway.sandbox.year import write_year
from tests.support.chromium import Browsing, browsing
from tests.support.desk import opened, settings_of
from tests.support.simulators import SettableClock

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def made(state: Path, *, year: bool) -> Path:
    """A state folder, with a small year of requests in it or without any."""
    settings = settings_of(state)
    prepare(settings, "http://127.0.0.1:1")
    if year:
        asyncio.run(write_year(settings, NOW, holder_url="http://127.0.0.1:1", size=0.06))
    return state


@asynccontextmanager
async def shown(state: Path) -> AsyncIterator[Browsing]:
    async with opened(state, clock=SettableClock(NOW)) as desk, browsing(desk) as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def many(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browsing]:
    state = await asyncio.to_thread(made, tmp_path_factory.mktemp("year") / "state", year=True)
    async with shown(state) as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def empty(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browsing]:
    state = await asyncio.to_thread(made, tmp_path_factory.mktemp("nothing") / "state", year=False)
    async with shown(state) as browser:
        yield browser
