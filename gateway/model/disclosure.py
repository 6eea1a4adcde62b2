"""What is fetched, kept, sealed and released. Values of a person live here in memory only, and never show in a repr."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateway.model.codes import Tenant
from gateway.model.decision import Decision
from gateway.model.facts import Facts
from gateway.model.parties import Organisation, PublicKey, Requester, Source
from gateway.model.request import Ask


@dataclass(frozen=True, slots=True)
class Question:
    """A request with everything that the registers know: what is decided upon. `subject` is a pseudonym, `id` the
    disclosure's id (UUIDv7).
    """

    id: str
    at: datetime
    tenant: Tenant
    ask: Ask
    requester: Requester
    recipient: Organisation
    source: Source
    subject: str
    facts: Facts
    trace_id: str

    @property
    def pushed(self) -> bool:
        """Whether the data go to another organisation than the one that asked: then that one comes to fetch them."""
        return self.recipient.oin != self.requester.organisation.oin


@dataclass(frozen=True, slots=True)
class Found:
    """What the holder gave: field name → value. Checked for signature, request and subject; not yet against what was
    granted.
    """

    values: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Payload:
    """What may leave: at most the granted fields."""

    values: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A compact JWE (RFC 7516) to the recipient's key around a compact JWS (RFC 7515). `suite` names the algorithms
    used.
    """

    jwe: bytes = field(repr=False)
    suite: str
    key_thumbprint: str


@dataclass(frozen=True, slots=True)
class SealRequest:
    """Everything that an envelope says besides the values: who seals for whom, about which disclosure."""

    question: Question
    decision: Decision
    payload: Payload
    key: PublicKey


@dataclass(frozen=True, slots=True)
class Answer:
    """What leaves the gate, without language: the API adds the sentences.

    `document` has `id, record, at, outcome, simulation, basis, fields, reasons, missing, hints, obligations, dry_run,
    awaits_holder, recipient` (its OIN),
    `collected_by_recipient` (true where the data wait for another organisation) and `sealed` (compact JWE, or null).
    `receipt` is a C2SP
    tlog-proof. `replayed`: this answer was given before, under the same idempotency key.
    """

    document: Mapping[str, Any] = field(repr=False)
    receipt: str = field(repr=False)
    replayed: bool = False
