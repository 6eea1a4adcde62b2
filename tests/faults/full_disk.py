"""The disk is full at one write after the other: in opening, in keys, in the log, in emptying the WAL and in closing.

Rules: who waits is told `disk-full`; the log records nothing more, room or not, until it was opened anew; then it holds
all that was acknowledged and goes on. Each write is tried twice: the room ends there for good, or for that one.
"""

from __future__ import annotations

import asyncio
import random
import shutil
from pathlib import Path

from gateway.errors import Fault
from gateway.tlog import Logs
from tests.faults.disk import Disk
from tests.faults.ledger import Ledger
from tests.faults.life import Life
from tests.faults.tally import Tally

CALLERS, ACTS = 3, 6


async def run(folder: Path, *, count: int, seed: int) -> list[Tally]:
    """At `count` writes, spread over all that a life has; 0 for every one of them."""
    chance, tally = random.Random(seed), Tally("full-disk")
    most = await _writes(folder, chance)
    places = range(most) if count == 0 else sorted(chance.sample(range(most), min(count, most)))
    for at in places:
        for lasting in (True, False):
            place = folder / f"{at}-{lasting}"
            place.mkdir()
            await _fill(place, at, lasting, chance, tally)
            shutil.rmtree(place)
    return [tally]


async def _writes(folder: Path, chance: random.Random) -> int:
    """How many writes a life has that finds room everywhere."""
    place = folder / "counted"
    place.mkdir()
    with Disk(place, chance, full=True) as disk:
        disk.fuse = UNREACHED
        await _life(place, 1, chance, Ledger()).lead()
    return UNREACHED - disk.fuse


UNREACHED = 1_000_000


async def _fill(place: Path, at: int, lasting: bool, chance: random.Random, tally: Tally) -> None:
    ledger, name = Ledger(), f"write {at}, {'for good' if lasting else 'once'}"
    life = _life(place, 1, chance, ledger)
    with Disk(place, chance, full=True, lasting=lasting) as disk:
        disk.fuse = at

        async def watch(logs: Logs) -> None:
            disk.has_room()
            await _stays_stopped(logs, life, tally, name)

        life.before_closing = watch
        await life.lead()
        tally.times += 1
        if others := set(life.faults) - {"disk-full"}:
            tally.wrong.append(f"{name}: callers were told {', '.join(sorted(others))}")
        tally.notes["writes without room of which callers were told"] += bool(life.faults)
        disk.has_room()
        after = _life(place, 2, chance, ledger)
        await after.lead()
        if after.faults:
            tally.wrong.append(f"{name}: with room again it did not go on: {', '.join(after.faults)}")
            return
        logs = await after.bench.logs()
        tally.add(await ledger.hold_against(logs))
        logs.close()
    tally.acknowledged += life.appended + after.appended


async def _stays_stopped(logs: Logs, life: Life, tally: Tally, name: str) -> None:
    for (stream, _), log in list(logs.opened.items()):
        if log.failure is None:
            continue
        try:
            await logs.append(stream, life.bench.clock.now(), life.bench.record())
            tally.wrong.append(f"{name}: a log that failed went on because there was room")
        except Fault as fault:
            tally.notes["logs that stayed stopped with room again"] += fault.code == "disk-full"
    await logs.mend()
    await asyncio.gather(*(life.append(logs, f"{life.number}-mended-{each}") for each in range(3)))
    tally.notes["logs opened anew in the same process"] += 1


def _life(place: Path, number: int, chance: random.Random, ledger: Ledger) -> Life:
    return Life(place / "state", number, chance, ledger, callers=CALLERS, acts=ACTS)
