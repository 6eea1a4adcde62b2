"""A desk over a morning that was recorded once for all tests."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.desk import OpenDesk, opened, record_a_morning


@pytest.fixture(scope="session")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder with six records, to be copied: a desk writes in its folder who looked."""
    state = tmp_path_factory.mktemp("morning")
    asyncio.run(record_a_morning(state))
    before = _content(state)
    yield state
    assert _content(state) == before, "a test wrote in what all tests copy"


@pytest.fixture(scope="module")
def own_morning(morning: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy for the tests of a file."""
    return shutil.copytree(morning, tmp_path_factory.mktemp("own") / "state")


@pytest.fixture
async def open_desk(morning: Path, tmp_path: Path) -> AsyncIterator[OpenDesk]:
    """Over a copy of its own."""
    async with opened(shutil.copytree(morning, tmp_path / "state")) as desk:
        yield desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_desk(own_morning: Path) -> AsyncIterator[OpenDesk]:
    """One for all tests of a file, which are marked `asyncio(loop_scope="module")` and leave its clock as it was."""
    async with opened(own_morning) as desk:
        yield desk


def _content(state: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in state.rglob("*") if path.is_file()}
