"""What a partner asks, as it arrived and after its form was checked. Nothing in it is a fact yet, save the declaration,
which is recorded as one's own word.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.model.parties import Credentials


@dataclass(frozen=True, slots=True)
class Necessity:
    """Why a field is needed: a statutory task and a reason (AVG 5(1)(c))."""

    task: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class AskedField:
    name: str
    necessity: Necessity | None


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `bsn` is never shown, logged or stored; it leaves only inside a JWE for the holder. `declaration`:
    all that the requester says on its own word, what it says of a third party among it.
    """

    activity: str
    basis: str
    case: str | None
    bsn: str = field(repr=False)
    actor: str
    holder: str
    source: str
    recipient: str | None
    fields: tuple[AskedField, ...]
    declaration: Mapping[str, Any] = field(default_factory=dict)
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One arrival at the gate.

    `body`: the request as sent, compared by HMAC and never kept. `read`: turns it into an `Ask` or raises
    `BadRequest`; it is called only
    after who asks has been proved. `idempotency_key` is scoped to the client. `trace_id`: 32 hex digits (W3C Trace
    Context).
    """

    credentials: Credentials
    idempotency_key: str
    body: bytes = field(repr=False)
    read: Callable[[bytes], Ask]
    trace_id: str
