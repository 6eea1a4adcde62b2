"""The registers, by the same tests on SQLite, PostgreSQL and the simulator; then what only a file promises."""

import asyncio
import stat
import traceback
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from gateway.errors import Fault
from gateway.model.facts import Case, Consent, Involvement, Known, LinkedCase, Participant, Person
from gateway.model.parties import Actor, Organisation, Requester
from gateway.store.postgres.database import Database, Schema
from gateway.store.registers.both import Registers, SharedRegisters
from gateway.store.registers.entries import (
    CaseEntry,
    ClientEntry,
    KeySet,
    OrganisationEntry,
    PartyEntries,
    PersonEntry,
    SourceEntry,
)
from gateway.store.registers.reader import RegisterReader
from gateway.store.statements import PostgresReader, UnknownReference
from tests.support.postgres import Server
from tests.support.simulators import MemoryRegisters

A, B = "00000001800000001000", "00000001800000002000"
COLLEGE = OrganisationEntry(
    Organisation(A, "Gemeente Voorbeeldstad", "college", True),
    keys=KeySet(jwks='{"keys":[]}'),
    actors=(
        Actor("m-17", "casusregisseur", True, True, ("wgs.zvh.aanmelding",)),
        Actor("h-2", "wethouder", False, True),
    ),
    clients=(ClientEntry("voorbeeldstad", A, "fapi2", KeySet(uri="https://voorbeeldstad.example/jwks")),),
    sources=(SourceEntry(A, "wmo", "Wmo", "https://wmo.example", False, True, KeySet(uri="https://wmo.example/jwks")),),
)
RECLASSERING = OrganisationEntry(Organisation(B, "Reclassering Oost", "reclassering", False), None, (), (), ())
PERSON = Person(
    "1992-04-11",
    True,
    False,
    (
        Consent("wmo.hergebruik_sociaal_domein", ("inkomen", "financieel"), "2026-05-04", None, "zelf"),
        Consent("toestemming", ("gezondheid",), "2026-05-04", "2026-06-01", "zelf"),
    ),
)
CASE = Case(
    "ZVH-2026-0417",
    "zvh",
    "in-behandeling",
    3,
    "2026-03-02",
    None,
    None,
    {"problemen": True},
    (Participant(B, "reclassering", False, True), Participant(A, "college", True, False)),
    (LinkedCase("WMO-2026-0088", "gemeentelijk", "aangemeld"),),
    {"hulpvraag": True},
)
OTHER = Case("WMO-2026-0088", "gemeentelijk", "aangemeld", None, None, None, None, None, (), (), {})
INVOLVED = Involvement("betrokkene", True)


class InPostgres(RegisterReader, SharedRegisters):
    """What the gateway reads by and what an import enters by, as one."""

    def __init__(self, pool, database: Database) -> None:
        RegisterReader.__init__(self, PostgresReader(pool, "registers-unavailable"))
        SharedRegisters.__init__(self, database)


AnyRegisters = Registers | InPostgres | MemoryRegisters
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.part("postgresql")), "memory"]


@pytest.fixture(params=ENGINES)
async def registers(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AnyRegisters]:
    if request.param == "memory":
        yield MemoryRegisters()
    elif request.param == "sqlite":
        opened = Registers.open(tmp_path / "store.sqlite")
        yield opened
        opened.close()
    else:
        server: Server = request.getfixturevalue("postgres_server")
        database = Database.read(server.migrated(), Schema.STORE, development=False)
        async with database.pool(most=2) as pool:
            yield InPostgres(pool, database)


@pytest.fixture
def filled(registers: AnyRegisters) -> AnyRegisters:
    registers.enter(
        organisations=[COLLEGE, RECLASSERING],
        people=[PersonEntry("v1.aaa", PERSON)],
        cases=[CaseEntry(CASE, (("v1.aaa", INVOLVED),)), CaseEntry(OTHER, ())],
    )
    return registers


async def parties(registers: AnyRegisters, **changed: str) -> PartyEntries:
    """Those of a request at the municipality that is meant for the probation service, save what is changed."""
    named = {"holder": A, "source": "wmo", "recipient": B, "requester": A, "actor": "m-17"}
    return await registers.parties(**named | changed)


async def test_gives_back_what_was_entered(filled):
    assert await filled.client("voorbeeldstad") == COLLEGE.clients[0]
    assert await filled.requester("voorbeeldstad") == Requester("voorbeeldstad", COLLEGE.organisation)
    for actor in COLLEGE.actors:
        assert await parties(filled, actor=actor.id) == PartyEntries(
            COLLEGE.organisation, COLLEGE.sources[0], RECLASSERING.organisation, actor
        )
    assert await filled.recipient_keys(A) == COLLEGE.keys
    assert await filled.known(CASE.id, "v1.aaa") == Known(CASE, INVOLVED, PERSON)


async def test_knows_nothing_that_was_not_entered(filled):
    assert await filled.client("reclassering-oost") is None
    assert await filled.requester("reclassering-oost") is None
    nobody = PartyEntries(None, None, None, None)
    assert await parties(filled, holder="0" * 20, recipient="0" * 20, requester=B) == nobody
    assert (await parties(filled, source="participatiewet")).source is None
    assert (await parties(filled, holder=B)).source is None
    assert await filled.recipient_keys(B) is None
    assert await filled.known("ZVH-2026-9999", "v1.bbb") == Known(None, None, None)
    assert await filled.known(OTHER.id, "v1.aaa") == Known(OTHER, None, PERSON)
    assert await filled.known(None, "v1.aaa") == Known(None, None, PERSON)


async def test_entering_again_replaces_what_was_held_of_the_same_and_leaves_the_rest(filled):
    filled.enter(
        organisations=[replace(COLLEGE, keys=None, actors=COLLEGE.actors[1:], clients=(), sources=())],
        people=[PersonEntry("v1.aaa", replace(PERSON, objection=True, consents=()))],
        cases=[CaseEntry(replace(CASE, state="afgesloten", participants=CASE.participants[:1], linked=()), ())],
    )
    assert await parties(filled) == PartyEntries(COLLEGE.organisation, None, RECLASSERING.organisation, None)
    assert (await parties(filled, actor="h-2")).actor == COLLEGE.actors[1]
    assert await filled.client("voorbeeldstad") is None
    assert await filled.requester("voorbeeldstad") is None
    assert await filled.recipient_keys(A) is None
    known = await filled.known(CASE.id, "v1.aaa")
    assert known.person == replace(PERSON, objection=True, consents=())
    assert (known.case.state, known.case.participants, known.case.linked) == ("afgesloten", CASE.participants[:1], ())
    assert known.involvement is None
    assert (await filled.known(OTHER.id, "v1.aaa")).case == OTHER


async def test_a_linked_case_is_told_as_it_stands_now(filled):
    filled.enter(cases=[CaseEntry(replace(OTHER, state="in-behandeling"), ())])
    known = await filled.known(CASE.id, "v1.aaa")
    assert known.case.linked == (LinkedCase(OTHER.id, "gemeentelijk", "in-behandeling"),)


@pytest.mark.parametrize(
    "entry",
    [
        CaseEntry(replace(CASE, participants=(Participant("9" * 20, "", False, True),)), ()),
        CaseEntry(replace(CASE, linked=(LinkedCase("ZVH-2000-0001", "", ""),)), ()),
        CaseEntry(CASE, (("v1.nobody", INVOLVED),)),
    ],
    ids=["participant", "linked case", "person"],
)
async def test_an_unknown_reference_takes_in_nothing_at_all(filled, entry):
    with pytest.raises(UnknownReference):
        filled.enter(people=[PersonEntry("v1.new", PERSON)], cases=[entry])
    assert await filled.known(CASE.id, "v1.new") == Known(CASE, None, None)
    assert await filled.known(CASE.id, "v1.aaa") == Known(CASE, INVOLVED, PERSON)


async def test_two_imports_at_once_take_turns(filled):
    """Each replaces the same organisation and case; whoever comes last is what is held, wholly."""
    one = replace(CASE, participants=CASE.participants[:1])
    other = replace(CASE, participants=CASE.participants[1:], state="afgesloten")

    def enter(case: Case) -> None:
        for _ in range(5):
            filled.enter(organisations=[COLLEGE, RECLASSERING], cases=[CaseEntry(case, ())])

    if isinstance(filled, InPostgres):
        await asyncio.gather(asyncio.to_thread(enter, one), asyncio.to_thread(enter, other))
    else:
        enter(one)
    assert (await filled.known(CASE.id, "v1.aaa")).case in (one, other)


@pytest.mark.part("postgresql")
async def test_a_database_that_is_gone_is_a_fault_that_quotes_nobody(postgres_server):
    database = Database.read(postgres_server.migrated(), Schema.STORE, development=False)
    async with database.pool(most=1) as pool:
        registers, subject = InPostgres(pool, database), "v1." + 3 * "a"
        postgres_server.run("ALTER TABLE sluis.persons RENAME TO elsewhere", name=database.name)
        with pytest.raises(Fault, match=r"^registers-unavailable: PostgreSQL: .* \(SQLSTATE 42P01\)$") as told:
            await registers.known(CASE.id, subject)
        with pytest.raises(Fault, match="registers-unavailable"):
            registers.enter(people=[PersonEntry(subject, PERSON)])
    assert subject not in "".join(traceback.format_exception(told.value))


async def test_the_file_is_its_owners_alone_and_keeps_what_was_entered(tmp_path):
    path = tmp_path / "state" / "store.sqlite"
    first = Registers.open(path)
    first.enter(organisations=[COLLEGE])
    first.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert await Registers.open(path).client("voorbeeldstad") == COLLEGE.clients[0]


async def test_another_process_sees_an_import_wholly_or_not_at_all(tmp_path):
    path = tmp_path / "store.sqlite"
    writer, reader = Registers.open(path), Registers.open(path)
    with pytest.raises(UnknownReference):
        writer.enter(organisations=[COLLEGE], cases=[CaseEntry(CASE, ())])
    assert (await parties(reader)).holder is None
    writer.enter(organisations=[COLLEGE])
    assert (await parties(reader)).holder == COLLEGE.organisation


def test_a_file_of_a_later_version_is_not_touched(tmp_path):
    path = tmp_path / "store.sqlite"
    Registers.open(path).close()
    later = apsw.Connection(str(path))
    later.pragma("user_version", 99)
    later.close()
    with pytest.raises(Fault, match=f"registers-unavailable: {path} cannot be used: SchemaChangeError"):
        Registers.open(path)
