"""The power fails at a random step of the disk, in opening, writing, emptying the WAL, erasing or closing.

Rules: after each cut the logs open by themselves, on what the disk kept, and hold everything that was acknowledged, in
this life or an earlier one; what was reported as erased stands in no file. The control runs the same with
`synchronous=NORMAL` and must lose something: else the disk is no disk and the exercise proves nothing.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from gateway.errors import Fault
from tests.faults.disk import Disk
from tests.faults.ledger import Ledger
from tests.faults.life import Life
from tests.faults.tally import Tally

LIVES = 20
"""So many cuts on one state folder, then a new one."""
REACH = (250, 1_500, 6_000)
"""Up to which step a cut comes: in opening, early, or anywhere up to the end."""


async def run(folder: Path, *, count: int, seed: int) -> list[Tally]:
    """`count` cuts, and as many with the control."""
    return [await cuts(folder, count=count, seed=seed, synchronous=each) for each in ("FULL", "NORMAL")]


async def cuts(folder: Path, *, count: int, seed: int, synchronous: str) -> Tally:
    chance, tally = random.Random(f"{seed}/{synchronous}"), Tally(f"power-cuts {synchronous}")
    tally.must_lose = synchronous != "FULL"
    hurt, number, losses = True, 0, 0
    place, ledger = folder, Ledger()
    for cut in range(count):
        if hurt or cut % LIVES == 0:
            place, ledger = folder / f"{synchronous}-{cut}-new", Ledger()
            place.mkdir()
        number += 2
        life = Life(place / "state", number, chance, ledger, synchronous=synchronous, erasing=True)
        with Disk(place, chance) as disk:
            disk.fuse = chance.randrange(chance.choice(REACH))
            await life.lead()
            after = folder / f"{synchronous}-{cut}"
            disk.cut(after)
        if disk.nameless:
            tally.wrong.append(f"cut {cut}: {disk.nameless} files without a name were written, that nobody overwrites")
        tally.times += 1
        tally.acknowledged += life.appended
        tally.notes["cuts after the last file was closed"] += life.closed
        shutil.rmtree(place)
        place = after
        tally.notes["answers and keys erased"] += len(life.erased)
        if back := _standing(place, life.erased):
            tally.wrong.append(f"cut {cut}: {back} erased answers or keys stand in a file again")
        hurt = await _wake(place, number + 1, chance, ledger, tally, cut)
        losses += hurt
    shutil.rmtree(place, ignore_errors=True)
    tally.control = f"{losses} of {count} cuts lost something" if tally.must_lose else ""
    return tally


async def _wake(place: Path, number: int, chance: random.Random, ledger: Ledger, tally: Tally, cut: int) -> bool:
    """Open what is left, write on, and hold it against the ledger; whether something was lost."""
    life = Life(place / "state", number, chance, ledger, callers=2, acts=2)
    before = tally.lost, tally.forks
    with Disk(place, chance):
        await life.lead()
        if life.faults:
            tally.wrong.append(f"cut {cut}: it did not open by itself: {', '.join(life.faults)}")
            return True
        try:
            logs = await life.bench.logs()
        except Fault as fault:
            tally.wrong.append(f"cut {cut}: {fault.code}")
            return True
        await life.resume(logs)
        tally.add(await ledger.hold_against(logs, None if cut % LIVES == LIVES - 1 else chance))
        logs.close()
    tally.acknowledged += life.appended
    return (tally.lost, tally.forks) != before


def _standing(place: Path, answers: list[bytes]) -> int:
    """How many of these answers can be found in any file."""
    content = b"".join(path.read_bytes() for path in place.rglob("*") if path.is_file())
    return sum(answer in content for answer in answers)
