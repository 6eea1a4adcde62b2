"""The worker processes: what dies, what heals, what is left."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import uvloop

from gateway.errors import Fault
from gateway.pdp.bundle import Bundle
from gateway.pdp.embedded import EmbeddedEngine
from tests.support.waiting import until
from tests.unit.pdp.conftest import POLICY, children, facts

PATIENCE = 5.0


@pytest.fixture
def before() -> set[int]:
    return children()


@pytest.fixture
async def engine(before: set[int], bundle: Bundle) -> AsyncIterator[EmbeddedEngine]:
    engine = EmbeddedEngine(workers=2)
    await engine.load(bundle)
    yield engine
    await engine.aclose()
    assert children() <= before, "processes were left behind"


async def test_as_many_workers_as_told(engine: EmbeddedEngine, before: set[int]) -> None:
    assert len(children() - before) == 2


async def test_a_worker_killed_in_the_middle_is_a_fault_for_that_request_and_is_replaced(
    engine: EmbeddedEngine, before: set[int]
) -> None:
    workers = children() - before
    asked = asyncio.create_task(engine.decide(facts("endless"), timeout=30))
    await asyncio.sleep(0.1)
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(Fault) as caught:
        await asyncio.wait_for(asked, PATIENCE)
    assert caught.value.code == "engine-unavailable"
    await until(lambda: len(children() - before) == 2 and not (children() & workers), seconds=PATIENCE)
    answers = await asyncio.gather(*(engine.decide(facts("grant"), timeout=PATIENCE) for _ in range(8)))
    assert len(answers) == 8


async def test_workers_killed_while_idle_are_replaced(engine: EmbeddedEngine, before: set[int]) -> None:
    for _ in range(3):
        workers = children() - before
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        await until(lambda gone=workers: len(children() - before) == 2 and not (children() & gone), seconds=PATIENCE)
        assert (await engine.decide(facts("grant"), timeout=PATIENCE)).document["outcome"] == "toegestaan"


async def test_a_queue_kills_no_worker_that_is_well(engine: EmbeddedEngine) -> None:
    busy = [asyncio.create_task(engine.decide(facts("endless"), timeout=1)) for _ in range(2)]
    await asyncio.sleep(0.05)
    answer = await engine.decide(facts("grant"), timeout=0.3)
    assert answer.document["outcome"] == "toegestaan"
    for task in busy:
        with pytest.raises(Fault, match="engine-timeout"):
            await task


async def test_waiting_for_a_turn_has_an_end_and_leaves_the_workers(engine: EmbeddedEngine, before: set[int]) -> None:
    workers = children() - before
    busy = [asyncio.create_task(engine.decide(facts("endless"), timeout=1.5)) for _ in range(2)]
    await asyncio.sleep(0.05)
    with pytest.raises(Fault) as caught:
        await engine.decide(facts("grant"), timeout=0.02)
    assert (caught.value.code, caught.value.retry_after) == ("engine-unavailable", 1)
    assert children() - before == workers
    for task in busy:
        with pytest.raises(Fault):
            await task
    assert await engine.ready()


async def test_nobody_starves_behind_those_who_ask_again_at_once(engine: EmbeddedEngine) -> None:
    async def ask(times: float) -> None:
        while times > 0:
            await engine.decide(facts("grant"), timeout=2)
            times -= 1

    greedy = [asyncio.create_task(ask(float("inf"))) for _ in range(2)]
    await asyncio.sleep(0)
    await asyncio.gather(*(ask(20) for _ in range(4)))
    for task in greedy:
        task.cancel()
    await asyncio.gather(*greedy, return_exceptions=True)


async def test_a_request_that_is_given_up_leaves_no_worker_busy(engine: EmbeddedEngine) -> None:
    asked = [asyncio.create_task(engine.decide(facts("endless"), timeout=30)) for _ in range(2)]
    await asyncio.sleep(0.05)
    for task in asked:
        task.cancel()
    await asyncio.gather(*asked, return_exceptions=True)
    assert (await engine.decide(facts("grant"), timeout=PATIENCE)).document["outcome"] == "toegestaan"


async def test_interrupts_and_requests_to_stop_leave_workers_to_the_gateway(
    engine: EmbeddedEngine, before: set[int]
) -> None:
    workers = children() - before
    for pid in workers:
        os.kill(pid, signal.SIGINT)
        os.kill(pid, signal.SIGTERM)
    assert (await engine.decide(facts("grant"), timeout=PATIENCE)).document["outcome"] == "toegestaan"
    assert children() - before == workers


def _proc(pid: int, name: str) -> bytes:
    return Path("/proc", str(pid), name).read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows a process's limits as files")
async def test_a_worker_has_no_environment_and_leaves_no_core(
    engine: EmbeddedEngine, before: set[int], monkeypatch: pytest.MonkeyPatch, bundle: Bundle
) -> None:
    monkeypatch.setenv("SLUIS_SECRET", "s3cret")
    await engine.load(bundle)
    workers = children() - before
    assert len(workers) == 2
    for pid in workers:
        environment, limits = (_proc(pid, name) for name in ("environ", "limits"))
        assert b"s3cret" not in environment
        assert b"PATH=" not in environment.replace(b"LD_LIBRARY_PATH=", b"")
        assert re.search(rb"Max core file size +0 +0 ", limits)
        assert not re.search(rb"Max address space +unlimited", limits)


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_it_works_and_closes_on_either_loop(run: Callable[..., list[str]], bundle: Bundle, before: set[int]) -> None:
    async def main() -> list[str]:
        engine = EmbeddedEngine(workers=1)
        await engine.load(bundle)
        with pytest.raises(Fault):
            await engine.decide(facts("endless"), timeout=0.1)
        outcome = await engine.decide(facts("grant"), timeout=PATIENCE)
        await engine.aclose()
        return [outcome.document["outcome"]]

    assert run(main()) == ["toegestaan"]
    assert children() <= before


ORPHANS = """
import asyncio, sys
from gateway.pdp.bundle import Bundle
from gateway.pdp.embedded import EmbeddedEngine

async def main():
    engine = EmbeddedEngine(workers=2)
    await engine.load(Bundle.of({"main.rego": sys.argv[1].encode()}))
    print("loaded", flush=True)
    await engine.decide(b'{"do": "endless"}', timeout=1.0 if sys.argv[2] == "endless" else 60)

asyncio.run(main())
"""


def _alive(pids: set[int]) -> set[int]:
    states = subprocess.run(["ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in states.splitlines()]
    return {int(pid) for pid, state in rows if not state.startswith("Z")} & pids


def _children_of(parent: int) -> set[int]:
    rows = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return {int(line.split()[0]) for line in rows.splitlines() if int(line.split()[1]) == parent}


def test_workers_end_with_a_gateway_that_is_killed_idle_or_evaluating(root: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANS, POLICY, "endless"], cwd=root, stdout=subprocess.PIPE, text=True
    ) as gateway:
        assert gateway.stdout is not None
        assert gateway.stdout.readline() == "loaded\n"
        time.sleep(0.1)
        workers = _children_of(gateway.pid)
        gateway.kill()
    assert len(workers) == 2
    deadline = time.monotonic() + 6
    while _alive(workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(workers)
