"""The two doors of the exchange that are in this process while the year is written: who asks, and the holders.

Rules:
- What comes in is believed to be who it says, for nobody else can come in here; the directory says who that is.
- A holder says what its holding says, and signs its word as it does in a reply (`holders/protocol.py`), for that stands
  in the record. What would only keep the way to it safe is left out: there is no way.
- A holder that is out of order is the fault that it would be.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from gateway.app.clock import uuid7
from gateway.crypto.signing import JwsSigner
from gateway.crypto.subject import subject_proof
from gateway.directory import Directory
from gateway.errors import Fault
from gateway.holders.protocol import LIFETIME, REPLY_TYPE, Call, read_statement
from gateway.model.disclosure import Found, Question
from gateway.model.facts import Statement
from gateway.model.parties import Credentials, Requester
from gateway.sandbox.holder import say
from gateway.sandbox.keys import SandboxKeys
from gateway.sandbox.region import Holding, Region
from gateway.sandbox.year.clock import MovedClock

_down: ContextVar[bool] = ContextVar("down", default=False)


class NamedTokens:
    """Satisfies `exchange.ports.Tokens`: the credentials are the name of a system of the region."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def authenticate(self, credentials: Credentials) -> Requester:
        requester = await self._directory.requester(credentials.authorization or "")
        assert requester is not None
        return requester


def coming(client: str) -> Credentials:
    """Somebody who comes as this system."""
    return Credentials(client, None, "POST", "")


class NearHolders:
    """Satisfies `exchange.ports.Holders`. `issuer`: the gateway's public URL, to which replies are addressed."""

    def __init__(self, region: Region, keys: SandboxKeys, issuer: str, clock: MovedClock) -> None:
        self._issuer, self._clock = issuer, clock
        self._holdings = cache(region.holdings)
        self._signer = cache(lambda oin, name: JwsSigner(keys.holder_pair(oin, name).signing))

    async def statement(self, question: Question, fields: tuple[str, ...]) -> Statement | None:
        said = say(self._holding(question), Call.STATEMENT, fields)
        document = read_statement(said)
        token = self._signer(question.source.oin, question.source.name).sign(
            self._envelope(question) | said, typ=REPLY_TYPE
        )
        return None if document is None else Statement(document, token)

    async def fields(self, question: Question, fields: tuple[str, ...]) -> Found:
        return Found(say(self._holding(question), Call.FIELDS, fields)["values"])

    def _holding(self, question: Question) -> Holding:
        if _down.get():
            raise Fault("holder-unavailable", retry_after=30, log="out of order")
        return self._holdings(question.source.oin, question.source.name).get(question.ask.bsn, Holding())

    def _envelope(self, question: Question) -> dict[str, object]:
        moment = int(self._clock.now().timestamp())
        return {
            "iss": question.source.oin,
            "aud": self._issuer,
            "iat": moment,
            "exp": moment + LIFETIME,
            "reply_to": uuid7(self._clock.now()),
            "request_id": question.id,
            "call": Call.STATEMENT.value,
            "subject_proof": subject_proof(secrets.token_urlsafe(32), question.ask.bsn),
        }


@contextmanager
def out_of_order(down: bool) -> Iterator[None]:
    """Let holders be out of order for this task."""
    token = _down.set(down)
    try:
        yield
    finally:
        _down.reset(token)
