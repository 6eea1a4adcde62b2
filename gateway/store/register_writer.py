"""How entries are written: each replaces all that is held of the same organisation, person or case.

Rule: the caller holds the transaction; a constraint that fails leaves as `apsw.ConstraintError`.
"""

from typing import Any

import apsw
import orjson

from gateway.model.facts import Case
from gateway.store.register_entries import CaseEntry, KeySet, OrganisationEntry, PersonEntry


class RegisterWriter:
    def __init__(self, connection: apsw.Connection) -> None:
        self._db = connection

    def _put(self, table: str, *values: Any) -> None:
        self._db.execute(f"INSERT INTO {table} VALUES({','.join('?' * len(values))})", values)

    def organisation(self, entry: OrganisationEntry) -> None:
        party, oin = entry.organisation, entry.organisation.oin
        self._db.execute(
            "INSERT INTO organisations VALUES(?,?,?,?) ON CONFLICT DO UPDATE SET name=excluded.name,"
            " kind=excluded.kind, public=excluded.public",
            (oin, party.name, party.kind, party.public),
        )
        for table in ("actors", "clients", "sources", "key_sets"):
            self._db.execute(f"DELETE FROM {table} WHERE oin=?", (oin,))
        for actor in entry.actors:
            self._put("actors", oin, actor.id, actor.role, actor.designated, actor.screened, _json(actor.mandates))
        for client in entry.clients:
            self._put("clients", client.id, oin, client.profile)
            self._keys(f"client/{client.id}", oin, client.keys)
        for source in entry.sources:
            self._put("sources", oin, source.name, source.label, source.url, source.secrecy_bound, source.sandbox)
            self._keys(f"source/{oin}/{source.name}", oin, source.keys)
        if entry.keys is not None:
            self._keys(f"organisation/{oin}", oin, entry.keys)

    def _keys(self, owner: str, oin: str, keys: KeySet) -> None:
        self._put("key_sets", owner, oin, keys.uri, keys.jwks)

    def person(self, entry: PersonEntry) -> None:
        person = entry.person
        self._db.execute(
            "INSERT INTO persons VALUES(?,?,?,?) ON CONFLICT DO UPDATE SET born=excluded.born,"
            " can_consent=excluded.can_consent, objection=excluded.objection",
            (entry.pseudonym, person.born, person.can_consent, person.objection),
        )
        self._db.execute("DELETE FROM consents WHERE pseudonym=?", (entry.pseudonym,))
        for c in person.consents:
            self._put("consents", entry.pseudonym, c.basis, _json(c.categories), c.given_at, c.withdrawn_at, c.by)

    def case(self, case: Case) -> None:
        self._db.execute(
            "INSERT INTO cases VALUES(?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET track=excluded.track,"
            " state=excluded.state, phase=excluded.phase, first_processed_at=excluded.first_processed_at,"
            " closed_at=excluded.closed_at, extended_until=excluded.extended_until, intake=excluded.intake,"
            " circumstances=excluded.circumstances",
            (
                case.id,
                case.track,
                case.state,
                case.phase,
                case.first_processed_at,
                case.closed_at,
                case.extended_until,
                None if case.intake is None else _json(case.intake),
                _json(case.circumstances),
            ),
        )

    def circle(self, entry: CaseEntry) -> None:
        case = entry.case
        for table in ("participants", "linked", "involvements"):
            self._db.execute(f"DELETE FROM {table} WHERE case_id=?", (case.id,))
        for participant in case.participants:
            self._put("participants", case.id, participant.oin, participant.involved)
        for linked in case.linked:
            self._put("linked", case.id, linked.id)
        for pseudonym, involvement in entry.involved:
            self._put("involvements", case.id, pseudonym, involvement.relation, involvement.linked_to_registered)


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
