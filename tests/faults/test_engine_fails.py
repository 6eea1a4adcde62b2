"""Engines that hang or are killed: what was in flight is a fault, all else goes on, and the crew heals."""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest

from gateway.settings import ROOT
from tests.faults.caller import Caller, assert_fault
from tests.faults.town import FragileTown
from tests.support.requests import EXAMPLES
from tests.support.waiting import until

HANGING = EXAMPLES["the ordinary case"].document
OTHER = EXAMPLES["re-use with consent"].document
ENDLESS = """package sluis.main

import rego.v1

decision := {} if {
	input.basis == "wgs.zvh.casusoverleg"
	input.case.id == "ZVH-2026-0417"
	count([1 | some i in numbers.range(1, 100000); some j in numbers.range(1, 100000); i * j == 7]) == 7
}
"""
WORKERS = 2
PROC = Path("/proc")
HAS_PROC = (PROC / "self" / "stat").exists()


@pytest.fixture(scope="module")
def hanging(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The policies as they stand, with a rule beside them that does not end for one case."""
    folder = tmp_path_factory.mktemp("policies") / "rules"
    shutil.copytree(ROOT / "policies" / "rules", folder)
    (folder / "endless.rego").write_text(ENDLESS)
    return folder


@pytest.fixture(scope="module")
def town(hanging: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragileTown]:
    with FragileTown(
        tmp_path_factory.mktemp("town"),
        SLUIS_POLICIES=str(hanging),
        SLUIS_ENGINE_WORKERS=str(WORKERS),
        SLUIS_DECISION_TIMEOUT="3",
    ) as town:
        yield town


def workers(town: FragileTown) -> list[int]:
    """The processes of the engine, children of the gateway."""
    found = []
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            command = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == town.gateway.pid and b"worker.py" in command:
            found.append(int(stat.parent.name))
    return found


def busy(pid: int) -> bool:
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "R"
    except OSError:
        return False


async def rested(town: FragileTown) -> list[int]:
    """Wait until the crew is whole and none of it has anything to do; its processes."""
    quiet = 0

    def said() -> bool:
        nonlocal quiet
        crew = workers(town)
        quiet = quiet + 1 if len(crew) == WORKERS and not any(map(busy, crew)) else 0
        return quiet >= 10

    await until(said)
    await town.ready()
    return workers(town)


async def answers(caller: Caller, document: Mapping[str, Any]) -> bool:
    return (await caller.ask(document)).status_code == 200


async def test_a_policy_that_hangs_is_a_fault_and_holds_up_nobody_else(town: FragileTown, caller: Caller):
    begun = time.monotonic()
    hung = [asyncio.create_task(caller.ask(HANGING)) for _ in range(WORKERS)]
    for response in await asyncio.gather(*hung):
        assert_fault(response, "engine-timeout", town.log)
    assert 2.5 < time.monotonic() - begun < 20
    assert [leaf["class"] for leaf in town.requests("zvh")] == ["storing"] * WORKERS
    assert await answers(caller, OTHER)


async def test_what_is_in_flight_when_all_workers_are_killed_is_a_fault_and_it_heals(
    town: FragileTown, caller: Caller, left_out: Callable[[str, str], NoReturn]
):
    if not HAS_PROC:
        left_out("/proc", "which processes a gateway has is looked up there")
    before = await rested(town)
    await caller.token()
    asked = [asyncio.create_task(caller.ask(HANGING)) for _ in range(WORKERS)]
    await until(lambda: all(busy(pid) for pid in before))
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    for response in await asyncio.gather(*asked):
        assert_fault(response, "engine-unavailable", town.log)
    assert not set(await rested(town)) & set(before)
    assert await answers(caller, OTHER)
    assert {leaf["class"] for leaf in town.requests("zvh")} == {"storing"}


async def test_one_worker_killed_hurts_one_request(
    town: FragileTown, caller: Caller, left_out: Callable[[str, str], NoReturn]
):
    if not HAS_PROC:
        left_out("/proc", "which processes a gateway has is looked up there")
    crew = await rested(town)
    await caller.token()
    asked = asyncio.create_task(caller.ask(HANGING))
    for _ in range(1000):
        if working := [pid for pid in crew if busy(pid)]:
            break
        await asyncio.sleep(0.02)
    os.kill(working[0], signal.SIGKILL)
    other = await caller.ask(OTHER)
    assert_fault(await asked, "engine-unavailable", town.log)
    assert other.status_code == 200
