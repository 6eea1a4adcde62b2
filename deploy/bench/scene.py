"""What is measured: a gateway and a holder as processes, and one partner who asks for a full disclosure.

The question is the first of `gateway demo`: two fields of a person in a running case, both granted, so that it takes
two decisions, two calls to the holder, a seal and a durable record.
"""

import json
import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from machine import has_postgresql
from wire import Wire, message

from gateway.client import Partner
from gateway.client.conversation import Conversation, Response
from gateway.model.parties import Credentials
from gateway.sandbox.demo import SCENES
from gateway.sandbox.town import Town, prepare
from gateway.settings import ROOT, Settings
from gateway.store.postgres.database import read_both
from gateway.store.postgres.schema import migrate
from tests.support.postgres import running_server

SCENE = SCENES[0]
TARGET = "/v1/disclosures"
UNLIMITED = 10**9
USUAL = 1.0
"""Seconds between two published checkpoints, as in production: the sandbox's own are closer together."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A partner's system with its token. `content`: the body of its question."""

    url: str
    partner: Partner = field(repr=False)
    authorization: str = field(repr=False)
    content: bytes = field(repr=False)

    @classmethod
    async def enter(cls, settings: Settings) -> Self:
        """Get a token, as `gateway.client` does."""
        partner = Partner.load(settings.state / "sandbox" / "partners" / f"{SCENE.client}.json")
        talk = Conversation(settings.public_url, partner, (), "nl").ask(**SCENE.question)
        wire = await Wire.open(settings.port)
        asked = next(talk)
        status, body = await wire.ask(message("POST", urlsplit(asked.url).path, asked.headers, asked.content))
        question = talk.send(Response(status, json.loads(body)))
        wire.close()
        return cls(question.url, partner, question.headers["Authorization"], question.content)

    def message(self) -> bytes:
        """A fresh request: a proof and an idempotency key of its own."""
        headers = {
            "Authorization": self.authorization,
            "DPoP": self.proof(),
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid.uuid4()),
            "Accept-Language": "nl",
        }
        return message("POST", TARGET, headers, self.content)

    def proof(self) -> str:
        return self.partner.proof("POST", self.url, self.authorization.removeprefix("DPoP "))

    def credentials(self) -> Credentials:
        """What a fresh request would prove itself by."""
        return Credentials(self.authorization, self.proof(), "POST", self.url)


@contextmanager
def shared_town(folder: Path) -> Iterator[Settings | None]:
    """Another running gateway and holder, whose whole store is PostgreSQL; None where there is none."""
    if not has_postgresql():
        yield None
        return
    with running_server() as server:
        urls = server.fresh(), server.fresh()
        for database in read_both(*urls, development=True):
            migrate(database)
        settings = _settings(folder / "shared", folder / "policies", free_pair(), *urls)
        with _served(settings):
            yield settings


@contextmanager
def town(folder: Path) -> Iterator[tuple[Settings, Settings]]:
    """A running gateway and holder; their settings, and those of a twin of the gateway that has the same keys and
    registers and another log. What the environment said of a gateway is forgotten; policies stay as they are now.
    """
    for name in [name for name in os.environ if name.startswith("SLUIS_")]:
        del os.environ[name]
    port = free_pair()
    policies = shutil.copytree(ROOT / "policies" / "rules", folder / "policies")
    settings, other = (_settings(folder / name, policies, port) for name in ("state", "twin"))
    prepare(settings, f"http://127.0.0.1:{port + 1}")
    shutil.copytree(settings.state, other.state)
    with _served(settings):
        yield settings, other


@contextmanager
def _served(settings: Settings) -> Iterator[None]:
    told = settings.model_dump(mode="json", include=settings.model_fields_set)
    os.environ |= {f"SLUIS_{name.upper()}": str(value) for name, value in told.items() if value is not None}
    with Town(settings):
        yield


def _settings(
    state: Path, policies: Path, port: int, database: str | None = None, bodykeys: str | None = None
) -> Settings:
    return Settings(
        database=database,
        bodykeys_database=bodykeys,
        development=True,
        state=state,
        policies=policies,
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        requests_per_minute=UNLIMITED,
        publish_interval=USUAL,
    )


def free_pair() -> int:
    """A port that is free, and whose next one is too."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as first:
            port = first.getsockname()[1]
            try:
                socket.create_server(("127.0.0.1", port + 1)).close()
            except OSError:
                continue
            return port
