"""Two gateways write one log in PostgreSQL, and the line to it, its backends or the whole server fail.

Rules:
- A caller that was told a fault asks again under its idempotency key, at either gateway, until it has an answer: then
  one record stands under that key, whatever became of the commits whose outcome nobody knew.
- Both gateways go on by themselves; what they acknowledged stands in one history.
"""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from gateway.errors import Fault, InFlight
from gateway.model.codes import Tenant
from gateway.store.postgres.database import read_both
from gateway.store.postgres.schema import migrate
from gateway.store.postgres.shelf import PostgresShelf
from gateway.tlog import Logs
from tests.conftest import lacking
from tests.faults.ledger import YEAR, Ledger
from tests.faults.line import Line
from tests.faults.tally import Tally
from tests.support.postgres import Server, running_server
from tests.unit.tlog.bench import Bench, Chance

CALLERS, NAMES = 8, 4
PAUSE, LASTING = (0.1, 0.4), (0.1, 0.8)
"""Seconds between two faults, and that one lasts."""
PATIENCE = 60.0


@dataclass
class Office:
    """One gateway's logs, over a line of its own."""

    line: Line
    bench: Bench
    logs: Logs


@dataclass
class Siege:
    """`told`: what callers heard before they had their answer."""

    server: Server
    offices: list[Office]
    chance: random.Random
    ledger: Ledger = field(default_factory=Ledger)
    told: Counter[str] = field(default_factory=Counter)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def call(self, caller: int) -> None:
        """Ask one thing after the other until it is over, each until it is answered."""
        asked = 0
        while not self.stop.is_set():
            asked += 1
            async with asyncio.timeout(PATIENCE):
                await self._ask(f"{caller}-{asked}")

    async def mend(self, office: Office) -> None:
        while True:
            await asyncio.sleep(0.05)
            await office.logs.mend()

    async def _ask(self, name: str) -> None:
        while True:
            office = self.chance.choice(self.offices)
            try:
                if await self._asked(office, name):
                    return
            except InFlight:
                self.told["in-flight"] += 1
            except Fault as fault:
                self.told[fault.code] += 1
                await asyncio.sleep(0.02)

    async def _asked(self, office: Office, name: str) -> bool:
        """As the gateway answers: what was recorded is given again; whether there was an answer."""
        bench = office.bench
        tenant = Tenant.ZVH if name[-1] in "02468" else Tenant.GEMEENTE
        new = bench.record(body=orjson.dumps({"of": name}), outbox=bench.outbox(name), case=f"zaak-{name[-1]}")
        kept = await office.logs.answered("client-1", name)
        receipt = kept.receipt if kept else await office.logs.append(tenant, bench.clock.now(), new)
        self.told["answers that were recorded before"] += kept is not None
        self.ledger.write(tenant, new, receipt)
        with suppress(Fault):
            await asyncio.to_thread(self.ledger.look, office.logs)
        return True


Strike = Callable[[Siege, Office], Awaitable[None]]


async def cut(siege: Siege, office: Office) -> None:
    office.line.cut()


async def refuse(siege: Siege, office: Office) -> None:
    office.line.refusing = True
    office.line.cut()
    await asyncio.sleep(siege.chance.uniform(*LASTING))
    office.line.refusing = False


async def hold(siege: Siege, office: Office) -> None:
    office.line.hold()
    await asyncio.sleep(siege.chance.uniform(*LASTING))
    office.line.release()


async def hold_and_cut(siege: Siege, office: Office) -> None:
    office.line.hold()
    await asyncio.sleep(siege.chance.uniform(*LASTING))
    office.line.cut()
    office.line.release()


async def slow(siege: Siege, office: Office) -> None:
    office.line.slow = 0.02
    await asyncio.sleep(siege.chance.uniform(*LASTING))
    office.line.slow = 0.0


async def lose_an_answer_to_commit(siege: Siege, office: Office) -> None:
    office.line.unanswered = 1


async def lose_a_commit(siege: Siege, office: Office) -> None:
    office.line.unasked = 1


async def end_the_backends(siege: Siege, office: Office) -> None:
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluis'"
    await asyncio.to_thread(siege.server.run, ended)


async def kill_the_server(siege: Siege, office: Office) -> None:
    await asyncio.to_thread(_kill_and_start, siege.server)


def _kill_and_start(server: Server) -> None:
    """SIGKILL to the server's first process; what it leaves behind ends when it sees that."""
    assert server.process is not None
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    while True:
        time.sleep(0.1)
        try:
            server.start()
            return
        except AssertionError:
            assert server.process.poll() is not None


STRIKES: tuple[Strike, ...] = (
    lose_an_answer_to_commit,
    lose_a_commit,
    cut,
    refuse,
    hold,
    hold_and_cut,
    slow,
    end_the_backends,
    kill_the_server,
)


async def run(folder: Path, *, count: int, seed: int) -> list[Tally]:
    """`count` faults, of each kind in turn."""
    chance, tally = random.Random(seed), Tally("partitions", times=count)
    if why := lacking("postgresql"):
        return [Tally("partitions", left_out=why)]
    with ExitStack() as opened:
        server = opened.enter_context(running_server())
        names = [url.partition("/@")[0].split("@/")[1].split("?")[0] for url in (server.fresh(), server.fresh())]
        for database in read_both(*(server.url(name) for name in names), development=True):
            migrate(database)
        offices = []
        ledger = Ledger()
        for number in (1, 2):
            line = opened.enter_context(Line(server.folder / f"line-{number}", server.folder))
            offices.append(await _open(line, names, number, ledger))
        siege = Siege(server, offices, chance, ledger)
        await _besiege(siege, count, tally)
        for office in offices:
            await asyncio.to_thread(office.logs.close)
        with Line(server.folder / "line-3", server.folder) as line:
            whole = await _open(line, names, 3, ledger)
            tally.add(await ledger.hold_against(whole.logs))
            await _count_names(whole, tally)
            await asyncio.to_thread(whole.logs.close)
    tally.acknowledged = len(ledger.told)
    tally.notes.update({f"callers were told {code}": times for code, times in siege.told.items()})
    tally.notes["commits whose outcome nobody knew"] = sum(office.line.lost for office in offices)
    return [tally]


async def _open(line: Line, names: list[str], number: int, ledger: Ledger) -> Office:
    databases = read_both(*(line.url(name) for name in names), development=True)
    bench = Bench(Path(), open_shelf=lambda _: PostgresShelf(*databases), clock=ledger.clock, chance=Chance(number))
    return Office(line, bench, await bench.logs())


async def _besiege(siege: Siege, count: int, tally: Tally) -> None:
    callers = [asyncio.create_task(siege.call(caller)) for caller in range(CALLERS)]
    menders = [asyncio.create_task(siege.mend(office)) for office in siege.offices]
    for number in range(count):
        await asyncio.sleep(siege.chance.uniform(*PAUSE))
        strike = STRIKES[number % len(STRIKES)]
        await strike(siege, siege.chance.choice(siege.offices))
        tally.notes[f"× {strike.__name__.replace('_', ' ')}"] += 1
    siege.stop.set()
    for ended in await asyncio.gather(*callers, return_exceptions=True):
        if isinstance(ended, BaseException):
            tally.wrong.append(f"a caller never had its answer: {type(ended).__name__} {ended}")
    for mender in menders:
        if mender.done():
            tally.wrong.append(f"mending ended: {mender.exception()!r}")
        mender.cancel()
    await asyncio.gather(*menders, return_exceptions=True)


async def _count_names(office: Office, tally: Tally) -> None:
    """Under each idempotency key stands one record."""
    names: Counter[str] = Counter()
    for tenant in Tenant:
        log = await office.logs.log(tenant, YEAR)
        for index in range(log.size):
            body = log.body(index)
            assert body is not None, "a key is lost"
            names[orjson.loads(body)["of"]] += 1
    for name, times in names.items():
        if times > 1:
            tally.wrong.append(f"{name} was recorded {times} times")
    tally.notes["records"] = names.total()
