"""What stands in the registers beside the model: key sets that may have to be fetched, and what is entered at once."""

from dataclasses import dataclass

from gateway.model.facts import Case, Involvement, Person
from gateway.model.parties import Actor, Organisation


@dataclass(frozen=True, slots=True)
class KeySet:
    """A JWK set as JSON (RFC 7517 section 5), or the address where its owner publishes it. One of the two."""

    jwks: str | None = None
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class ClientEntry:
    id: str
    oin: str
    profile: str
    keys: KeySet


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """`sandbox`: it holds people who do not exist, so a simulation may ask it."""

    oin: str
    name: str
    label: str
    url: str
    secrecy_bound: bool
    sandbox: bool
    keys: KeySet


@dataclass(frozen=True, slots=True)
class PartyEntries:
    """What is held of the parties of one request, each None where nothing is."""

    holder: Organisation | None
    source: SourceEntry | None
    recipient: Organisation | None
    actor: Actor | None


@dataclass(frozen=True, slots=True)
class OrganisationEntry:
    """`keys`: to which data for this organisation is sealed; None where it receives none."""

    organisation: Organisation
    keys: KeySet | None
    actors: tuple[Actor, ...]
    clients: tuple[ClientEntry, ...]
    sources: tuple[SourceEntry, ...]


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """One person under one pseudonym, that of one tenant."""

    pseudonym: str
    person: Person


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """`involved`: pseudonym and how that person stands in this case. Of participants and linked cases only the ids are
    entered: what else there is to say of them stands with themselves."""

    case: Case
    involved: tuple[tuple[str, Involvement], ...]
