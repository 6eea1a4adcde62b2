"""A backup of the whole state is put back under a log that has grown since.

Rules:
- With witnesses the restored log releases and records nothing, however few of them remember it: one is enough.
- The control has no witnesses: it goes on, and forks. Then the checkpoint that a reader kept finds it out, before and
  after it has grown anew.
"""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.store.sqlite.log_folder import LogFolder
from gateway.tlog import Logs
from gateway.tlog.guarded import GuardedRecords
from gateway.tlog.in_place import LogInPlace
from gateway.tlog.publication.publishing import Publishing
from gateway.verify import VerifierKey
from gateway.verify.archive.judge import verify_log
from gateway.verify.errors import VerificationError
from gateway.verify.trust import Reader
from tests.faults.ledger import YEAR, Ledger
from tests.faults.tally import Tally
from tests.unit.tlog.bench import HOST, Bench, Chance
from tests.unit.tlog.publication import Press

ORIGIN = f"{HOST}/{Tenant.ZVH}/{YEAR}"
PATIENCE = 30.0


async def run(folder: Path, *, count: int, seed: int) -> list[Tally]:
    """`count` backups put back with witnesses, and as many without."""
    chance = random.Random(seed)
    witnessed, alone = Tally("old-backups witnessed", times=count), Tally("old-backups alone", times=count)
    alone.must_lose = True
    found = 0
    for number in range(count):
        place = folder / f"{number}"
        await _witnessed(place / "witnessed", chance, witnessed)
        found += await _alone(place / "alone", chance, alone)
        shutil.rmtree(place)
    alone.control = f"{found} of {count} found by the checkpoint that a reader kept"
    if found < count:
        alone.wrong.append(f"{count - found} of {count} were not found")
        alone.must_lose = False
    return [witnessed, alone]


async def _witnessed(place: Path, chance: random.Random, tally: Tally) -> None:
    press, ledger = Press(Bench(place / "state")), Ledger()
    before, since = chance.choice((0, 1, chance.randrange(2, 40))), chance.randrange(1, 20)
    async with _serving(press, ledger) as (records, _, logs):
        await _append(records, press.bench, ledger, before)
        await _seen(press, before)
    shutil.copytree(place / "state", place / "backup")
    async with _serving(press, ledger) as (records, _, logs):
        await _append(records, press.bench, ledger, since)
        await _seen(press, before + since)
    shutil.rmtree(place / "state")
    (place / "backup").rename(place / "state")
    forgetful = chance.randrange(3)
    for witness in chance.sample(press.witnesses, forgetful):
        witness.seen.clear()
    tally.notes[f"with {3 - forgetful} of 3 witnesses that remember"] += 1
    press.bench.chance = Chance(2)
    async with _serving(press, ledger, fresh=False) as (records, publishing, logs):
        told = await _refused(records, press.bench, publishing)
        tally.notes[f"told {told}"] += 1
        if told != "log-rolled-back" or logs.opened[Tenant.ZVH, YEAR].size != before:
            tally.wrong.append(f"a log of {before + since} put back to {before} was told {told}")
    tally.acknowledged += len(ledger.told)


async def _refused(records: GuardedRecords, bench: Bench, publishing: Publishing) -> str:
    """What whoever wants something recorded is told, once it is known what is the matter; "" when it is recorded."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await records.append(Tenant.ZVH, bench.clock.now(), bench.record())
                except Fault as fault:
                    if fault.code != "witness-stale":
                        return fault.code
                else:
                    return ""
                await asyncio.sleep(0.02)
    except TimeoutError:
        return "witness-stale"


async def _alone(place: Path, chance: random.Random, tally: Tally) -> bool:
    """Whether the reader found it out, both times."""
    bench, ledger = Bench(place / "state"), Ledger()
    logs = await bench.logs()
    before, since = chance.randrange(1, 40), chance.randrange(1, 20)
    await _append(logs, bench, ledger, before)
    logs.close()
    shutil.copytree(place / "state", place / "backup")
    logs = await bench.logs()
    await _append(logs, bench, ledger, since)
    kept = logs.opened[Tenant.ZVH, YEAR].checkpoint
    keys = [VerifierKey.parse(key) for key in logs.verifiers if f"/{Tenant.ZVH}/" in key]
    logs.close()
    if _judged(place / "state", keys, kept) != "":
        tally.wrong.append("the log that nobody touched was found wrong")
    shutil.rmtree(place / "state")
    (place / "backup").rename(place / "state")
    first = _judged(place / "state", keys, kept)
    bench.chance = Chance(2)
    logs = await bench.logs()
    await _append(logs, bench, Ledger(), since + chance.randrange(3))
    tally.add(await ledger.hold_against(logs))
    logs.close()
    second = _judged(place / "state", keys, kept)
    tally.acknowledged += len(ledger.told)
    tally.notes[f"found as {first}, then as {second}"] += 1
    return (first, second) == ("log-rolled-back", "log-forked")


def _judged(place: Path, keys: list[VerifierKey], kept: str) -> str:
    log = LogInPlace(LogFolder(place), Tenant.ZVH, YEAR)
    try:
        verify_log(log, Reader(keys, seen=kept), processes=1)
    except VerificationError as error:
        return error.code
    finally:
        log.close()
    return ""


@asynccontextmanager
async def _serving(
    press: Press, ledger: Ledger, *, fresh: bool = True
) -> AsyncIterator[tuple[GuardedRecords, Publishing, Logs]]:
    logs = await press.bench.logs()
    publishing = press.publishing(logs)
    task = asyncio.create_task(publishing.run())
    try:
        async with asyncio.timeout(PATIENCE):
            while fresh and not publishing.fresh:  # noqa: ASYNC110 - nobody tells when it becomes so
                await asyncio.sleep(0.01)
        yield GuardedRecords(logs, press.bench.folder, 0, publishing), publishing, logs
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(logs.close)


async def _append(records: GuardedRecords | Logs, bench: Bench, ledger: Ledger, count: int) -> None:
    for _ in range(count):
        new = bench.record()
        ledger.write(Tenant.ZVH, new, await records.append(Tenant.ZVH, bench.clock.now(), new))


async def _seen(press: Press, size: int) -> None:
    """Wait until every witness has seen the log at `size`."""
    async with asyncio.timeout(PATIENCE):
        while any(witness.seen.get(ORIGIN, (-1, b""))[0] != size for witness in press.witnesses):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
