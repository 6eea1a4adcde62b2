"""The directory over simulated registers: whose keys count where."""

import json

import pytest

from gateway.crypto.keys import ENCRYPTION, PrivateKey
from gateway.directory import Directory, KeySets
from gateway.errors import Fault
from gateway.model.codes import Profile
from gateway.model.parties import Actor, Organisation, Parties, Requester
from gateway.store.registers.entries import ClientEntry, KeySet, OrganisationEntry, SourceEntry
from tests.support.simulators import MemoryRegisters

OIN = "00000001800000001000"
SIGNS, OPENS, OTHER = PrivateKey.generate("ES256"), PrivateKey.generate(ENCRYPTION), PrivateKey.generate(ENCRYPTION)


def key_set(*keys: PrivateKey) -> KeySet:
    return KeySet(jwks=json.dumps({"keys": [dict(key.public.jwk) for key in keys]}))


BOTH = key_set(SIGNS, OPENS, OTHER)


def source(name: str, keys: KeySet = BOTH, *, sandbox: bool = True) -> SourceEntry:
    return SourceEntry(OIN, name, "Wmo", f"https://{name}.example", False, sandbox, keys)


@pytest.fixture
def registers() -> MemoryRegisters:
    registers = MemoryRegisters()
    entry = OrganisationEntry(
        Organisation(OIN, "Gemeente Voorbeeldstad", "college", True),
        keys=BOTH,
        actors=(Actor("m-17", "casusregisseur", True, True),),
        clients=(ClientEntry("voorbeeldstad", OIN, "fapi2", BOTH),),
        sources=(
            source("wmo"),
            source("echt", sandbox=False),
            source("stom", key_set(OPENS)),
            source("open", key_set(SIGNS)),
            source("stuk", KeySet(jwks="{")),
        ),
    )
    registers.enter(organisations=[entry])
    return registers


def directory(registers: MemoryRegisters, *, profile=Profile.PRODUCTIE, development: bool = True) -> Directory:
    return Directory(registers, KeySets(()), profile=profile, development=development)


async def parties(book: Directory, source: str, *, oin: str = OIN, actor: str = "m-17") -> Parties:
    return await book.parties(holder=oin, source=source, recipient=oin, requester=oin, actor=actor)


async def test_gives_parties_with_the_keys_of_each_use(registers):
    book = directory(registers)
    found = await parties(book, "wmo")
    assert found.holder == found.recipient == Organisation(OIN, "Gemeente Voorbeeldstad", "college", True)
    assert found.actor.role == "casusregisseur"
    assert found.source.keys == (SIGNS.public,)
    assert (found.source.url, found.source.encryption) == ("https://wmo.example", OPENS.public)
    assert await book.requester("voorbeeldstad") == Requester("voorbeeldstad", found.holder)
    client = await book.client("voorbeeldstad")
    assert (client.oin, client.profile, client.keys) == (OIN, "fapi2", (SIGNS.public,))
    assert await book.encryption_key(OIN) == OPENS.public


async def test_knows_nobody_whom_the_registers_do_not_hold(registers):
    book = directory(registers)
    assert await parties(book, "wmo", oin="0" * 20) == Parties(None, None, None, None)
    assert (await parties(book, "x", actor="x")).actor is None
    assert await book.requester("x") is None
    assert await book.client("x") is None
    assert (await parties(book, "x")).source is None
    assert await book.encryption_key("0" * 20) is None


async def test_keys_by_value_are_as_absent_outside_development(registers):
    book = directory(registers, development=False)
    assert (await book.client("voorbeeldstad")).keys == ()
    assert await book.encryption_key(OIN) is None
    with pytest.raises(Fault):
        await parties(book, "wmo")


async def test_a_simulation_does_not_know_a_real_holder(registers):
    assert (await parties(directory(registers), "echt")).source is not None
    simulation = directory(registers, profile=Profile.SIMULATIE)
    assert (await parties(simulation, "echt")).source is None
    assert (await parties(simulation, "wmo")).source is not None


@pytest.mark.parametrize("name", ["stom", "open", "stuk"])
async def test_a_source_whose_keys_do_not_do_is_a_fault(registers, name):
    with pytest.raises(Fault) as told:
        await parties(directory(registers), name)
    assert told.value.code == "partner-keys-unavailable"


async def test_published_keys_are_asked_for_by_address_with_the_wanted_kid(registers):
    asked = []

    class Published:
        async def keys(self, uri, *, kid=None):
            asked.append((uri, kid))
            return (SIGNS.public, OPENS.public)

    registers.clients["elders"] = ClientEntry("elders", OIN, "fapi2", KeySet(uri="https://elders.example/jwks"))
    book = Directory(registers, Published(), profile=Profile.PRODUCTIE, development=False)
    assert (await book.client("elders", kid="k1")).keys == (SIGNS.public,)
    assert asked == [("https://elders.example/jwks", "k1")]


async def test_an_organisation_signs_by_the_keys_of_its_own_set(registers):
    assert await directory(registers).signing_keys(OIN) == (SIGNS.public,)
    assert await directory(registers).signing_keys("00000001800000009000") == ()
    assert await directory(registers, development=False).signing_keys(OIN) == ()
