"""The one place where ports meet adapters: what is opened, in which order, and how it is let go of again."""

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from fastapi import FastAPI

from gateway.api import Services, authenticated, create_api
from gateway.catalogue import Catalogue
from gateway.crypto.compact import decode
from gateway.crypto.durable import make_folder
from gateway.crypto.envelope import Envelopes
from gateway.crypto.keystore import KeyStore
from gateway.crypto.passphrase import read_passphrase
from gateway.crypto.pseudonym import HmacPseudonyms
from gateway.directory import Directory, KeySets
from gateway.errors import Fault
from gateway.exchange.collect import collect
from gateway.exchange.gate import Gate
from gateway.exchange.pipeline import Exchange
from gateway.facts import Dictionary, FactsBook
from gateway.holders import HolderClient
from gateway.model.codes import Profile
from gateway.model.parties import Credentials, Requester
from gateway.oauth.resource.validator import TokenValidator
from gateway.oauth.server.endpoint import TokenEndpoint
from gateway.oauth.server.metadata import metadata
from gateway.pdp.archive import Archive
from gateway.pdp.both import BothEngines
from gateway.pdp.conformance import Examination
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.follow import Follower
from gateway.pdp.opa import OpaEngine
from gateway.pdp.overlays import Overlays
from gateway.pdp.point import DecisionPoint
from gateway.pdp.port import PolicyEngine
from gateway.pdp.schema import Schemas
from gateway.pdp.source import Source
from gateway.settings import Settings
from gateway.store.counters import SqliteCounters
from gateway.store.registers import Registers
from gateway.store.replay import ReplayStore
from gateway.store.shelf import SqliteShelf
from gateway.tlog.audit import STREAMS as AUDIT_STREAMS
from gateway.tlog.guarded import GuardedRecords
from gateway.tlog.logs import Logs
from gateway.tlog.public import PublicLogs

CLOCKS_MAY_DIFFER = 10
SWEEP = 600.0
MEND = 1.0


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Uuid7:
    """Fresh ids that sort by time (RFC 9562 section 5.7): 48 bits of milliseconds, the rest random."""

    def new(self) -> str:
        value = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
        value = value & ~(0xF << 76) | 0x7 << 76
        return str(UUID(int=value & ~(0x3 << 62) | 0x2 << 62))


class NotedTokens:
    """The validator, telling the service log and the rate limit which client was proved."""

    def __init__(self, tokens: TokenValidator) -> None:
        self._tokens = tokens

    async def authenticate(self, credentials: Credentials) -> Requester:
        requester = await self._tokens.authenticate(credentials)
        authenticated(requester.client_id)
        return requester


@dataclass(frozen=True, slots=True)
class Gateway:
    """What runs: the API, the ports behind it, the logs, and who looks for new policies. `revision`: the first one."""

    api: FastAPI
    gate: Gate
    logs: Logs
    revision: str
    policies: Follower


def open_engine(settings: Settings) -> PolicyEngine:
    examination = Examination.read()
    embedded = EmbeddedEngine(workers=settings.engine_workers, examination=examination)
    if settings.engine == "embedded":
        return embedded
    assert settings.opa_socket is not None
    opa = OpaEngine(settings.opa_socket, token=settings.opa_token, examination=examination)
    return opa if settings.engine == "opa" else BothEngines(embedded, opa)


def open_overlays(settings: Settings, directory: Directory) -> Overlays | None:
    """The partners' own policies, where the operator has a folder of them."""
    if settings.overlays is None:
        return None
    how = {"development": settings.development, "timeout": settings.overlay_timeout}
    return Overlays(settings.overlays, settings.state / "overlays", keys=directory.signing_keys, **how)


def open_keys(settings: Settings) -> KeyStore:
    """The private keys, made at the first start in development alone."""
    folder, simulation = settings.state / "keys", settings.profile is Profile.SIMULATIE
    passphrase = read_passphrase(settings.passphrase_file, state=settings.state, development=settings.development)
    if settings.development and not folder.exists():
        return KeyStore.create(folder, passphrase, now=SystemClock().now(), simulation=simulation)
    return KeyStore.open(folder, passphrase, simulation=simulation)


def log_purpose(stream: str) -> str:
    """The purpose of the keys that sign a stream's logs."""
    return stream if stream in AUDIT_STREAMS else f"log-{stream}"


def log_keys(keys: KeyStore, stream: str) -> list[bytes]:
    """The public keys that have signed this stream's logs, those that were destroyed too: what they signed stays."""
    purpose = log_purpose(stream)
    signed = (each for each in keys.describe() if each.purpose == purpose and each.state != "pending")
    return [decode(each.public["x"]) for each in signed if each.public]


@asynccontextmanager
async def open_gateway(settings: Settings) -> AsyncIterator[Gateway]:
    """A running gateway. `Fault` where a part is missing or damaged: then nothing serves."""
    clock, identifiers, catalogue, dictionary = SystemClock(), Uuid7(), Catalogue.load(), Dictionary.load()
    async with AsyncExitStack() as opened:
        make_folder(settings.state)
        shelf = SqliteShelf(settings.state)
        keys = open_keys(settings)
        logs = Logs(
            shelf=shelf,
            host=settings.log_host,
            signer=lambda tenant, origin: keys.note_signer(f"log-{tenant}", origin),
            clock=clock,
            identifiers=identifiers,
            randomness=os.urandom,
            queue=settings.log_queue,
            former=partial(log_keys, keys),
        )
        opened.callback(logs.close)
        await logs.start()
        registers = Registers.open(settings.state / "store.sqlite")
        opened.callback(registers.close)
        replay = ReplayStore.open(settings.state / "replay.sqlite", now=clock.now(), ahead=CLOCKS_MAY_DIFFER)
        opened.callback(replay.close)
        policy = DecisionPoint(open_engine(settings), Schemas.read(), timeout=settings.decision_timeout)
        opened.push_async_callback(policy.aclose)
        source = Source(settings.policies, settings.policy_signers, settings.development)
        policies = Follower(source, Archive(settings.state / "policies"), policy.load)
        revision = await policies.start()
        key_sets = KeySets(settings.jwks_hosts)
        opened.push_async_callback(key_sets.close)
        directory = Directory(registers, key_sets, profile=settings.profile, development=settings.development)
        overlays = open_overlays(settings, directory)
        if overlays is not None:
            await opened.enter_async_context(overlays)
        holders = HolderClient(
            keys.signer("request"),
            dictionary,
            issuer=settings.public_url,
            clock=clock,
            identifiers=identifiers,
            timeout=settings.holder_timeout,
            development=settings.development,
        )
        opened.push_async_callback(holders.close)
        counters = SqliteCounters.open(settings.state, now=clock.now())
        opened.callback(counters.close)
        records = GuardedRecords(logs, settings.state, settings.min_free_disk)
        gate = Gate(
            clock=clock,
            identifiers=identifiers,
            tokens=NotedTokens(
                TokenValidator(settings.public_url, keys=keys, clients=directory, replay=replay, clock=clock)
            ),
            pseudonyms=HmacPseudonyms(keys),
            directory=directory,
            facts=FactsBook(registers, dictionary, profile=settings.profile),
            policy=policy,
            holders=holders,
            sealer=Envelopes(settings.public_url, keys, clock),
            records=records,
            counters=counters,
            keep_answers=timedelta(hours=settings.outbox_hours),
            overlays=overlays,
        )

        async def readiness() -> Mapping[str, bool]:
            return {
                "engine": await policy.ready(),
                "log": logs.failure is None,
                "keys": not keys.missing(),
                "disk": records.room,
            }

        services = Services(
            disclose=Exchange(gate).disclose,
            collect=partial(collect, gate),
            token=TokenEndpoint(
                settings.public_url, keys=keys, clients=directory, replay=replay, clock=clock, identifiers=identifiers
            ).respond,
            metadata=partial(metadata, settings.public_url),
            token_keys=partial(keys.jwks, "token"),
            release_keys=partial(keys.jwks, "release"),
            logs=PublicLogs(logs),
            dictionary=dictionary.document(),
            field_names=dictionary.names,
            readiness=readiness,
        )
        for task in (_sweep(logs), _mend(logs), policies.follow()):
            opened.push_async_callback(_cancel, asyncio.create_task(task))
        yield Gateway(create_api(services, settings, catalogue), gate, logs, revision, policies)


async def _sweep(logs: Logs) -> None:
    """Erase answers that are no longer kept, now and every ten minutes; a log that fails says so by itself."""
    while True:
        with suppress(Fault):
            await logs.erase_answers()
        await asyncio.sleep(SWEEP)


async def _mend(logs: Logs) -> None:
    """Open anew what failed, as soon as it can be: nothing else brings a log back."""
    while True:
        await asyncio.sleep(MEND)
        await logs.mend()


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
