"""The registers, by the same tests on SQLite and on the simulator; then what only a file promises."""

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from gateway.errors import Fault
from gateway.model.facts import Case, Consent, Involvement, LinkedCase, Participant, Person
from gateway.model.parties import Actor, Organisation
from gateway.store.register_entries import CaseEntry, ClientEntry, KeySet, OrganisationEntry, PersonEntry, SourceEntry
from gateway.store.registers import Registers, UnknownReference
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


@pytest.fixture(params=["sqlite", "memory"])
def registers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Registers | MemoryRegisters]:
    if request.param == "memory":
        yield MemoryRegisters()
        return
    opened = Registers.open(tmp_path / "store.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def filled(registers: Registers | MemoryRegisters) -> Registers | MemoryRegisters:
    registers.enter(
        organisations=[COLLEGE, RECLASSERING],
        people=[PersonEntry("v1.aaa", PERSON)],
        cases=[CaseEntry(CASE, (("v1.aaa", INVOLVED),)), CaseEntry(OTHER, ())],
    )
    return registers


def test_gives_back_what_was_entered(filled):
    assert filled.organisation(A) == COLLEGE.organisation
    assert filled.actor(A, "m-17") == COLLEGE.actors[0]
    assert filled.actor(A, "h-2") == COLLEGE.actors[1]
    assert filled.client("voorbeeldstad") == COLLEGE.clients[0]
    assert filled.source(A, "wmo") == COLLEGE.sources[0]
    assert filled.recipient_keys(A) == COLLEGE.keys
    assert filled.case(CASE.id) == CASE
    assert filled.person("v1.aaa") == PERSON
    assert filled.involvement(CASE.id, "v1.aaa") == INVOLVED


def test_knows_nothing_that_was_not_entered(filled):
    assert filled.organisation("0" * 20) is None
    assert filled.actor(B, "m-17") is None
    assert filled.client("reclassering-oost") is None
    assert filled.source(A, "participatiewet") is None
    assert filled.recipient_keys(B) is None
    assert filled.case("ZVH-2026-9999") is None
    assert filled.person("v1.bbb") is None
    assert filled.involvement(OTHER.id, "v1.aaa") is None


def test_entering_again_replaces_what_was_held_of_the_same_and_leaves_the_rest(filled):
    filled.enter(
        organisations=[replace(COLLEGE, keys=None, actors=COLLEGE.actors[1:], clients=(), sources=())],
        people=[PersonEntry("v1.aaa", replace(PERSON, objection=True, consents=()))],
        cases=[CaseEntry(replace(CASE, state="afgesloten", participants=CASE.participants[:1], linked=()), ())],
    )
    assert filled.actor(A, "m-17") is None
    assert filled.actor(A, "h-2") == COLLEGE.actors[1]
    assert (filled.client("voorbeeldstad"), filled.source(A, "wmo"), filled.recipient_keys(A)) == (None, None, None)
    assert filled.person("v1.aaa") == replace(PERSON, objection=True, consents=())
    case = filled.case(CASE.id)
    assert (case.state, case.participants, case.linked) == ("afgesloten", CASE.participants[:1], ())
    assert filled.involvement(CASE.id, "v1.aaa") is None
    assert filled.organisation(B) == RECLASSERING.organisation
    assert filled.case(OTHER.id) == OTHER


def test_a_linked_case_is_told_as_it_stands_now(filled):
    filled.enter(cases=[CaseEntry(replace(OTHER, state="in-behandeling"), ())])
    assert filled.case(CASE.id).linked == (LinkedCase(OTHER.id, "gemeentelijk", "in-behandeling"),)


@pytest.mark.parametrize(
    "entry",
    [
        CaseEntry(replace(CASE, participants=(Participant("9" * 20, "", False, True),)), ()),
        CaseEntry(replace(CASE, linked=(LinkedCase("ZVH-2000-0001", "", ""),)), ()),
        CaseEntry(CASE, (("v1.nobody", INVOLVED),)),
    ],
    ids=["participant", "linked case", "person"],
)
def test_an_unknown_reference_takes_in_nothing_at_all(filled, entry):
    with pytest.raises(UnknownReference):
        filled.enter(people=[PersonEntry("v1.new", PERSON)], cases=[entry])
    assert filled.person("v1.new") is None
    assert filled.case(CASE.id) == CASE
    assert filled.involvement(CASE.id, "v1.aaa") == INVOLVED


def test_the_file_is_its_owners_alone_and_keeps_what_was_entered(tmp_path):
    path = tmp_path / "state" / "store.sqlite"
    first = Registers.open(path)
    first.enter(organisations=[COLLEGE])
    first.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Registers.open(path).client("voorbeeldstad") == COLLEGE.clients[0]


def test_another_process_sees_an_import_wholly_or_not_at_all(tmp_path):
    path = tmp_path / "store.sqlite"
    writer, reader = Registers.open(path), Registers.open(path)
    with pytest.raises(UnknownReference):
        writer.enter(organisations=[COLLEGE], cases=[CaseEntry(CASE, ())])
    assert reader.organisation(A) is None
    writer.enter(organisations=[COLLEGE])
    assert reader.organisation(A) == COLLEGE.organisation


def test_a_file_of_a_later_version_is_not_touched(tmp_path):
    path = tmp_path / "store.sqlite"
    Registers.open(path).close()
    later = apsw.Connection(str(path))
    later.pragma("user_version", 99)
    later.close()
    with pytest.raises(Fault, match=f"registers-unavailable: {path} cannot be used: SchemaChangeError"):
        Registers.open(path)
