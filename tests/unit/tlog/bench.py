"""A workbench for the log's tests: honest ports, the real SQLite store, records of nobody."""

import hashlib
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw

from gateway.model.codes import Tenant
from gateway.model.record import NewRecord, OutboxRow, RecordClass
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.tlog import Logs
from gateway.tlog.ports import Shelf
from tests.unit.verify.oracle import Key

HOST = "log.example"
SUBJECT = "v1:pseudonym-of-nobody"
ANSWER = b"an answer that only the recipient can read"
JWE = b"eyJ.sealed.for.the.recipient"
BODY = b'{"decision":"x","facts":"y"}'


@dataclass
class Clock:
    """Stands still until a test moves it."""

    moment: datetime = datetime(2026, 11, 25, 21, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@dataclass
class Chance:
    """Randomness and identifiers that a seed decides: UUIDv7 in rising order."""

    seed: int = 1
    _random: random.Random = field(init=False)
    _count: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def __call__(self, size: int) -> bytes:
        return self._random.randbytes(size)

    def new(self) -> str:
        self._count += 1
        tail = self._random.getrandbits(48)
        return (
            f"01999999-{self._count >> 12 & 0xFFFF:04x}-7{self._count & 0xFFF:03x}-8{self.seed & 0xFFF:03x}-{tail:012x}"
        )


@dataclass
class Bench:
    folder: Path
    open_shelf: Callable[[Path], Shelf] = SqliteShelf
    clock: Clock = field(default_factory=Clock)
    chance: Chance = field(default_factory=Chance)
    queue: int = 1024
    key_version: bytes = b""
    former_versions: tuple[bytes, ...] = ()

    async def logs(self) -> Logs:
        logs = Logs(
            shelf=self.open_shelf(self.folder),
            host=HOST,
            signer=lambda tenant, origin: self._key(tenant, origin, self.key_version),
            former=lambda tenant: [self._key(tenant, "any", each).public for each in self.former_versions],
            clock=self.clock,
            identifiers=self.chance,
            randomness=self.chance,
            queue=self.queue,
        )
        try:
            await logs.start()
        except BaseException:
            with suppress(apsw.Error):  # what SQLite passes over when a file is closed is told where a test has a VFS
                logs.close()
            raise
        return logs

    def _key(self, tenant: Tenant, origin: str, version: bytes) -> Key:
        return Key(origin, hashlib.sha256(tenant.encode() + version).digest())

    def record(self, **members: object) -> NewRecord:
        return NewRecord(
            **{
                "kind": RecordClass.VERSTREKKING,
                "request_id": self.chance.new(),
                "revision": "sha256:0a1b",
                "simulation": False,
                "body": BODY,
                "released": JWE,
                "subject": SUBJECT,
                "case": "zaak-1",
            }
            | members
        )

    def outbox(self, key: str = "key-1", **members: object) -> OutboxRow:
        return OutboxRow(
            **{
                "client": "client-1",
                "idempotency_hash": key,
                "body_hmac": "hmac",
                "requester": "00000001800000001000",
                "recipient": "00000001800000002000",
                "answer": ANSWER,
                "expires_at": self.clock.now() + timedelta(hours=24),
            }
            | members
        )

    async def append(self, logs: Logs, tenant: Tenant = Tenant.ZVH, **members: object):
        return await logs.append(tenant, self.clock.now(), self.record(**members))
