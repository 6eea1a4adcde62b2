"""A running gateway: opened part by part, let go of in the opposite order."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from fastapi import FastAPI

from gateway.api import Services, authenticated, create_api
from gateway.app.background import cancel, mend, sweep
from gateway.app.clock import SystemClock, Uuid7
from gateway.app.engines import open_engine, open_overlays
from gateway.app.erasing import open_erasing
from gateway.app.in_force import Stating
from gateway.app.keys import log_signer, open_keys, published_key
from gateway.app.logs import logs_at_rest, make_logs, open_looked
from gateway.app.metrics import open_measuring
from gateway.app.stores import open_stores
from gateway.app.vouching import open_publishing
from gateway.catalogue import Catalogue
from gateway.crypto.cose import MEDIA_TYPE
from gateway.crypto.durable import make_folder
from gateway.crypto.envelope import Envelopes
from gateway.crypto.pseudonym import HmacPseudonyms
from gateway.directory import Directory, KeySets
from gateway.exchange.collect import collect
from gateway.exchange.gate import Gate
from gateway.exchange.pipeline import Exchange
from gateway.exchange.receipt import receipt
from gateway.facts import Dictionary, FactsBook
from gateway.holders import HolderClient
from gateway.model.codes import Profile
from gateway.model.parties import Credentials, Requester
from gateway.model.retention import Keep
from gateway.oauth.resource.validator import TokenValidator
from gateway.oauth.server.endpoint import TokenEndpoint
from gateway.oauth.server.metadata import metadata
from gateway.pdp.archive import Archive
from gateway.pdp.follow import Follower
from gateway.pdp.point import DecisionPoint
from gateway.pdp.schema import Schemas
from gateway.pdp.source import Source
from gateway.settings import Settings
from gateway.store.frozen import FrozenFiles
from gateway.tlog.guarded import GuardedRecords
from gateway.tlog.logs import Logs
from gateway.tlog.public import PublicLogs
from gateway.tlog.receipts import Receipts


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


@asynccontextmanager
async def open_gateway(settings: Settings) -> AsyncIterator[Gateway]:
    """A running gateway. `Fault` where a part is missing or damaged: then nothing serves."""
    clock, identifiers, catalogue, dictionary = SystemClock(), Uuid7(), Catalogue.load(), Dictionary.load()
    async with AsyncExitStack() as opened:
        make_folder(settings.state)
        measuring = opened.enter_context(open_measuring(settings))
        stores = await opened.enter_async_context(open_stores(settings, clock.now()))
        keys = open_keys(settings)
        logs = make_logs(settings, keys, measuring.shelf(stores.shelf))
        opened.callback(logs.close)
        await logs.start()
        looked = open_looked(settings, keys)
        opened.callback(looked.close)
        opened.enter_context(measuring.watch(logs))
        policy = DecisionPoint(open_engine(settings), Schemas.read(), timeout=settings.decision_timeout)
        opened.push_async_callback(policy.aclose)
        source = Source(settings.policies, settings.policy_signers, settings.development)
        key_sets = KeySets(settings.jwks_hosts)
        opened.push_async_callback(key_sets.close)
        directory = Directory(stores.registers, key_sets, profile=settings.profile, development=settings.development)
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
        publishing = await opened.enter_async_context(open_publishing(settings, logs, looked, keys, clock))
        frozen = FrozenFiles(settings.state / "frozen").frozen
        records = GuardedRecords(logs, settings.state, settings.min_free_disk, publishing, frozen)
        at_rest = logs_at_rest(settings)
        opened.callback(at_rest.close)
        stating = Stating(
            logs.streams,
            at_rest,
            records,
            clock=clock,
            identifiers=identifiers,
            simulation=settings.profile is Profile.SIMULATIE,
        )
        policies = Follower(source, Archive(settings.state / "policies"), policy.load, taken=stating.taken)
        revision = await policies.start()
        await stating.state()
        gate = Gate(
            clock=clock,
            identifiers=identifiers,
            tokens=NotedTokens(
                TokenValidator(settings.public_url, keys=keys, clients=directory, replay=stores.replay, clock=clock)
            ),
            pseudonyms=HmacPseudonyms(keys),
            directory=directory,
            facts=FactsBook(stores.registers, dictionary, profile=settings.profile),
            policy=measuring.policy(policy),
            holders=measuring.holders(holders),
            sealer=Envelopes(settings.public_url, keys, clock),
            claims=stores.claims,
            records=measuring.records(records),
            counters=stores.counters,
            keep_answers=timedelta(hours=settings.outbox_hours),
            keep=Keep(settings.keep_records, settings.keep_attempts),
            overlays=overlays,
        )

        async def readiness() -> Mapping[str, bool]:
            return {
                "engine": await policy.ready(),
                "store": await stores.reachable(),
                "log": stating.begun and await logs.ready(),
                "witnesses": publishing.fresh,
                "keys": not keys.missing(),
                "disk": records.room,
            }

        receipts = Receipts(logs, partial(log_signer, keys))
        services = Services(
            disclose=measuring.answers(Exchange(gate).disclose),
            collect=measuring.answers(partial(collect, gate)),
            token=TokenEndpoint(
                settings.public_url,
                keys=keys,
                clients=directory,
                replay=stores.replay,
                clock=clock,
                identifiers=identifiers,
            ).respond,
            metadata=partial(metadata, settings.public_url),
            token_keys=partial(keys.jwks, "token"),
            release_keys=partial(keys.jwks, "release"),
            receipts={
                "text/plain; charset=utf-8": partial(receipt, gate, receipts.proof),
                MEDIA_TYPE: partial(receipt, gate, receipts.cose),
            },
            logs=PublicLogs(logs, partial(published_key, keys)),
            dictionary=dictionary.document(),
            field_names=dictionary.names,
            readiness=readiness,
        )
        await opened.enter_async_context(open_erasing(settings, logs, looked, records))
        for task in (sweep(logs), mend(logs), mend(looked), stating.run(), policies.follow()):
            opened.push_async_callback(cancel, asyncio.create_task(task))
        yield Gateway(create_api(services, settings, catalogue), gate, logs, revision, policies)
