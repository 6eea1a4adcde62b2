"""Logs of two years with a tombstone, published with a witness, and the checks of a desk over them."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.app.clock import Uuid7
from gateway.model.codes import Tenant
from gateway.model.log import Published
from gateway.model.record import RecordClass
from gateway.review.acts import Acts
from gateway.review.checks.checks import Checks
from gateway.review.checks.judging import Judge
from gateway.review.writings import Writings
from gateway.store.review.checks import CheckFiles
from gateway.store.sqlite.log_folder import LogFolder
from gateway.store.sqlite.shelf import SharedShelf
from gateway.tlog import Logs
from gateway.tlog.at_rest import ReadableLog
from gateway.tlog.audit import STREAMS, AuditLog
from gateway.tlog.turn import stated
from gateway.verify.keys import VerifierKey
from gateway.verify.note import sign_note
from gateway.verify.policy import Policy
from gateway.verify.trust import Reader
from tests.unit.tlog.bench import HOST, Bench
from tests.unit.verify.oracle import Cosigner, Key

FIRST, SECOND = 300, 20
NEXT_YEAR = datetime(2027, 1, 2, tzinfo=UTC)
WITNESSED = datetime(2027, 1, 2, 8, tzinfo=UTC)
WITNESS = Cosigner("region.example/w1", 4, at=int(WITNESSED.timestamp()))
POLICY = Policy.parse(f"witness region {WITNESS.vkey}\nquorum region\n")
TOMBSTONE = 299
"""The number of the record of 2026 that has a statement."""


def key(stream: str, year: int = 2026, *, version: bytes = b"") -> Key:
    """Who signs a stream's log."""
    return Key(f"{HOST}/{stream}/{year}", hashlib.sha256(stream.encode() + version).digest())


def trust(stream: str, log: ReadableLog) -> Reader:
    head = log.state()
    origin = head.checkpoint.partition("\n")[0] if head else HOST
    signer = Key(origin, hashlib.sha256(stream.encode()).digest())
    return Reader([VerifierKey.parse(signer.vkey)], policy=POLICY)


async def record(state: Path, *, more: int = 0) -> None:
    """Two years of the ZVH, published: in 2026 `FIRST` records, the last a tombstone; `more` in 2027."""
    bench = Bench(state, queue=10_000)
    logs = await bench.logs()
    try:
        await asyncio.gather(*(bench.append(logs, case=f"zaak-{n % 9}") for n in range(TOMBSTONE)))
        said = {"act": "erased", "at": "x", "by": "bewaarplan", "keys": [os.urandom(16).hex()], "reason": "z"}
        tombstone = stated(said, id=bench.chance.new(), simulation=False, kind=RecordClass.TOMBSTONE)
        await logs.append(Tenant.ZVH, bench.clock.now(), tombstone)
        bench.clock.moment = NEXT_YEAR
        await asyncio.gather(*(bench.append(logs) for _ in range(SECOND + more)))
        for year in (2026, 2027):
            log = await logs.log(Tenant.ZVH, year)
            text = log.checkpoint.partition("\n\n")[0] + "\n"
            note = sign_note(text, [Key(log.origin, hashlib.sha256(b"zvh").digest()), WITNESS])
            await log.publish(Published(int(text.split("\n")[1]), note, WITNESSED))
    finally:
        logs.close()


def seal(state: Path, year: int = 2027, *, published: bool = False) -> str:
    """The log's seal as it is now."""
    log = LogFolder(state).storage("zvh", year)
    try:
        found = log.published() if published else log.state()
        assert found is not None
        return found.checkpoint
    finally:
        log.close()


@dataclass
class Clock:
    moment: datetime = NEXT_YEAR + timedelta(days=1)

    def now(self) -> datetime:
        return self.moment


@dataclass
class Bureau:
    checks: Checks
    writings: Writings
    clock: Clock

    async def check(self, *seals: object):
        """What a check comes to, asked for by the FG."""
        self.checks.start(Tenant.ZVH, who="fenna", role="fg", seals=seals)
        return await self.checks.finished(Tenant.ZVH)


@asynccontextmanager
async def bureau(
    state: Path, clock: Clock | None = None, freeze: Callable[[str, str], None] | None = None
) -> AsyncIterator[Bureau]:
    """The checks of a desk over a state folder."""
    clock, at_rest = clock or Clock(), LogFolder(state)
    looked = Logs(
        shelf=SharedShelf(state),
        host=HOST,
        signer=lambda stream, origin: Key(origin, hashlib.sha256(stream.encode()).digest()),
        clock=clock,
        identifiers=Uuid7(),
        randomness=os.urandom,
        queue=100,
        streams=STREAMS,
    )
    try:
        await looked.start()
        acts = {tenant: Acts(at_rest, tenant) for tenant in Tenant}
        writings = Writings(AuditLog(looked, clock=clock, identifiers=Uuid7(), simulation=False), acts)
        judge = Judge(at_rest, trust, alone=False, now=clock.now)
        checks = Checks(judge, CheckFiles(state / "desk-checks"), writings, clock.now, freeze)
        await checks.open()
        yield Bureau(checks, writings, clock)
        await checks.close()
    finally:
        looked.close()
