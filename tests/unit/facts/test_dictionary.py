"""The published dictionary: whole, closed, and strict on values."""

import pytest

from gateway.facts.dictionary import CATEGORIES, SAFE_INTEGER, TYPES, Dictionary

DICTIONARY = Dictionary.load()
NAMED_BY_SCENARIOS = {
    "aandachtspunten_zorg": "gezondheid",
    "aanleiding": "signaal_omschrijving",
    "adres_huidig": "woonsituatie",
    "afspraken": "afspraken_plan",
    "behandelstatus": "gezondheid",
    "besluiten": "betrokken_deelnemers",
    "bsn_match": "bsn",
    "deelnemers": "betrokken_deelnemers",
    "inzagen_per_medewerker": "medewerker_contact",
    "kerklidmaatschap": "religie",
    "maandinkomen": "inkomen",
    "medicatie": "gezondheid",
    "meldingen_overlast": "politie_art8_13",
    "naam": "ident_contact",
    "schulden_totaal": "financieel",
    "toezicht_voorwaarden": "toezicht_handhaving",
    "voorzieningen": "voorzieningen_sd",
    "waarneming": "signaal_omschrijving",
}


@pytest.mark.parametrize(("name", "category"), NAMED_BY_SCENARIOS.items())
def test_a_field_falls_in_the_category_that_experts_gave_it(name, category):
    assert DICTIONARY.category(name) == category


def test_every_category_has_a_field_and_every_field_both_languages():
    fields = DICTIONARY.document()["fields"]
    assert {field["category"] for field in fields} == CATEGORIES
    assert {field["type"] for field in fields} == set(TYPES)
    assert all(field["description"]["nl"] and field["description"]["en"] for field in fields)
    assert [field["name"] for field in fields] == sorted(DICTIONARY.names)


def test_knows_no_other_name():
    assert DICTIONARY.category("schoenmaat") is DICTIONARY.type_of("schoenmaat") is None
    assert not DICTIONARY.accepts("schoenmaat", "43")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("naam", "Ruben\nVoorbeeldman"),
        ("naam", ""),
        ("naam", "x" * 4000),
        ("geboortedatum", "1992-02-29"),
        ("maandinkomen", 0),
        ("maandinkomen", -SAFE_INTEGER),
        ("schuldhulp_loopt", False),
        ("medicatie", []),
        ("medicatie", ["a"] * 100),
    ],
)
def test_accepts_what_fits_its_type(name, value):
    assert DICTIONARY.accepts(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("naam", None),
        ("naam", 7),
        ("naam", ["Ruben"]),
        ("naam", "x" * 4001),
        ("naam", "a\x00b"),
        ("naam", "a\x1b[31mb"),
        ("geboortedatum", "1992-02-30"),
        ("geboortedatum", "1992-2-3"),
        ("geboortedatum", "19920203"),
        ("geboortedatum", "1992-02-03T00:00"),
        ("maandinkomen", True),
        ("maandinkomen", 1.0),
        ("maandinkomen", "1312"),
        ("maandinkomen", SAFE_INTEGER + 1),
        ("schuldhulp_loopt", 0),
        ("schuldhulp_loopt", "false"),
        ("medicatie", "lithium"),
        ("medicatie", [1]),
        ("medicatie", ["a"] * 101),
        ("medicatie", {"0": "a"}),
    ],
)
def test_refuses_what_does_not(name, value):
    assert not DICTIONARY.accepts(name, value)
