"""A gate with a real log, directory, book of facts, policy and envelope over registers in memory; tests change the
registers and the holders.
"""

import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gateway.crypto.envelope import Envelopes
from gateway.crypto.keystore import KeyStore
from gateway.directory import Directory, KeySets
from gateway.errors import Unauthenticated
from gateway.exchange.gate import Gate
from gateway.exchange.pipeline import Exchange
from gateway.facts import Dictionary, FactsBook
from gateway.model.codes import Profile
from gateway.model.parties import Credentials, Requester
from gateway.model.request import Ask, Call
from gateway.pdp.bundle import Bundle
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.point import DecisionPoint
from gateway.pdp.schema import Schemas
from gateway.sandbox.keys import SandboxKeys
from gateway.sandbox.region import seed
from gateway.settings import ROOT
from gateway.store.claims import MemoryClaims
from gateway.store.sqlite.counters import SqliteCounters
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.tlog.logs import Logs
from tests.support.questions import make_ask
from tests.support.simulators import (
    CountedIds,
    MemoryRegisters,
    PlainPseudonyms,
    SettableClock,
    SimulatedHolders,
)

ISSUER = "http://127.0.0.1:8400"
VALUES = {"adres_huidig": "Lindelaan 14, 9999 ZZ Voorbeeldstad", "toezicht_voorwaarden": ["meldplicht op dinsdag"]}


class NamedTokens:
    """Whoever names a client of the directory is it."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def authenticate(self, credentials: Credentials) -> Requester:
        requester = await self._directory.requester(credentials.authorization or "")
        if requester is None:
            raise Unauthenticated("token-invalid")
        return requester


@dataclass
class World:
    """A gate and the strings by which a test pulls it."""

    gate: Gate
    exchange: Exchange
    logs: Logs
    clock: SettableClock
    holders: SimulatedHolders
    registers: MemoryRegisters
    keys: KeyStore
    partners: SandboxKeys
    calls: int = field(default=0)

    def call(
        self, ask: Ask | None = None, *, client: str = "voorbeeldstad", key: str | None = None, body: bytes = b"{}"
    ) -> Call:
        """An arrival of `ask` (the ordinary request) from a client, under a fresh idempotency key."""
        self.calls += 1
        return Call(
            credentials=Credentials(client, None, "POST", f"{ISSUER}/v1/disclosures"),
            idempotency_key=key or f"key-{self.calls}",
            body=body,
            read=lambda _: ask or make_ask(),
            trace_id="0" * 31 + "1",
        )

    async def classes(self, tenant: str) -> list[str]:
        """The classes of a tenant's records, in order."""
        return [leaf["class"] for leaf in await self.leaves(tenant)]

    async def leaves(self, tenant: str) -> list[dict[str, Any]]:
        [log] = [log for (owner, _), log in self.logs.opened.items() if owner == tenant]
        return [json.loads(log.entry(index) or b"") for index in range(log.size)]


@cache
def rules() -> Bundle:
    """The project's own, read once."""
    return Bundle.read(ROOT / "policies" / "rules")


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys") / "keys"
    KeyStore.create(folder, b"a passphrase for tests", now=SettableClock().now())
    return folder


@pytest.fixture
async def world(tmp_path: Path, key_folder: Path) -> AsyncIterator[World]:
    clock, ids, pseudonyms, dictionary = SettableClock(), CountedIds(), PlainPseudonyms(), Dictionary.load()
    keys, registers = KeyStore.open(key_folder, b"a passphrase for tests"), MemoryRegisters()
    partners = SandboxKeys(tmp_path / "sandbox")
    seed(registers, pseudonyms.of, partners, "http://127.0.0.1:1")
    holders = SimulatedHolders()
    holders.values["00000001800000002000", "toezicht", "999993653"] = VALUES
    directory = Directory(registers, KeySets(()), profile=Profile.PRODUCTIE, development=True)
    logs = Logs(
        shelf=SqliteShelf(tmp_path),
        host="test.localhost",
        signer=lambda tenant, origin: keys.note_signer(f"log-{tenant}", origin),
        clock=clock,
        identifiers=ids,
        randomness=os.urandom,
        queue=64,
    )
    await logs.start()
    counters = SqliteCounters.open(tmp_path, now=clock.now())
    policy = DecisionPoint(EmbeddedEngine(workers=1), Schemas.read(), timeout=5)
    await policy.load(rules())
    gate = Gate(
        clock=clock,
        identifiers=ids,
        tokens=NamedTokens(directory),
        pseudonyms=pseudonyms,
        directory=directory,
        facts=FactsBook(registers, dictionary, profile=Profile.PRODUCTIE),
        policy=policy,
        holders=holders,
        sealer=Envelopes(ISSUER, keys, clock),
        claims=MemoryClaims(),
        records=logs,
        counters=counters,
        keep_answers=timedelta(hours=24),
    )
    try:
        yield World(gate, Exchange(gate), logs, clock, holders, registers, keys, partners)
    finally:
        logs.close()
        counters.close()
        await policy.aclose()
