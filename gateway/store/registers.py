"""The registers: organisations and whom they designated, their systems and keys, cases, and people by pseudonym.

Rules:
- Reads give values of the model, or an entry where a key set has to be fetched elsewhere first; nothing here decides.
- `enter` replaces, in one transaction, everything that is held of each organisation, person and case that it is given,
  and leaves all others alone. A half import does not exist.
- Every read is one snapshot, so an import under way is seen wholly or not at all.

Trust: whoever can write this file can designate people, involve organisations and put in other keys: as good as
deciding. Whoever reads it learns which pseudonyms stand in which case, and with a pseudonym key also who they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import apsw
import orjson

from gateway.model.facts import Case, Consent, Involvement, LinkedCase, Participant, Person
from gateway.model.parties import Actor, Organisation
from gateway.store.register_entries import CaseEntry, ClientEntry, KeySet, OrganisationEntry, PersonEntry, SourceEntry
from gateway.store.register_writer import RegisterWriter
from gateway.store.registers_schema import STEPS
from gateway.store.sqlite import Durability, open_database, transaction, unusable_as_fault


class UnknownReference(ValueError):
    """What was entered names something that the registers do not hold. Nothing was entered."""


class Registers:
    """One file. Safe to use from one thread; any number of processes may read while one writes."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._db = connection

    @classmethod
    def open(cls, path: Path) -> Registers:
        """Open the file, made where it is not there; `Fault` registers-unavailable where it cannot be used."""
        with unusable_as_fault("registers-unavailable", path):
            return cls(open_database(path, Durability.FULL, STEPS))

    def close(self) -> None:
        self._db.close()

    def organisation(self, oin: str) -> Organisation | None:
        row = self._row("SELECT oin, name, kind, public FROM organisations WHERE oin=?", oin)
        return row and Organisation(*row[:3], public=bool(row[3]))

    def actor(self, oin: str, id: str) -> Actor | None:
        row = self._row("SELECT id, role, designated, screened, mandates FROM actors WHERE oin=? AND id=?", oin, id)
        return row and Actor(row[0], row[1], bool(row[2]), bool(row[3]), tuple(orjson.loads(row[4])))

    def client(self, id: str) -> ClientEntry | None:
        with self._db:
            row = self._row("SELECT id, oin, profile FROM clients WHERE id=?", id)
            return row and ClientEntry(*row, keys=self._keys(f"client/{id}"))

    def source(self, oin: str, name: str) -> SourceEntry | None:
        with self._db:
            row = self._row("SELECT label, url, secrecy_bound, sandbox FROM sources WHERE oin=? AND name=?", oin, name)
            keys = f"source/{oin}/{name}"
            return row and SourceEntry(oin, name, row[0], row[1], bool(row[2]), bool(row[3]), self._keys(keys))

    def recipient_keys(self, oin: str) -> KeySet | None:
        """To which data for this organisation is sealed."""
        keys = self._keys(f"organisation/{oin}")
        return None if keys == KeySet() else keys

    def case(self, id: str) -> Case | None:
        with self._db:
            row = self._row(
                "SELECT track, state, phase, first_processed_at, closed_at, extended_until, intake, circumstances"
                " FROM cases WHERE id=?",
                id,
            )
            if row is None:
                return None
            participants = self._db.execute(
                "SELECT oin, kind, public, involved FROM participants JOIN organisations USING(oin)"
                " WHERE case_id=? ORDER BY participants.rowid",
                (id,),
            ).fetchall()
            linked = self._db.execute(
                "SELECT id, track, state FROM linked JOIN cases ON id=linked_id WHERE case_id=? ORDER BY linked.rowid",
                (id,),
            ).fetchall()
        return Case(
            id,
            *row[:6],
            intake=row[6] and orjson.loads(row[6]),
            participants=tuple(Participant(p[0], p[1], bool(p[2]), bool(p[3])) for p in participants),
            linked=tuple(LinkedCase(*one) for one in linked),
            circumstances=orjson.loads(row[7]),
        )

    def person(self, pseudonym: str) -> Person | None:
        with self._db:
            row = self._row("SELECT born, can_consent, objection FROM persons WHERE pseudonym=?", pseudonym)
            if row is None:
                return None
            consents = self._db.execute(
                "SELECT basis, categories, given_at, withdrawn_at, given_by FROM consents"
                " WHERE pseudonym=? ORDER BY rowid",
                (pseudonym,),
            ).fetchall()
        given = tuple(Consent(c[0], tuple(orjson.loads(c[1])), *c[2:]) for c in consents)
        return Person(row[0], bool(row[1]), bool(row[2]), given)

    def involvement(self, case: str, pseudonym: str) -> Involvement | None:
        row = self._row(
            "SELECT relation, linked_to_registered FROM involvements WHERE case_id=? AND pseudonym=?", case, pseudonym
        )
        return row and Involvement(row[0], bool(row[1]))

    def enter(
        self,
        *,
        organisations: Iterable[OrganisationEntry] = (),
        people: Iterable[PersonEntry] = (),
        cases: Iterable[CaseEntry] = (),
    ) -> None:
        """Take in what is given, all or nothing. `UnknownReference` where a participant or linked case is not there."""
        writer, cases = RegisterWriter(self._db), tuple(cases)
        try:
            with transaction(self._db):
                for organisation in organisations:
                    writer.organisation(organisation)
                for person in people:
                    writer.person(person)
                for entry in cases:
                    writer.case(entry.case)
                for entry in cases:
                    writer.circle(entry)
        except apsw.ConstraintError as error:
            raise UnknownReference("a reference is unknown, or a name stands twice") from error

    def _row(self, sql: str, *values: Any) -> Any:
        return self._db.execute(sql, values).fetchone()

    def _keys(self, owner: str) -> KeySet:
        row = self._row("SELECT jwks, uri FROM key_sets WHERE owner=?", owner)
        return KeySet(*row) if row else KeySet()
