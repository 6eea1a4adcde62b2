"""Facts: the document that goes into a policy, and the pieces that registers give to it. Shape:
`policies/schema/facts.schema.json`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.model.canonical import canonical


@dataclass(frozen=True, slots=True)
class Participant:
    oin: str
    kind: str
    public: bool
    involved: bool


@dataclass(frozen=True, slots=True)
class LinkedCase:
    id: str
    track: str
    state: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case of the register. Dates are `YYYY-MM-DD`; `circumstances` are the *registered* ones of this case."""

    id: str
    track: str
    state: str
    phase: int | None
    first_processed_at: str | None
    closed_at: str | None
    extended_until: str | None
    intake: Mapping[str, bool] | None
    participants: tuple[Participant, ...]
    linked: tuple[LinkedCase, ...]
    circumstances: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Consent:
    basis: str
    categories: tuple[str, ...]
    given_at: str
    withdrawn_at: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Person:
    """What the register knows of a pseudonym, whatever the case. `born`: `YYYY-MM-DD`, so that an age can be told on
    any day.
    """

    born: str
    can_consent: bool
    objection: bool
    consents: tuple[Consent, ...]


@dataclass(frozen=True, slots=True)
class Involvement:
    """How a person stands in one case (WGS 2.30(1), BGS 2.19)."""

    relation: str
    linked_to_registered: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What the registers hold of a case, of a person, and of that person in that case; None of what they do not."""

    case: Case | None
    involvement: Involvement | None
    person: Person | None


@dataclass(frozen=True, slots=True)
class Statement:
    """The holder's word on a request: its document in the contract's form, and the JWS that the holder signed, kept in
    the record.
    """

    document: Mapping[str, Any]
    signed: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A facts document. It is treated as immutable: a change is a new value."""

    document: Mapping[str, Any]

    def with_statement(self, statement: Statement) -> "Facts":
        return Facts({**self.document, "holder_statement": statement.document})

    def encode(self) -> bytes:
        """The document as canonical JSON."""
        return canonical(self.document)
