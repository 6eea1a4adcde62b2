"""Writing the year: every request of the plan through the exchange itself, into the logs of a state folder.

Rules:
- Nothing is written to a log but by what writes it in a gateway: the exchange records, `Logs` turns the year, `Erasing`
  erases, `in_force` states which policies decide. What is not real are the two doors (`doors`) and the clock.
- Whoever writes holds the lock of the folder, so that no gateway serves it meanwhile.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from gateway.api.reading import reader
from gateway.app.keys import log_keys, log_signer, open_keys
from gateway.crypto.envelope import Envelopes
from gateway.crypto.pseudonym import HmacPseudonyms
from gateway.directory import Directory, KeySets
from gateway.errors import Fault
from gateway.exchange.collect import collect
from gateway.exchange.gate import Gate
from gateway.exchange.pipeline import Exchange
from gateway.facts import Dictionary, FactsBook
from gateway.model.amsterdam import day_of
from gateway.model.codes import Tenant
from gateway.model.erasure import ErasureReason
from gateway.model.parties import tenant_of
from gateway.model.record import Leaf
from gateway.model.request import Call
from gateway.model.retention import Keep
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.point import DecisionPoint
from gateway.pdp.schema import Schemas
from gateway.sandbox.keys import SandboxKeys
from gateway.sandbox.year.clock import MovedClock, MovedIds, RecordIds
from gateway.sandbox.year.doors import NamedTokens, NearHolders, coming, out_of_order
from gateway.sandbox.year.people import World, clients
from gateway.sandbox.year.plan import Event
from gateway.sandbox.year.turns import Turn, YearRecords
from gateway.settings import Settings
from gateway.store.claims import MemoryClaims
from gateway.store.registers.both import Registers
from gateway.store.sqlite.counters import SqliteCounters
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.tlog.erasing.erasure import Erasing
from gateway.tlog.in_force import in_force
from gateway.tlog.logs import Logs

AT_ONCE = 64
PATIENCE = 30.0
"""Seconds that a decision may take: on a busy machine a year must not fill with faults of the engine."""


@dataclass(slots=True)
class Written:
    """What became of an event. `request`: its disclosure's id; `record`: that of its record, empty of a fault;
    `outcome`: of the decision, or the code of the fault.
    """

    event: Event
    request: str = ""
    record: str = ""
    outcome: str = ""
    granted: tuple[str, ...] = ()
    collected: bool = False
    done: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def tenant(self) -> Tenant:
        return tenant_of(self.event.ask.document["basis"])


@dataclass(frozen=True, slots=True)
class _Step:
    """An event, or its collection."""

    at: datetime
    written: Written
    collects: bool = False


class Writer:
    """Make one with `open_writer`."""

    def __init__(self, gate: Gate, policy: DecisionPoint, logs: dict[Tenant, Logs], clock: MovedClock, reading) -> None:
        self._gate, self._logs, self._clock, self._read = gate, logs, clock, reading
        self._exchange, self.policy = Exchange(gate), policy
        self._records: YearRecords = gate.records
        self._ids: MovedIds = gate.identifiers
        self._clients = clients()

    async def write(self, events: Iterable[Event]) -> list[Written]:
        """All of them, oldest first, with who comes for what was sent to them."""
        written = [Written(event) for event in events]
        steps = [_Step(each.event.at, each) for each in written]
        steps += [
            _Step(each.event.at + each.event.collected, each, collects=True)
            for each in written
            if each.event.collected is not None and each.event.ask.recipient is not None
        ]
        for batch in _batches(sorted(steps, key=lambda step: step.at)):
            await self.move(batch[0].at)
            self._clock.base = batch[-1].at
            await asyncio.gather(*[self._one(step, self._records.turn(step.written.tenant)) for step in batch])
        return written

    async def move(self, moment: datetime) -> None:
        """Let it be `moment`; in another year, its logs are opened and those of the year before closed."""
        self._clock.base = moment
        for tenant, logs in self._logs.items():
            await logs.log(tenant, logs.year_of(moment))

    async def in_force(self, revision: str, previous: str | None, signer: str, at: datetime) -> None:
        """State in both logs which policies decide from now on."""
        await self.move(at)
        for tenant, logs in self._logs.items():
            new = in_force(revision, previous, signer, id=self._gate.identifiers.new(), simulation=False)
            await logs.append(tenant, at, new)

    async def erase(self, tenant: Tenant, bsn: str, at: datetime) -> list[str]:
        """Erase what is recorded of somebody, on request; the ids of the tombstones."""
        await self.move(at)
        logs = self._logs[tenant]
        erasing = Erasing(logs, logs, clock=self._clock, identifiers=self._gate.identifiers, simulation=False)
        owned = (await logs.keys(tenant)).owned("subject", self._gate.pseudonyms.of(tenant, bsn))
        return await erasing.erase(tenant, owned, ErasureReason.ON_REQUEST, "fg-1")

    async def sweep(self, at: datetime) -> None:
        """Erase the answers that are no longer kept."""
        await self.move(at)
        for logs in self._logs.values():
            await logs.erase_answers()

    async def _one(self, step: _Step, turn: Turn) -> None:
        with self._clock.at(step.at), out_of_order(step.written.event.down):
            async with self._records.in_turn(turn):
                await (self._collect(step.written) if step.collects else self._ask(step.written))

    async def _ask(self, written: Written) -> None:
        ask = written.event.ask
        body = json.dumps(ask.document).encode()
        call = Call(coming(self._clients[ask.by]), os.urandom(16).hex(), body, self._read, os.urandom(16).hex())
        try:
            answer = await self._exchange.disclose(call)
        except Fault as fault:
            written.request, written.outcome = self._ids.last, fault.code
        else:
            written.request, written.outcome = answer.document["id"], answer.document["outcome"]
            written.record = _record_of(answer.receipt)
            written.granted = tuple(each["name"] for each in answer.document["fields"] if each["granted"])
        finally:
            written.done.set()

    async def _collect(self, written: Written) -> None:
        await written.done.wait()
        if written.granted:
            recipient = written.event.ask.recipient
            assert recipient is not None
            await collect(self._gate, coming(self._clients[recipient]), written.request, os.urandom(16).hex())
            written.collected = True


def _record_of(receipt: str) -> str:
    """The id of the record that a receipt is of: its leaf stands in it (C2SP tlog-proof, `extra`)."""
    [leaf] = [line.removeprefix("extra ") for line in receipt.split("\n") if line.startswith("extra ")]
    return Leaf.from_bytes(base64.b64decode(leaf)).id


def _batches(steps: Sequence[_Step]) -> Iterator[list[_Step]]:
    """Those that run beside each other: at most `AT_ONCE`, and all of one year, for a log that is closed takes none."""
    for _, year in groupby(steps, key=lambda step: day_of(step.at).year):
        own = list(year)
        yield from (own[begin : begin + AT_ONCE] for begin in range(0, len(own), AT_ONCE))


@asynccontextmanager
async def open_writer(settings: Settings, world: World, begin: datetime) -> AsyncIterator[Writer]:
    """What writes to a state folder whose registers know the world, from `begin` on. `Fault` where it is served."""
    clock, dictionary = MovedClock(begin), Dictionary.load()
    ids = MovedIds(clock)
    async with AsyncExitStack() as opened:
        keys, sandbox = open_keys(settings), SandboxKeys(settings.state / "sandbox")
        shelf = opened.enter_context(closing(SqliteShelf(settings.state)))
        record_ids = {tenant: RecordIds(clock) for tenant in Tenant}
        logs = {tenant: _logs(settings, keys, shelf, clock, tenant, record_ids[tenant]) for tenant in Tenant}
        for each in logs.values():
            opened.callback(each.close)
            await each.start()
        policy = DecisionPoint(EmbeddedEngine(workers=settings.engine_workers), Schemas.read(), timeout=PATIENCE)
        opened.push_async_callback(policy.aclose)
        registers = opened.enter_context(closing(Registers.open(settings.state / "store.sqlite")))
        key_sets = KeySets(frozenset())
        opened.push_async_callback(key_sets.close)
        directory = Directory(registers, key_sets, profile=settings.profile, development=True)
        holders = NearHolders(world.region, sandbox, settings.public_url, clock)
        gate = Gate(
            clock=clock,
            identifiers=ids,
            tokens=NamedTokens(directory),
            pseudonyms=HmacPseudonyms(keys),
            directory=directory,
            facts=FactsBook(registers, dictionary, profile=settings.profile),
            policy=policy,
            holders=holders,
            sealer=Envelopes(settings.public_url, keys, clock),
            claims=MemoryClaims(),
            records=YearRecords(logs, record_ids, clock),
            counters=opened.enter_context(closing(SqliteCounters.open(settings.state, now=begin))),
            keep_answers=timedelta(hours=settings.outbox_hours),
            keep=Keep(settings.keep_records, settings.keep_attempts),
        )
        yield Writer(gate, policy, logs, clock, reader(dictionary.names))


def _logs(settings: Settings, keys, shelf: SqliteShelf, clock: MovedClock, tenant: Tenant, ids: RecordIds) -> Logs:
    return Logs(
        shelf=shelf,
        host=settings.log_host,
        signer=partial(log_signer, keys),
        clock=clock,
        identifiers=ids,
        randomness=os.urandom,
        queue=settings.log_queue,
        former=partial(log_keys, keys),
        streams=[tenant],
    )
