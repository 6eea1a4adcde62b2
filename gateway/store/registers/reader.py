"""The registers, read: organisations and whom they designated, their systems and keys, cases, and people by pseudonym.

Rules:
- Reads give values of the model, or an entry where a key set has to be fetched elsewhere first; nothing here decides.
- Every read is one statement on either engine, so an import under way is seen wholly or not at all.
- All that the facts of a request need of a case and a person is one read: what is found, and how long it takes to say
  so, is the same question whoever is asked about.
"""

from collections.abc import Sequence
from operator import itemgetter

import orjson

from gateway.model.facts import Case, Consent, Involvement, Known, LinkedCase, Participant, Person
from gateway.model.parties import Actor, Organisation, Requester
from gateway.store.registers.entries import ClientEntry, KeySet, PartyEntries, SourceEntry
from gateway.store.statements import Reader, Row

_REQUESTER = """
    SELECT id, organisations.oin, name, kind, public
    FROM clients JOIN organisations ON organisations.oin = clients.oin WHERE id = ?
"""
_CLIENT = """
    SELECT id, clients.oin, profile, jwks, uri FROM clients LEFT JOIN key_sets ON owner = 'client/' || id WHERE id = ?
"""
_ORGANISATION, _SOURCE, _ACTOR = range(3)
_PARTIES = f"""
    SELECT {_ORGANISATION}, oin, name, kind, NULL, NULL, NULL, public, CAST(NULL AS INTEGER)
    FROM organisations WHERE oin IN (?, ?)
    UNION ALL
    SELECT {_SOURCE}, sources.oin, name, label, url, jwks, uri, secrecy_bound, sandbox
    FROM sources LEFT JOIN key_sets ON owner = 'source/' || sources.oin || '/' || name
    WHERE sources.oin = ? AND name = ?
    UNION ALL
    SELECT {_ACTOR}, id, role, mandates, NULL, NULL, NULL, designated, screened
    FROM actors WHERE oin = ? AND id = ?
"""
_RECIPIENT = "SELECT jwks, uri FROM key_sets WHERE owner = ?"
_CASE, _PARTICIPANT, _LINKED, _INVOLVEMENT, _PERSON, _CONSENT = range(6)
_KNOWN = f"""
    SELECT {_CASE}, 0, track, state, first_processed_at, closed_at, extended_until, intake, circumstances,
        phase, CAST(NULL AS INTEGER)
    FROM cases WHERE id = ?
    UNION ALL
    SELECT {_PARTICIPANT}, place, organisations.oin, kind, NULL, NULL, NULL, NULL, NULL, public, involved
    FROM participants JOIN organisations ON organisations.oin = participants.oin WHERE case_id = ?
    UNION ALL
    SELECT {_LINKED}, place, id, track, state, NULL, NULL, NULL, NULL, NULL, NULL
    FROM linked JOIN cases ON id = linked_id WHERE case_id = ?
    UNION ALL
    SELECT {_INVOLVEMENT}, 0, relation, NULL, NULL, NULL, NULL, NULL, NULL, linked_to_registered, NULL
    FROM involvements WHERE case_id = ? AND pseudonym = ?
    UNION ALL
    SELECT {_PERSON}, 0, born, NULL, NULL, NULL, NULL, NULL, NULL, can_consent, objection
    FROM persons WHERE pseudonym = ?
    UNION ALL
    SELECT {_CONSENT}, place, basis, categories, given_at, withdrawn_at, given_by, NULL, NULL, NULL, NULL
    FROM consents WHERE pseudonym = ?
"""
_PLACE = itemgetter(1)


class RegisterReader:
    """Satisfies `directory.directory.Register` and `facts.book.Register`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def requester(self, client: str) -> Requester | None:
        row = await self._first(_REQUESTER, client)
        return row and Requester(row[0], Organisation(row[1], row[2], row[3], row[4] == 1))

    async def names(self) -> dict[str, str]:
        """The name of every organisation, by OIN."""
        return dict(await self._reader.all("SELECT oin, name FROM organisations"))

    async def client(self, id: str) -> ClientEntry | None:
        row = await self._first(_CLIENT, id)
        return row and ClientEntry(*row[:3], keys=KeySet(*row[3:]))

    async def parties(self, *, holder: str, source: str, recipient: str, requester: str, actor: str) -> PartyEntries:
        """Those of one request. `actor`: of the requester."""
        organisations, found, person = {}, None, None
        for row in await self._reader.all(_PARTIES, holder, recipient, holder, source, requester, actor):
            if row[0] == _ORGANISATION:
                organisations[row[1]] = Organisation(row[1], row[2], row[3], row[7] == 1)
            elif row[0] == _SOURCE:
                found = SourceEntry(*row[1:5], row[7] == 1, row[8] == 1, KeySet(row[5], row[6]))
            else:
                person = Actor(row[1], row[2], row[7] == 1, row[8] == 1, tuple(orjson.loads(row[3])))
        return PartyEntries(organisations.get(holder), found, organisations.get(recipient), person)

    async def recipient_keys(self, oin: str) -> KeySet | None:
        """To which data for this organisation is sealed."""
        row = await self._first(_RECIPIENT, f"organisation/{oin}")
        return row and KeySet(*row)

    async def known(self, case: str | None, pseudonym: str) -> Known:
        """What is held of a case, of a person, and of that person in that case."""
        found: list[list[Row]] = [[], [], [], [], [], []]
        values = (case, case, case, case, pseudonym, pseudonym, pseudonym)
        for row in await self._reader.all(_KNOWN, *values):
            found[row[0]].append(row)
        involvement = next((Involvement(row[2], row[9] == 1) for row in found[_INVOLVEMENT]), None)
        return Known(_case(case, found), involvement, _person(found))

    async def _first(self, sql: str, *values: str) -> Row | None:
        rows = await self._reader.all(sql, *values)
        return rows[0] if rows else None


def _case(id: str | None, found: Sequence[list[Row]]) -> Case | None:
    if id is None or not found[_CASE]:
        return None
    _, _, track, state, first_processed_at, closed_at, extended_until, intake, circumstances, phase, _ = found[_CASE][0]
    for part in (_PARTICIPANT, _LINKED):
        found[part].sort(key=_PLACE)
    return Case(
        id,
        track,
        state,
        phase,
        first_processed_at,
        closed_at,
        extended_until,
        intake=intake and orjson.loads(intake),
        participants=tuple([Participant(row[2], row[3], row[9] == 1, row[10] == 1) for row in found[_PARTICIPANT]]),
        linked=tuple([LinkedCase(row[2], row[3], row[4]) for row in found[_LINKED]]),
        circumstances=orjson.loads(circumstances),
    )


def _person(found: Sequence[list[Row]]) -> Person | None:
    if not found[_PERSON]:
        return None
    _, _, born, *_, can_consent, objection = found[_PERSON][0]
    given = sorted(found[_CONSENT], key=_PLACE)
    consents = tuple([Consent(row[2], tuple(orjson.loads(row[3])), row[4], row[5], row[6]) for row in given])
    return Person(born, can_consent == 1, objection == 1, consents)
