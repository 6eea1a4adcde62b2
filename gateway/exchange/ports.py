"""What the story needs from the outside, in the words of the model. Adapters satisfy these by their shape; only `app`
knows which.

Each port raises `errors.Rejected` for what the caller did and `errors.Fault` for what failed, never anything else.
"""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from gateway.model.codes import Tenant
from gateway.model.counted import Counted
from gateway.model.decision import Decision
from gateway.model.disclosure import Found, Question, Sealed, SealRequest
from gateway.model.facts import Facts, Statement
from gateway.model.overlay import OverlayAnswer
from gateway.model.parties import Actor, Credentials, Organisation, Parties, PublicKey, Requester, Source
from gateway.model.record import CommittedReceipt, NewRecord, StoredAnswer
from gateway.model.request import Ask


class Clock(Protocol):
    def now(self) -> datetime:
        """The moment, aware, UTC."""


class Identifiers(Protocol):
    def new(self) -> str:
        """A fresh UUIDv7 (RFC 9562)."""


class Tokens(Protocol):
    async def authenticate(self, credentials: Credentials) -> Requester:
        """Who asks; `Unauthenticated` when it is not proved (RFC 9068, RFC 9449)."""


class Pseudonyms(Protocol):
    def of(self, tenant: Tenant, bsn: str) -> str:
        """HMAC of a BSN under the tenant's key, with the key's version in front."""

    def digest(self, body: bytes) -> str:
        """HMAC of a request body, so that a repeated one is known without keeping it."""


class Directory(Protocol):
    async def parties(self, *, holder: str, source: str, recipient: str, requester: str, actor: str) -> Parties:
        """Those of one request, by what it names, as they are held at one moment. `actor`: of the requester."""

    async def encryption_key(self, oin: str) -> PublicKey | None:
        """The recipient's published key to seal to; None where there is none that we know how to use."""


class FactsBook(Protocol):
    async def gather(
        self,
        ask: Ask,
        *,
        at: datetime,
        requester: Requester,
        actor: Actor,
        recipient: Organisation,
        holder: Source,
        holder_organisation: Organisation,
        subject: str,
    ) -> Facts:
        """The facts of a request from the registers, dated `at`, without a holder's statement."""


class DecisionPoint(Protocol):
    async def decide(self, facts: Facts) -> Decision:
        """Pure in the facts and the revision. A fault when no engine answered; never a made-up decision."""


class Overlays(Protocol):
    def holds(self, oin: str) -> bool:
        """Whether this partner has a policy of its own, whole or broken."""

    async def ask(self, oin: str, question: bytes, fields: tuple[str, ...], *, provisional: bool) -> OverlayAnswer:
        """Its word on each of these fields; one that fails is an answer too. `question`: `{facts, decision,
        awaits_holder}` as canonical JSON.
        """


class Holders(Protocol):
    async def statement(self, question: Question, fields: tuple[str, ...]) -> Statement | None:
        """What the holder has already recorded on such a request; None: not assessed yet."""

    async def fields(self, question: Question, fields: tuple[str, ...]) -> Found:
        """The values of the granted fields, as far as the holder has them."""


class Sealer(Protocol):
    def check(self) -> None:
        """A fault where it is known that nothing can be sealed."""

    def seal(self, request: SealRequest) -> Sealed: ...


class Counters(Protocol):
    """What passes, counted outside the log, so that the log can be held against it."""

    async def count(self, passing: Counted) -> None:
        """Counted when it returns, once for each passage, request and party; a fault where it cannot be, and then it
        may not pass.
        """


class Claims(Protocol):
    """The idempotency keys that are being answered now, in whatever process."""

    def hold(self, client: str, key: str) -> AbstractAsyncContextManager[None]:
        """Hold a client's key while the block runs; `InFlight` when somebody else does."""


class Records(Protocol):
    def check(self, tenant: Tenant, at: datetime) -> None:
        """A fault where it is known that nothing can be recorded."""

    async def append(self, tenant: Tenant, at: datetime, record: NewRecord) -> CommittedReceipt:
        """Durable when it returns. The only maker of a `CommittedReceipt`."""

    async def answered(self, client: str, idempotency: str) -> StoredAnswer | None:
        """The answer that was recorded for this client's key in the last hours, in whatever log."""

    async def disclosure(self, request_id: str) -> StoredAnswer | None:
        """The answer of a disclosure that is still kept."""
