"""Honest simulators of the exchange's ports: they keep the promises of the real adapters, in memory, and tests
change them.

Rules: what a simulator answers follows from what was put into it; `MemoryRegisters` passes the same tests as the SQLite
registers (`tests/unit/store_registers`).
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.model.disclosure import Found, Question
from gateway.model.facts import Case, Known, LinkedCase, Participant, Statement
from gateway.model.parties import Requester
from gateway.store.registers.entries import CaseEntry, ClientEntry, KeySet, OrganisationEntry, PartyEntries, PersonEntry
from gateway.store.statements import UnknownReference

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NO_OBJECTION: Mapping[str, Any] = {
    "serious_reasons": False,
    "conditions": [],
    "competent_authority_agreed": None,
    "secrecy_exception": None,
    "consents_to_onward": None,
}


class SettableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def move(self, **by: float) -> None:
        """`move(minutes=5)`: as `timedelta` takes it."""
        self._now += timedelta(**by)


class CountedIds:
    """UUIDv7s (RFC 9562 section 5.7) that count upwards."""

    def __init__(self) -> None:
        self._count = 0

    def new(self) -> str:
        self._count += 1
        return str(UUID(int=(0x0193 << 112) | (7 << 76) | (2 << 62) | self._count))


class PlainPseudonyms:
    """HMAC under a key for each tenant that everyone may know."""

    def of(self, tenant: Tenant, bsn: str) -> str:
        return "v1." + hmac.digest(f"test-{tenant}".encode(), bsn.encode(), "sha256").hex()

    def digest(self, body: bytes) -> str:
        return "v1." + hashlib.sha256(b"test-digest" + body).hexdigest()


class Table(dict[Any, Any]):
    """What a register holds of one kind; tests take things out of it."""

    def forget(self, *key: Any) -> None:
        del self[key[0] if len(key) == 1 else key]


class MemoryRegisters:
    """The registers as tables: `organisations` by OIN, `actors` by (OIN, id), `clients`, `sources` by (OIN, name),
    `recipients` (key sets) by OIN, `cases`, `people` by pseudonym, `involvements` by (case, pseudonym)."""

    def __init__(self) -> None:
        self.organisations, self.actors, self.clients, self.sources = Table(), Table(), Table(), Table()
        self.recipients, self.cases, self.people, self.involvements = Table(), Table(), Table(), Table()

    async def requester(self, client: str) -> Requester | None:
        entry = self.clients.get(client)
        return entry and Requester(entry.id, self.organisations[entry.oin])

    async def client(self, id: str) -> ClientEntry | None:
        return self.clients.get(id)

    async def parties(self, *, holder: str, source: str, recipient: str, requester: str, actor: str) -> PartyEntries:
        return PartyEntries(
            self.organisations.get(holder),
            self.sources.get((holder, source)),
            self.organisations.get(recipient),
            self.actors.get((requester, actor)),
        )

    async def recipient_keys(self, oin: str) -> KeySet | None:
        return self.recipients.get(oin)

    async def known(self, case: str | None, pseudonym: str) -> Known:
        return Known(self._case(case), self.involvements.get((case, pseudonym)), self.people.get(pseudonym))

    def _case(self, id: str | None) -> Case | None:
        case: Case | None = self.cases.get(id)
        if case is None:
            return None
        parties = [(self.organisations[p.oin], p.involved) for p in case.participants]
        others = [self.cases[other.id] for other in case.linked]
        return replace(
            case,
            participants=tuple(Participant(o.oin, o.kind, o.public, involved) for o, involved in parties),
            linked=tuple(LinkedCase(other.id, other.track, other.state) for other in others),
        )

    def enter(
        self,
        *,
        organisations: Iterable[OrganisationEntry] = (),
        people: Iterable[PersonEntry] = (),
        cases: Iterable[CaseEntry] = (),
    ) -> None:
        organisations, people, cases = tuple(organisations), tuple(people), tuple(cases)
        self._refuse_unknown(organisations, people, cases)
        for entry in organisations:
            self._enter_organisation(entry)
        self.people.update({entry.pseudonym: entry.person for entry in people})
        for entry in cases:
            self.cases[entry.case.id] = entry.case
            for key in [key for key in self.involvements if key[0] == entry.case.id]:
                del self.involvements[key]
            self.involvements.update({(entry.case.id, pseudonym): involved for pseudonym, involved in entry.involved})

    def _enter_organisation(self, entry: OrganisationEntry) -> None:
        oin = entry.organisation.oin
        self.organisations[oin] = entry.organisation
        for table, owner in ((self.actors, 0), (self.sources, 0)):
            for key in [key for key in table if key[owner] == oin]:
                del table[key]
        for id in [id for id, client in self.clients.items() if client.oin == oin]:
            del self.clients[id]
        self.recipients.pop(oin, None)
        self.actors.update({(oin, actor.id): actor for actor in entry.actors})
        self.clients.update({client.id: client for client in entry.clients})
        self.sources.update({(oin, source.name): source for source in entry.sources})
        if entry.keys is not None:
            self.recipients[oin] = entry.keys

    def _refuse_unknown(
        self, organisations: Iterable[OrganisationEntry], people: Iterable[PersonEntry], cases: Iterable[CaseEntry]
    ) -> None:
        oins = self.organisations.keys() | {entry.organisation.oin for entry in organisations}
        ids = self.cases.keys() | {entry.case.id for entry in cases}
        pseudonyms = self.people.keys() | {entry.pseudonym for entry in people}
        for entry in cases:
            if not (
                {p.oin for p in entry.case.participants} <= oins
                and {other.id for other in entry.case.linked} <= ids
                and {pseudonym for pseudonym, _ in entry.involved} <= pseudonyms
            ):
                raise UnknownReference


@dataclass
class SimulatedHolders:
    """Holders that answer from tables, by (OIN, source, BSN). `statements`: None stands for "not assessed yet";
    somebody who is in no table has no objection on record and no values. `asked` lists every call: (which, OIN,
    source, fields).
    """

    statements: dict[tuple[str, str, str], Mapping[str, Any] | None] = field(default_factory=dict)
    values: dict[tuple[str, str, str], Mapping[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    asked: list[tuple[str, str, str, tuple[str, ...]]] = field(default_factory=list)
    fault: str | None = None

    def fail(self, code: str) -> None:
        """From now on every call raises this fault: `holder-unavailable`, `holder-timeout` or `holder-invalid`."""
        self.fault = code

    async def statement(self, question: Question, fields: tuple[str, ...]) -> Statement | None:
        self._note("statement", question, fields)
        document = self.statements.get(_key(question), NO_OBJECTION)
        return None if document is None else Statement(document, "signed.by.nobody")

    async def fields(self, question: Question, fields: tuple[str, ...]) -> Found:
        self._note("fields", question, fields)
        held = self.values.get(_key(question), {})
        return Found({name: held[name] for name in fields if name in held})

    def _note(self, call: str, question: Question, fields: tuple[str, ...]) -> None:
        self.asked.append((call, question.source.oin, question.source.name, fields))
        if self.fault is not None:
            raise Fault(self.fault)


def _key(question: Question) -> tuple[str, str, str]:
    return question.source.oin, question.source.name, question.ask.bsn
