"""One life of the logs under load: from opening until the work is done or something fails.

Rules: the real `Logs` over the real files, driven by as many callers as the batch needs; every body, key and answer is
its own, so that what is lost or lingers can be told; each acknowledgement goes to the ledger as it comes.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import apsw

from gateway.errors import Fault
from gateway.exchange.kept import marked
from gateway.model.canonical import canonical
from gateway.model.codes import Tenant
from gateway.model.erasure import ErasureReason
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.tlog import Logs
from gateway.tlog.erasing.erasure import Erasing
from gateway.tlog.ports import Shelf
from tests.faults.ledger import YEAR, Ledger
from tests.unit.tlog.bench import Bench, Chance

LOOK, PEOPLE = 8, 40
PART = 64
"""Of an answer as it is stored: enough to know it by."""
SHORT, LONG = timedelta(minutes=1), timedelta(days=300)


@dataclass
class Life:
    """`acts`: how much each of the `callers` does before all is closed; `erasing`: people are erased too; `expiring`:
    answers expire and are erased. `erased`: answers and keys whose erasure was reported; `faults`: the codes that
    callers were told.
    """

    folder: Path
    number: int
    chance: random.Random
    ledger: Ledger
    callers: int = 12
    acts: int = 30
    synchronous: str = "FULL"
    appended: int = 0
    faults: list[str] = field(default_factory=list)
    erased: list[bytes] = field(default_factory=list)
    closed: bool = False
    erasing: bool = False
    expiring: bool = True
    open_shelf: Callable[[Path], Shelf] = SqliteShelf
    before_closing: Callable[[Logs], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        self.bench = Bench(self.folder, self.open_shelf, clock=self.ledger.clock, chance=Chance(self.number))
        self._expiring: list[bytes] = []

    async def lead(self) -> None:
        """Open, work, close. Whatever fails ends it, and is told in `faults`."""
        with _connections(self.synchronous) as weaken:
            try:
                logs = await self.bench.logs()
            except (Fault, OSError, apsw.Error) as error:
                self.faults.append(_code(error))
                return
            weaken()
            try:
                await asyncio.gather(*(self._call(logs, caller) for caller in range(self.callers)))
                if self.before_closing is not None:
                    await self.before_closing(logs)
            finally:
                try:
                    await asyncio.to_thread(logs.close)
                    self.closed = True
                except (apsw.IOError, apsw.FullError):
                    """What closes emptied no WAL, as SQLite allows; apsw tells what SQLite would pass over."""

    async def _call(self, logs: Logs, caller: int) -> None:
        for act in range(self.acts):
            try:
                if self.expiring and caller == 0 and act % 5 == 4:
                    await self._erase(logs)
                elif self.erasing and caller == 1 and act % 5 == 4:
                    await self._erase_somebody(logs)
                else:
                    await self.append(logs, f"{self.number}-{caller}-{act}")
            except (Fault, OSError, apsw.Error) as error:
                self.faults.append(_code(error))
                return

    async def append(self, logs: Logs, name: str) -> None:
        """Record one thing, called `name`, and write its acknowledgement down."""
        chance, outbox, sealed, request = self.chance, None, f"answer-{name}.", self.bench.chance.new()
        short = self.expiring and chance.random() < 0.3
        if short or chance.random() < 0.5:
            until = self.bench.clock.now() + (SHORT if short else LONG)
            answer = canonical({"id": request, "sealed": sealed, "filler": chance.randbytes(32).hex()})
            outbox = marked(self.bench.outbox(name, answer=answer, expires_at=until))
        new = self.bench.record(
            body=f'{{"of":"{name}","filler":"{"x" * chance.choice((10, 900, 6000))}"}}'.encode(),
            request_id=request,
            released=sealed.encode(),
            subject=f"v1:nobody-{chance.randrange(PEOPLE)}",
            case=chance.choice((None, f"zaak-{chance.randrange(20)}")),
            outbox=outbox,
        )
        tenant = chance.choice((Tenant.ZVH, Tenant.ZVH, Tenant.GEMEENTE))
        receipt = await logs.append(tenant, self.bench.clock.now(), new)
        self.appended += 1
        self.ledger.write(tenant, new, receipt)
        if self.appended % LOOK == 0:
            self.ledger.look(logs)
        if outbox is not None and short:
            kept = (await logs.log(tenant, YEAR))._storage.answer(outbox.client, name)
            if kept is not None:
                self._expiring.append(kept.outbox.answer[:PART])

    async def _erase(self, logs: Logs) -> None:
        """Let the short-lived answers expire and have them erased."""
        expiring, self._expiring = self._expiring, []
        self.ledger.pass_time(2 * SHORT)
        await logs.erase_answers()
        self.erased.extend(expiring)

    async def _erase_somebody(self, logs: Logs) -> None:
        """Erase all that was ever recorded of one person in one tenant's logs."""
        tenant, subject = Tenant.ZVH, f"v1:nobody-{self.chance.randrange(PEOPLE)}"
        keys = await logs.keys(tenant)
        owned = keys.owned("subject", subject)
        secrets = [key for key_id in owned if (key := keys.find(key_id)) is not None]
        wanted = self.ledger.erase(tenant, subject)
        await self._eraser(logs).erase(tenant, owned, ErasureReason.ON_REQUEST, "fg-1")
        self.ledger.erased(tenant, subject, wanted)
        self.erased.extend(secrets)

    async def resume(self, logs: Logs) -> None:
        """Finish what an earlier life began to erase."""
        await self._eraser(logs).resume()
        self.ledger.erasing.clear()

    def _eraser(self, logs: Logs) -> Erasing:
        bench = self.bench
        return Erasing(logs, logs, clock=bench.clock, identifiers=bench.chance, simulation=False)


class _connections:
    """Collects the connections that are opened, to give them another `synchronous` once they are set up."""

    def __init__(self, synchronous: str) -> None:
        self._synchronous, self._made = synchronous, list[apsw.Connection]()

    def __enter__(self):
        apsw.connection_hooks.append(self._made.append)
        return self.weaken

    def weaken(self) -> None:
        if self._synchronous != "FULL":
            for connection in self._made:
                connection.pragma("synchronous", self._synchronous)

    def __exit__(self, *_: object) -> None:
        apsw.connection_hooks.remove(self._made.append)
        self._made.clear()


def _code(error: Exception) -> str:
    if isinstance(error, apsw.FullError):  # of closing after a fault: SQLite passes over it, apsw tells it
        return "disk-full"
    return error.code if isinstance(error, Fault) else type(error).__name__
