"""Witnesses are silent, slow, late with their clocks, or say what is no cosignature; then they are well again.

Rules:
- While a quorum of them is well, releases go on.
- Once the freshest quorum is older than its age nothing is recorded or released, not a kept answer either; it comes
  back by itself. What was acknowledged stands, and what was published carries its quorum.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.tlog.guarded import GuardedRecords
from gateway.tlog.publication.doors import Reply, Silent, WitnessDoor
from gateway.tlog.publication.publisher import Vouching
from gateway.tlog.publication.publishing import Pace, Publishing
from gateway.verify.policy import evaluate
from tests.faults.ledger import YEAR, Ledger
from tests.faults.tally import Tally
from tests.support.witnesses import Witness, Witnesses
from tests.unit.tlog.bench import Bench, Clock
from tests.unit.tlog.publication import Press

AGE = timedelta(seconds=3)
PACE = Pace(interval=0.01, age=AGE)
PATIENCE = 60.0
TRIES, LATE = 5, 0.3


def down(witness: Witness) -> None:
    witness.down = True


def hang(witness: Witness) -> None:
    witness.lie = lambda _: None


def refuse(witness: Witness) -> None:
    witness.lie = lambda _: Reply(503, b"")


def babble(witness: Witness) -> None:
    witness.lie = lambda _: Reply(200, b"well seen\n")


def forge(witness: Witness) -> None:
    """Another text than the one handed in is cosigned, with the right key."""
    witness.lie = lambda _: Reply(200, witness.line("log.example/zvh/2026\n7\nAAAA\n").encode())


def replay(witness: Witness) -> None:
    """The cosignature of the first checkpoint that comes, for every later one."""
    first: list[Reply] = []

    def again(body: bytes) -> Reply:
        first.append(witness.honestly(body))
        return next((each for each in first if each.status == 200), first[0])

    witness.lie = again


def late(witness: Witness) -> None:
    witness.behind = 3 * AGE.total_seconds()


STALLS: tuple[Callable[[Witness], None], ...] = (hang, down, late, forge, babble, refuse)
"""All but `replay`, which is honest about a log that does not grow."""


class Running(Clock):
    """A clock of any date that runs: a quorum grows old by itself, and is renewed by itself."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()

    def now(self) -> datetime:
        return self.moment + timedelta(seconds=time.monotonic() - self._began)


class HangsUp:
    """The door of a client that waits so many seconds and no longer, as ours does over HTTP."""

    def __init__(self, door: WitnessDoor, seconds: float) -> None:
        self._door, self._seconds = door, seconds

    async def add_checkpoint(self, prefix: str, body: bytes) -> Reply:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._door.add_checkpoint(prefix, body)
        except TimeoutError:
            raise Silent("late") from None


class PatientPress(Press):
    @property
    def vouching(self) -> Vouching:
        return Vouching(self.policy, HangsUp(Witnesses(*self.witnesses), LATE))


async def run(folder: Path, *, count: int, seed: int) -> list[Tally]:
    """`count` stalls: of two or three of three witnesses where two are needed, and after each one of a single one."""
    chance, tally, ledger = random.Random(seed), Tally("witness-stalls", times=count), Ledger(clock=Running())
    press = PatientPress(Bench(folder / "state", clock=ledger.clock))
    logs = await press.bench.logs()
    publishing = press.publishing(logs, PACE)
    task = asyncio.create_task(publishing.run())
    records = GuardedRecords(logs, folder, 0, publishing)
    siege = Stalls(press, records, publishing, ledger, tally)
    try:
        for number in range(count):
            stall = STALLS[number % len(STALLS)]
            await siege.is_well()
            await siege.append()
            kept = await siege.append()
            for witness in chance.sample(press.witnesses, chance.choice((2, 3))):
                stall(witness)
            await siege.stops(stall.__name__, kept)
            _heal(press)
            await siege.is_well()
            (replay if number % 3 == 0 else stall)(chance.choice(press.witnesses))
            await siege.goes_on(stall.__name__)
            _heal(press)
        await siege.is_well()
        tally.add(await ledger.hold_against(logs))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(logs.close)
    tally.acknowledged = len(ledger.told)
    return [tally]


def _heal(press: Press) -> None:
    for witness in press.witnesses:
        witness.down, witness.lie, witness.behind = False, None, 0


class Stalls:
    def __init__(
        self, press: Press, records: GuardedRecords, publishing: Publishing, ledger: Ledger, tally: Tally
    ) -> None:
        self._bench, self._press, self._records, self._publishing = press.bench, press, records, publishing
        self._ledger, self._tally, self._count = ledger, tally, 0

    async def append(self) -> str:
        """Record one thing; the key under which its answer is kept."""
        self._count += 1
        key = f"key-{self._count}"
        new = self._bench.record(outbox=self._bench.outbox(key, expires_at=self._bench.clock.now() + 10_000 * AGE))
        self._ledger.write(Tenant.ZVH, new, await self._records.append(Tenant.ZVH, self._bench.clock.now(), new))
        return key

    async def is_well(self) -> None:
        """Wait until it came back by itself; what is published then has its quorum."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not self._publishing.fresh:  # noqa: ASYNC110 - nobody tells when it becomes so
                    await asyncio.sleep(0.01)
        except TimeoutError:
            self._tally.wrong.append("it did not come back by itself")
        published = self._logs_published()
        if published is None or not evaluate(published, self._press.policy, now=self._bench.clock.now()).reached:
            self._tally.wrong.append("what was published has no quorum")

    async def stops(self, name: str, kept: str) -> None:
        await asyncio.sleep(AGE.total_seconds() + 1)
        for _ in range(TRIES):
            for release in (self.append, lambda: self._records.answered("client-1", kept)):
                try:
                    await release()
                except Fault as fault:
                    self._tally.notes[f"told {fault.code}"] += 1
                    if fault.code != "witness-stale":
                        self._tally.wrong.append(f"{name}: told {fault.code}")
                else:
                    self._tally.wrong.append(f"{name}: something was released while no quorum was fresh")
            await asyncio.sleep(0.02)

    async def goes_on(self, name: str) -> None:
        for _ in range(TRIES):
            try:
                await self.append()
            except Fault as fault:
                self._tally.wrong.append(f"{name} by one of three: told {fault.code}")
            await asyncio.sleep(1.5 * AGE.total_seconds() / TRIES)

    def _logs_published(self) -> str | None:
        published = self._records._logs.opened[Tenant.ZVH, YEAR].published()
        return published and published.checkpoint
