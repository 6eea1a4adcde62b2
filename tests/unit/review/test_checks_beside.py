"""What stands beside a record and is under no hash, and who signed what was published by a key that nobody knows."""

import asyncio
import base64
import re
import shutil
from pathlib import Path

import apsw
import pytest

from gateway.review.checks.outcome import Outcome, Verdict
from tests.support.tampering import change, flip
from tests.unit.review.checking import WITNESS, bureau, record

INDEX_PAGES = (2, 10)
"""How a page of an index begins: https://www.sqlite.org/fileformat2.html#b_tree_pages."""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("recorded")
    asyncio.run(record(state))
    return state


@pytest.fixture
def state(recorded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(recorded, tmp_path / "state")


def log_file(state: Path) -> Path:
    return state / "log" / "zvh-2026.sqlite"


async def test_who_signed_by_a_key_that_nobody_knows_is_told(state: Path) -> None:
    def other(note: str) -> str:
        head, _, line = note.rstrip("\n").rpartition(" ")
        return f"{head} {base64.b64encode(flip(base64.b64decode(line), 0)).decode()}\n"

    async with bureau(state) as desk:
        change(log_file(state), "published", "checkpoint", "one = 1", lambda note: other(note.decode()).encode())
        outcome = await desk.check()
        assert (outcome.verdict, outcome.logs[0].quorum) == (Verdict.HOLDS, False)
        [unknown] = outcome.unknown
        assert unknown.startswith(WITNESS.name)
        assert Outcome.of(outcome.to_json()) == outcome


async def test_another_day_than_that_of_the_key(state: Path) -> None:
    async with bureau(state) as desk:
        connection = apsw.Connection(str(log_file(state)))
        connection.execute("UPDATE bodies SET retain_until = '2099-01-01' WHERE idx = 17")
        connection.close()
        outcome = await desk.check()
        assert outcome.wrong is not None
        assert (outcome.wrong.code, outcome.wrong.record) == ("record-misfiled", 17)


@pytest.mark.parametrize("column", ["record_id", "request_id"])
async def test_one_byte_of_an_index(column: str, state: Path) -> None:
    file = log_file(state)
    connection = apsw.Connection(str(file))
    [wanted] = connection.execute(f"SELECT {column} FROM entries WHERE idx = 17").fetchone()
    [size] = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    data = bytearray(file.read_bytes())
    places = [each.start() for each in re.finditer(wanted.encode(), data)]
    [place] = [at for at in places if data[at // size * size] in INDEX_PAGES]
    data[place + len(wanted) - 1] ^= 1
    file.write_bytes(data)
    async with bureau(state) as desk:
        outcome = await desk.check()
        assert outcome.wrong is not None
        assert (outcome.wrong.code, outcome.wrong.record) == ("record-misfiled", 17)
