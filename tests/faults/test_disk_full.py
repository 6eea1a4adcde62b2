"""A disk that has no room: told beforehand where it can be seen, and where it could not a log that stops, until it was
opened anew and compared with what it signed.

The real thing: the log on a small file system, filled until SQLite hears ENOSPC. Where this machine lets nobody mount
one, the system's bound on the size of a file stands in for it (then SQLite hears EFBIG, and the code is another).
"""

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from gateway.verify import verify_receipt
from tests.faults.caller import Caller, assert_fault
from tests.faults.town import FragileTown
from tests.support.lying_holder import LyingHolder
from tests.support.requests import EXAMPLES

ORDINARY = EXAMPLES["the ordinary case"].document
REFUSED = EXAMPLES["not screened"].document
SMALL = "1m"
BOUNDED = (
    sys.executable,
    "-c",
    "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20));"
    "os.execv(sys.argv[1], sys.argv[1:])",
)
MOST = 100


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[FragileTown]:
    town = FragileTown(tmp_path)
    yield town
    town.stop()


async def checks(town: FragileTown) -> dict[str, str]:
    response = await town.get("/readyz")
    assert (response.status_code, response.json()["code"]) == (503, "not-ready")
    assert int(response.headers["retry-after"]) >= 1
    return response.json()["checks"]


async def test_too_little_room_is_seen_before_anything_is_asked(town: FragileTown, caller: Caller, holder: LyingHolder):
    free = shutil.disk_usage(town.state).free >> 20
    town.change(SLUIS_MIN_FREE_DISK=str(free * 2 + 1024))
    town.start_gateway()
    await town.alive()
    for document in (ORDINARY, REFUSED):
        assert_fault(await caller.ask(document), "disk-full", town.log)
    assert await checks(town) == {
        "engine": "up",
        "store": "up",
        "log": "down",
        "witnesses": "up",
        "keys": "up",
        "disk": "down",
    }
    assert holder.received == []
    assert town.requests("zvh") == []
    assert (await town.get("/livez")).status_code == 200


@contextmanager
def cramped(town: FragileTown) -> Iterator[tuple[Path | None, str]]:
    """The log's folder on a file system of 1 MiB, or None where nothing can be mounted; the code that is to come."""
    place = town.state / "log"
    place.mkdir(mode=0o700, exist_ok=True)
    mounted = (
        shutil.which("mount")
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=700", "tmpfs", str(place)],
            capture_output=True,
            check=False,
        ).returncode
    )
    try:
        yield (place, "disk-full") if mounted else (None, "log-unavailable")
    finally:
        town.stop_gateway()
        if mounted:
            subprocess.run(["umount", str(place)], check=True)


def fill(place: Path) -> None:
    """Leave no byte free."""
    with (place / "filler").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


async def test_a_disk_that_fills_up_stops_the_log_and_loses_nothing(
    town: FragileTown, caller: Caller, holder: LyingHolder
):
    with cramped(town) as (place, code):
        town.start_gateway(*([] if place else BOUNDED))
        await town.ready()
        acknowledged = [(await caller.ask(REFUSED)).json() for _ in range(5)]
        if place:
            fill(place)
        for _ in range(MOST):
            response = await caller.ask(REFUSED)
            if response.status_code == 503:
                break
            acknowledged.append(response.json())
        assert_fault(response, code, town.log)
        asked = len(holder.received)
        assert_fault(await caller.ask(ORDINARY), code, town.log)
        assert len(holder.received) == asked, "a holder was asked for what cannot be recorded"
        assert (await checks(town))["log"] == "down"

        if place:
            (place / "filler").unlink()
        else:
            town.stop_gateway()
            town.start_gateway()
        await town.ready()
        assert (await caller.ask(ORDINARY)).json()["outcome"] == "toegestaan"
        leaves = town.leaves("zvh")
        assert [leaf["class"] for leaf in town.requests("zvh")] == ["weigering"] * len(acknowledged) + ["verstrekking"]
        for told in acknowledged:
            proof = verify_receipt(told["receipt"], town.log_keys)
            assert leaves[proof.index]["request_id"] == told["id"] == proof.leaf.request_id
