"""What this room needs from the outside. Adapters satisfy these by their shape; only `app` knows which."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from gateway.crypto.signing import JwsSigner
from gateway.model.parties import Client, PublicKey, Requester


class Clock(Protocol):
    def now(self) -> datetime:
        """The moment, aware, UTC."""


class Identifiers(Protocol):
    def new(self) -> str:
        """A fresh UUIDv7 (RFC 9562)."""


class Clients(Protocol):
    """The register, asked every time: a client that was taken out of it is out at once."""

    async def client(self, id: str, *, kid: str | None = None) -> Client | None:
        """`kid`: a key that it says it signs with, so that one that is not known yet can be looked up."""

    async def requester(self, client: str) -> Requester | None:
        """Who stands behind a system that was proved."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What counts once: the `jti` of an issuer's `proof` or `assertion`. `expires` and `now`: Unix seconds."""

    kind: str
    issuer: str
    jti: str
    expires: int
    now: int


class Replay(Protocol):
    """What was shown before, shared by every process and kept over a restart.

    `refuses_until`: what was issued at or before this second (Unix) is refused, because whether it was shown before
    is not known.
    """

    refuses_until: int

    async def first(self, kind: str, issuer: str, jti: str, *, expires: int, now: int) -> bool:
        """Atomically: whether it is shown for the first time."""


class TokenKeys(Protocol):
    """Our own keys by purpose; here only `token`."""

    def signer(self, purpose: str) -> JwsSigner: ...

    def verifying(self, purpose: str) -> tuple[PublicKey, ...]: ...

    def jwks(self, *purposes: str) -> Mapping[str, Any]: ...
