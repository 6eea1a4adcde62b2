"""Two processes write one log in PostgreSQL; one of them is killed, or stopped in the middle of anything and woken.

Rules: whoever is stopped while it holds the log's row holds up the other one until the server loses patience; what it
does when it wakes forks nothing. A process that ends is replaced by a new one.
"""

from __future__ import annotations

import asyncio
import json
import random
import signal
import subprocess
import sys
import threading
from itertools import count as numbers
from pathlib import Path

from gateway.errors import Fault
from gateway.store.postgres.database import read_both
from gateway.store.postgres.schema import migrate
from gateway.store.postgres.shelf import PostgresShelf
from tests.conftest import lacking
from tests.faults.ledger import Ledger
from tests.faults.life import Life
from tests.faults.tally import Tally
from tests.faults.writer_kills import ROOT, take_in
from tests.support.postgres import Server, running_server

PAUSE, SHORT, LONG = (0.6, 1.6), (0.1, 1.0), 6.5
"""Seconds between two faults, that a process is stopped, and that every fifth is: longer than a lock is waited for."""


class Writer:
    """A process that writes, and what it told so far."""

    def __init__(self, state: Path, number: int, moment: str, urls: list[str]) -> None:
        command = [sys.executable, "-m", "tests.faults.writer", str(state), str(number), moment, *urls]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.lines: list[bytes] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def end(self) -> list[bytes]:
        """Kill it where it is alive; all that it told."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        return [line for line in self.lines if line.endswith(b"\n")]

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, b""))
        self.process.stdout.close()


async def run(folder: Path, *, count: int, seed: int) -> list[Tally]:
    """`count` times one of the two is killed, or stopped for a while."""
    if why := lacking("postgresql"):
        return [Tally("stopped-processes", left_out=why)]
    chance, tally, ledger = random.Random(seed), Tally("stopped-processes", times=count), Ledger()
    with running_server() as server:
        urls = [server.fresh(), server.fresh()]
        for database in read_both(*urls, development=True):
            migrate(database)
        await _besiege(folder, urls, chance, tally, ledger, count)
        await _hold(server, urls, ledger, tally)
    tally.acknowledged = len(ledger.told)
    return [tally]


async def _besiege(
    folder: Path, urls: list[str], chance: random.Random, tally: Tally, ledger: Ledger, count: int
) -> None:
    number, moment = numbers(1), ledger.clock.now().isoformat()
    writers = [Writer(folder, next(number), moment, urls) for _ in range(2)]

    def take(writer: Writer) -> None:
        for line in writer.end():
            take_in(json.loads(line), ledger, tally)

    for fault in range(count):
        await asyncio.sleep(chance.uniform(*PAUSE))
        which = chance.randrange(2)
        if fault % 5 in (1, 3):
            tally.notes["× killed"] += 1
            writers[which].process.kill()
        else:
            tally.notes["× stopped and woken"] += 1
            writers[which].process.send_signal(signal.SIGSTOP)
            await asyncio.sleep(LONG if fault % 5 == 4 else chance.uniform(*SHORT))
            writers[which].process.send_signal(signal.SIGCONT)
        await asyncio.sleep(0.1)
        for at, writer in enumerate(writers):
            if writer.process.poll() is not None:
                take(writer)
                writers[at] = Writer(folder, next(number), moment, urls)
                tally.notes["processes replaced"] += 1
    await asyncio.sleep(max(PAUSE))
    for writer in writers:
        take(writer)


async def _hold(server: Server, urls: list[str], ledger: Ledger, tally: Tally) -> None:
    databases = read_both(*urls, development=True)
    life = Life(server.folder, 999, random.Random(), ledger, open_shelf=lambda _: PostgresShelf(*databases))
    try:
        logs = await life.bench.logs()
    except Fault as fault:
        tally.wrong.append(f"it did not open: {fault.code}")
        return
    tally.add(await ledger.hold_against(logs))
    tally.notes["records"] = sum(log.size for log in logs.opened.values())
    await asyncio.to_thread(logs.close)
