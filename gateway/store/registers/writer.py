"""How entries are written: each replaces all that is held of the same organisation, person or case.

Rules:
- All that is entered at once is one transaction: a half import does not exist. What it does not name stays as it is.
- Rows that have an order keep it in `place`.
"""

from collections.abc import Iterable
from typing import Any

import orjson

from gateway.model.facts import Case
from gateway.store.registers.entries import CaseEntry, KeySet, OrganisationEntry, PersonEntry
from gateway.store.statements import Run, Writer


def _upsert(table: str, key: str, *others: str) -> str:
    columns, values = ", ".join((key, *others)), ", ".join("?" * (len(others) + 1))
    changes = ", ".join(f"{name} = excluded.{name}" for name in others)
    return f"INSERT INTO {table} ({columns}) VALUES ({values}) ON CONFLICT ({key}) DO UPDATE SET {changes}"


_ORGANISATION = _upsert("organisations", "oin", "name", "kind", "public")
_PERSON = _upsert("persons", "pseudonym", "born", "can_consent", "objection")
_CASE = _upsert(
    "cases",
    "id",
    "track",
    "state",
    "phase",
    "first_processed_at",
    "closed_at",
    "extended_until",
    "intake",
    "circumstances",
)


class RegisterWriter:
    """Satisfies `registers.file.Register`."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def enter(
        self,
        *,
        organisations: Iterable[OrganisationEntry] = (),
        people: Iterable[PersonEntry] = (),
        cases: Iterable[CaseEntry] = (),
    ) -> None:
        """Take in what is given, all or nothing. `UnknownReference` where a participant or linked case is not there."""
        cases = tuple(cases)
        with self._writer.transaction() as run:
            entering = _Entering(run)
            for organisation in organisations:
                entering.organisation(organisation)
            for person in people:
                entering.person(person)
            for entry in cases:
                entering.case(entry.case)
            for entry in cases:
                entering.circle(entry)


class _Entering:
    """What is entered in one transaction."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def _put(self, table: str, *values: Any) -> None:
        self._run(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", *values)

    def organisation(self, entry: OrganisationEntry) -> None:
        party, oin = entry.organisation, entry.organisation.oin
        self._run(_ORGANISATION, oin, party.name, party.kind, int(party.public))
        for table in ("actors", "clients", "sources", "key_sets"):
            self._run(f"DELETE FROM {table} WHERE oin = ?", oin)
        for actor in entry.actors:
            flags = int(actor.designated), int(actor.screened)
            self._put("actors", oin, actor.id, actor.role, *flags, _json(actor.mandates))
        for client in entry.clients:
            self._put("clients", client.id, oin, client.profile)
            self._keys(f"client/{client.id}", oin, client.keys)
        for source in entry.sources:
            flags = int(source.secrecy_bound), int(source.sandbox)
            self._put("sources", oin, source.name, source.label, source.url, *flags)
            self._keys(f"source/{oin}/{source.name}", oin, source.keys)
        if entry.keys is not None:
            self._keys(f"organisation/{oin}", oin, entry.keys)

    def _keys(self, owner: str, oin: str, keys: KeySet) -> None:
        self._put("key_sets", owner, oin, keys.uri, keys.jwks)

    def person(self, entry: PersonEntry) -> None:
        person = entry.person
        self._run(_PERSON, entry.pseudonym, person.born, int(person.can_consent), int(person.objection))
        self._run("DELETE FROM consents WHERE pseudonym = ?", entry.pseudonym)
        for place, c in enumerate(person.consents):
            said = c.basis, _json(c.categories), c.given_at, c.withdrawn_at, c.by
            self._put("consents", entry.pseudonym, *said, place)

    def case(self, case: Case) -> None:
        self._run(
            _CASE,
            case.id,
            case.track,
            case.state,
            case.phase,
            case.first_processed_at,
            case.closed_at,
            case.extended_until,
            None if case.intake is None else _json(case.intake),
            _json(case.circumstances),
        )

    def circle(self, entry: CaseEntry) -> None:
        case = entry.case
        for table in ("participants", "linked", "involvements"):
            self._run(f"DELETE FROM {table} WHERE case_id = ?", case.id)
        for place, participant in enumerate(case.participants):
            self._put("participants", case.id, participant.oin, int(participant.involved), place)
        for place, linked in enumerate(case.linked):
            self._put("linked", case.id, linked.id, place)
        for pseudonym, involvement in entry.involved:
            self._put("involvements", case.id, pseudonym, involvement.relation, int(involvement.linked_to_registered))


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
