"""A file of registers: taken in whole, or told place by place what is wrong with it, without a value of it."""

import copy
import json
from pathlib import Path

import pytest

from gateway.model.codes import Tenant
from gateway.store.registers.both import Registers
from gateway.store.registers.file import InvalidRegisters, elfproef, enter_document, parse, wrong_places
from gateway.store.statements import UnknownReference
from tests.support.simulators import MemoryRegisters, PlainPseudonyms

BSN = "999993653"
KEYS = {"jwks_uri": "https://partner.example/jwks"}
DOCUMENT = {
    "organisations": [
        {
            "oin": "00000001800000001000",
            "name": "Gemeente Voorbeeldstad",
            "kind": "college",
            "public": True,
            "actors": [{"id": "m-17", "role": "casusregisseur", "designated": True, "screened": True}],
            "clients": [{"id": "voorbeeldstad", **KEYS}],
            "sources": [
                {"name": "wmo", "label": "Wmo", "url": "https://wmo.example/x", "secrecy_bound": False, **KEYS}
            ],
            **KEYS,
        }
    ],
    "people": [{"bsn": BSN, "born": "1992-04-11", "can_consent": True}],
    "cases": [
        {
            "id": "ZVH-2026-0417",
            "track": "zvh",
            "state": "in-behandeling",
            "participants": [{"oin": "00000001800000001000", "involved": True}],
            "people": [{"bsn": BSN, "relation": "betrokkene", "linked_to_registered": True}],
        }
    ],
}
pseudonym = PlainPseudonyms().of


def changed(path: str, value: object) -> dict:
    document = copy.deepcopy(DOCUMENT)
    *parents, last = (int(step) if step.isdigit() else step for step in path.split("/"))
    place = document
    for step in parents:
        place = place[step]
    place[last] = value
    return document


async def test_a_good_file_is_taken_in_and_counted():
    registers = MemoryRegisters()
    assert enter_document(registers, DOCUMENT, pseudonym) == (1, 1, 1)
    for tenant in Tenant:
        known = await registers.known("ZVH-2026-0417", pseudonym(tenant, BSN))
        assert known.person.born == "1992-04-11"


async def test_a_case_knows_its_people_by_the_pseudonym_of_one_tenant():
    registers = MemoryRegisters()

    async def involved() -> list[Tenant]:
        names = {tenant: pseudonym(tenant, BSN) for tenant in Tenant}
        return [each for each in Tenant if (await registers.known("ZVH-2026-0417", names[each])).involvement]

    enter_document(registers, DOCUMENT, pseudonym)
    assert await involved() == [Tenant.ZVH]
    enter_document(registers, changed("cases/0/track", "gemeentelijk"), pseudonym)
    assert await involved() == [Tenant.GEMEENTE]


def test_no_bsn_stands_in_the_file_of_the_registers(tmp_path: Path):
    registers = Registers.open(tmp_path / "store.sqlite")
    enter_document(registers, DOCUMENT, pseudonym)
    registers.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"voorbeeldstad" in content
    assert BSN.encode() not in content


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("organisations/0/oin", "abc", "/organisations/0/oin"),
        ("organisations/0/kind", "gilde", "/organisations/0/kind"),
        ("organisations/0/public", False, "/organisations/0/public"),
        ("organisations/0/nickname", "x", "/organisations/0"),
        ("organisations/0/jwks", {"keys": [{"kty": "EC", "use": "sig"}]}, "/organisations/0"),
        ("organisations/0/clients/0", {"id": "x"}, "/organisations/0/clients/0"),
        ("organisations/0/clients/0", {"id": "x", "jwks_uri": "http://x.example"}, "/organisations/0/clients/0"),
        ("organisations/0/sources/0/url", "https://user@wmo.example", "/organisations/0/sources/0/url"),
        ("organisations/0/sources/0/name", "W mo", "/organisations/0/sources/0/name"),
        ("people/0/bsn", "999993654", "/people/0/bsn"),
        ("people/0/bsn", "000000000", "/people/0/bsn"),
        ("people/0/bsn", 999993653, "/people/0/bsn"),
        ("people/0/born", "1992-02-30", "/people/0/born"),
        ("people/0/name", "Ruben", "/people/0"),
        ("cases/0/state", "zoek", "/cases/0/state"),
        ("cases/0/circumstances", {"redelijk_vermoeden": True}, "/cases/0/circumstances"),
        ("cases/0/people/0/bsn", "999990019", "/cases/0/people/0/bsn"),
    ],
)
def test_what_is_wrong_is_told_by_place_and_nothing_is_taken_in(path, value, place):
    registers = MemoryRegisters()
    with pytest.raises(InvalidRegisters) as told:
        enter_document(registers, changed(path, value), pseudonym)
    assert place in {each.partition(": ")[0] for each in told.value.places}
    assert str(value) not in str(told.value) or isinstance(value, bool)
    assert registers.organisations == {}


def test_every_wrong_place_is_told_at_once():
    document = changed("people/0/born", "yesterday")
    document["cases"][0]["track"] = "sneltrein"
    assert {each.partition(": ")[0] for each in wrong_places(document)} == {"/people/0/born", "/cases/0/track"}


@pytest.mark.parametrize("private", ["d", "k", "p"])
def test_a_private_key_is_not_taken_in(private):
    key = {"kty": "EC", "use": "sig", "crv": "P-256", "x": "x", "y": "y"}
    document = changed("organisations/0/clients/0", {"id": "x", "jwks": {"keys": [key]}})
    assert list(wrong_places(document)) == []
    key[private] = "secret"
    assert any(each.startswith("/organisations/0/clients/0") for each in wrong_places(document))


def test_an_unknown_participant_is_told():
    with pytest.raises(UnknownReference):
        enter_document(MemoryRegisters(), changed("cases/0/participants/0/oin", "9" * 20), pseudonym)


@pytest.mark.parametrize("document", [None, [], "text", 7])
def test_what_is_no_document_is_told(document):
    with pytest.raises(InvalidRegisters):
        enter_document(MemoryRegisters(), document, pseudonym)


def test_a_file_is_json_or_yaml_and_a_date_in_it_stays_text():
    assert parse(json.dumps(DOCUMENT)) == DOCUMENT
    assert parse("people: [{born: 1992-04-11}]") == {"people": [{"born": "1992-04-11"}]}
    with pytest.raises(ValueError, match=r"^neither YAML nor JSON$"):
        parse("{a: [")


@pytest.mark.parametrize(
    ("bsn", "good"), [("999993653", True), ("999993652", False), ("111222333", True), ("000000000", False)]
)
def test_elfproef(bsn, good):
    assert elfproef(bsn) is good
