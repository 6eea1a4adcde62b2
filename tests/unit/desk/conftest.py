"""A desk over a morning that was recorded once for all tests."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.desk import OpenDesk, opened, record_a_morning


@pytest.fixture(scope="session")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with six records. Whoever changes it copies it first."""
    state = tmp_path_factory.mktemp("morning")
    asyncio.run(record_a_morning(state))
    return state


@pytest.fixture
async def open_desk(morning: Path) -> AsyncIterator[OpenDesk]:
    async with opened(morning) as desk:
        yield desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_desk(morning: Path) -> AsyncIterator[OpenDesk]:
    """One for all tests of a file, which are marked `asyncio(loop_scope="module")` and leave its clock as it was."""
    async with opened(morning) as desk:
        yield desk
