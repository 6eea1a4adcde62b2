"""The region: whole, of people who do not exist, and gone from the registers save as pseudonyms."""

import base64
import json
from datetime import date

import pytest

from gateway.facts import Dictionary
from gateway.holders.protocol import read_statement
from gateway.model.codes import Tenant
from gateway.sandbox.keys import SandboxKeys
from gateway.sandbox.region import NO_OBJECTION, Holding, Region, seed
from gateway.store.registers.both import Registers
from gateway.store.registers.file import wrong_places
from tests.support.people import people_in, people_in_files, telling_texts
from tests.support.simulators import PlainPseudonyms

REGION = Region.load()
PEOPLE = REGION.document["people"]
HOLDER = "http://127.0.0.1:8401"
pseudonym = PlainPseudonyms().of


@pytest.fixture
def keys(tmp_path) -> SandboxKeys:
    return SandboxKeys(tmp_path / "sandbox")


def test_is_as_large_as_was_promised():
    assert len(REGION.document["organisations"]) == 8
    assert len(PEOPLE) == len({person["bsn"] for person in PEOPLE}) == 12
    assert sorted(case["phase"] for case in REGION.document["cases"]) == [1, 2, 3, 4]
    assert len(REGION.clients()) == 8


def test_everybody_has_a_test_number_and_a_reason_to_be_there():
    assert all(person["bsn"].startswith("9999") and person["why"].endswith(".") for person in PEOPLE)


def test_is_a_file_that_the_registers_take(keys):
    assert list(wrong_places(REGION.registers(keys, HOLDER))) == []


def test_its_dates_are_past_by_what_the_cases_say():
    assert all(date.fromisoformat(person["born"]) < date(2026, 1, 1) for person in PEOPLE)


@pytest.mark.parametrize(("oin", "source"), REGION.sources())
def test_what_a_source_has_fits_the_dictionary_and_the_contract(oin, source):
    dictionary = Dictionary.load()
    for holding in REGION.holdings(oin, source).values():
        assert all(dictionary.accepts(name, value) for name, value in holding.values.items())
        if holding.statement is not None:
            assert read_statement({"assessed": True, "statement": holding.statement}) == holding.statement


def test_every_place_where_somebody_has_data_is_a_source():
    known = {f"{oin}/{source}" for oin, source in REGION.sources()}
    assert {place for person in PEOPLE for place in person["holders"]} <= known


def test_it_has_somebody_for_each_behaviour():
    held = {
        person["bsn"]: REGION.holdings(*place.split("/"))[person["bsn"]]
        for person in PEOPLE
        for place in person["holders"]
        if place == "00000001800000002000/toezicht"
    }
    assert held["999993653"].statement == NO_OBJECTION
    assert held["999990019"].statement["conditions"]
    assert held["999995790"].statement["serious_reasons"] is True
    assert held["999996617"].statement is None
    assert held["999997440"].slow is True
    assert Holding().statement == NO_OBJECTION


async def test_seeding_twice_changes_nothing(keys, tmp_path):
    registers, subject = Registers.open(tmp_path / "store.sqlite"), pseudonym(Tenant.ZVH, "999993653")

    async def held() -> tuple[object, ...]:
        return (
            await registers.known("ZVH-2026-0417", subject),
            await registers.client("voorbeeldstad"),
            await registers.requester("voorbeeldstad"),
        )

    assert seed(registers, pseudonym, keys, HOLDER) == (8, 12, 4)
    first = await held()
    assert seed(registers, pseudonym, keys, HOLDER) == (8, 12, 4)
    assert await held() == first
    assert first[0].involvement.relation == "betrokkene"


@pytest.mark.parametrize("shift", [0, 1, 2])
@pytest.mark.parametrize("text", ["999993653", "Sanne Proefpersoon-Voorbeeldman"])
def test_the_search_finds_people_however_they_are_spelt(text, shift):
    raw = b"-" * shift + text.encode() + b" en zo voort"
    for content in (
        raw,
        raw.hex().encode(),
        base64.b64encode(raw),
        base64.urlsafe_b64encode(raw),
        json.dumps(text).encode(),
    ):
        assert text in people_in(content)
    assert people_in(b"999993654 Sanne Proefpersoon") == set()


def test_nobody_of_the_region_stands_in_the_state(keys, tmp_path):
    registers = Registers.open(tmp_path / "store.sqlite")
    seed(registers, pseudonym, keys, HOLDER)
    registers.close()
    assert b"Gemeente Voorbeeldstad" in (tmp_path / "store.sqlite").read_bytes()
    assert len(telling_texts()) == 31
    assert people_in_files(tmp_path) == {}
