"""Who the year is about: people who do not exist, with test numbers for BSNs, their cases, and what holders have.

Rules:
- Everything follows from the seed and the first day alone, so that whoever knows these can say who is who. `p-17` is
  the name of a person here; a BSN stands in no file but the registers' pseudonyms.
- It is more of the same region: the organisations of `region.yaml` hold it, and a RIEC and a provider of care besides.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from gateway.model.bsn import is_bsn
from gateway.sandbox.region import Region

PEOPLE = 48
COLLEGE, RECLASSERING, POLITIE, OM = (f"000000018000000{each}000" for each in ("01", "02", "03", "04"))
GGZ, WIJKTEAM, SCHOOL, AMBULANCE = (f"000000018000000{each}000" for each in ("05", "06", "07", "10"))
RIEC = "00000001800000011000"
WMO, PARTICIPATIEWET = (COLLEGE, "wmo"), (COLLEGE, "participatiewet")
TOEZICHT, MELDINGEN, STRAFZAKEN = (RECLASSERING, "toezicht"), (POLITIE, "meldingen"), (OM, "strafzaken")
DOSSIER, ONDERSTEUNING = (GGZ, "dossier"), (WIJKTEAM, "ondersteuning")

_STRANGER = "999999096"
_FIRST = ("Aad", "Bo", "Cor", "Dewi", "Ebru", "Fenna", "Gijs", "Hind", "Ilse", "Joris", "Kaya", "Lot")
_LAST = ("Bedacht", "Denkmans", "Fantasie", "Gefingeerd", "Hersenschim", "Luchtkasteel", "Sprookje", "Verdichting")


@dataclass(frozen=True, slots=True)
class Person:
    """`name`: as tests and signals call somebody. `cases`: where this person stands."""

    name: str
    bsn: str = field(repr=False)
    born: date
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A case of the year: who takes part, and who in it is asked about."""

    id: str
    track: str
    state: str
    phase: int
    people: tuple[str, ...]
    participants: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class World:
    """People and cases by name; `region`: the same as the region's holders know it."""

    people: Mapping[str, Person]
    cases: Mapping[str, File]
    region: Region = field(repr=False)

    def of(self, case: str) -> list[Person]:
        """The people of a case."""
        return [self.people[name] for name in self.cases[case].people]


def make(seed: int, first: date) -> World:
    """The people and cases of a year that begins on `first`."""
    chance = random.Random(f"people {seed}")
    cases = {each.id: each for each in _cases(first)}
    stands = {name: [each.id for each in cases.values() if name in each.people] for name in names()}
    people = {
        name: Person(
            name,
            bsn,
            date(chance.randint(1950, 2002), chance.randint(1, 12), chance.randint(1, 28)),
            tuple(stands[name]),
        )
        for name, bsn in zip(names(), _numbers(chance), strict=True)
    }
    document = {
        "organisations": [_riec()],
        "cases": [_case(each, people, first) for each in cases.values()],
        "people": [_person(each, number, first, chance) for number, each in enumerate(people.values(), 1)],
    }
    return World(people, cases, Region(document))


def names() -> list[str]:
    return [f"p-{number}" for number in range(1, PEOPLE + 1)]


def _numbers(chance: random.Random) -> list[str]:
    taken = {each["bsn"] for each in Region.load().document["people"]} | {_STRANGER}
    found: list[str] = []
    while len(found) < PEOPLE:
        bsn = f"9999{chance.randrange(100_000):05}"
        if is_bsn(bsn) and bsn not in taken:
            found.append(bsn)
            taken.add(bsn)
    return found


def _cases(first: date) -> list[File]:
    every = ((COLLEGE, True), (RECLASSERING, True), (POLITIE, True), (OM, True), (GGZ, True), (WIJKTEAM, True))
    without_ggz = tuple((oin, oin not in (GGZ, WIJKTEAM)) for oin, _ in every)
    town = ((COLLEGE, True), (WIJKTEAM, True))
    year = first.year
    found = []
    for at, (circle, phase) in enumerate(
        ((every, 4), (without_ggz, 3), (every, 3), (without_ggz, 4), (every, 4), (every, 3))
    ):
        found.append(File(f"ZVH-{year}-{700 + at}", "zvh", "in-behandeling", phase, _some(3 * at, 3), circle))
    found.append(File(f"ZVH-{year}-710", "zvh", "aangemeld", 3, _some(18, 6), without_ggz))
    found.append(File(f"ZVH-{year}-720", "zvh", "afgesloten", 4, _some(24, 2), every))
    for at, phase in enumerate((1, 2, 2, 1, 3, 2)):
        found.append(
            File(f"WMO-{year}-{800 + at}", "gemeentelijk", "in-behandeling", phase, _some(26 + 3 * at, 3), town)
        )
    return found


def _some(start: int, count: int) -> tuple[str, ...]:
    return tuple(names()[start : start + count])


def _riec() -> dict[str, Any]:
    return {
        "oin": RIEC,
        "name": "RIEC Voorbeeld",
        "kind": "riec",
        "public": False,
        "client": "riec-voorbeeld",
        "actors": [],
        "sources": [],
    }


def _case(case: File, people: Mapping[str, Person], first: date) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": case.id,
        "track": case.track,
        "state": case.state,
        "phase": case.phase,
        "participants": [{"oin": oin, "involved": involved} for oin, involved in case.participants],
        "people": [
            {
                "bsn": people[name].bsn,
                "relation": "gezinslid" if at == 2 else "betrokkene",
                "linked_to_registered": True,
            }
            for at, name in enumerate(case.people)
        ],
    }
    if case.track == "zvh":
        document["first_processed_at"] = (first - timedelta(days=30)).isoformat()
        grounds = (
            "problemen",
            "leefgebieden_criminogeen",
            "overlast_criminaliteit_onveiligheid",
            "meerdere_domeinen_nodig",
        )
        if case.state != "aangemeld":
            document["intake"] = dict.fromkeys(grounds, True)
    if case.state == "afgesloten":
        document["closed_at"] = first.isoformat()
    return document


def _person(person: Person, number: int, first: date, chance: random.Random) -> dict[str, Any]:
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    home = f"Verzinselstraat {number}, 9998 ZZ Voorbeeldstad"
    given = (first - timedelta(days=20)).isoformat()
    consents = [
        {
            "basis": "wmo.hergebruik_sociaal_domein",
            "categories": ["inkomen", "financieel"],
            "given_at": given,
            "by": "zelf",
        },
        {"basis": "toestemming", "categories": ["voorzieningen_sd", "hulpverlening"], "given_at": given, "by": "zelf"},
    ]
    if number % 9 == 0:
        consents[0]["withdrawn_at"] = (first - timedelta(days=5)).isoformat()
    return {
        "bsn": person.bsn,
        "born": person.born.isoformat(),
        "can_consent": True,
        "consents": consents,
        "holders": _held(name, home, number, chance),
    }


def _held(name: str, home: str, number: int, chance: random.Random) -> dict[str, Any]:
    agreed = {
        "serious_reasons": number % 13 == 5,
        "conditions": [],
        "competent_authority_agreed": True,
        "consents_to_onward": True,
    }
    word = {"kind": "toestemming", "by": "behandelaar", "reason": "uitdrukkelijke toestemming van betrokkene"}
    exception = None if number % 4 == 0 else word
    return {
        "/".join(WMO): _has(
            agreed,
            naam=name,
            adres_huidig=home,
            voorzieningen=["begeleiding individueel"],
            aanleiding="herhaalde overlast",
            afspraken=["wekelijks begeleiding"],
            deelnemers=["uitvoering van de Wmo"],
        ),
        "/".join(PARTICIPATIEWET): _has(
            agreed,
            naam=name,
            maandinkomen=chance.randrange(900, 2100),
            schulden_totaal=chance.randrange(0, 20000, 50),
            inkomensbron="bijstand",
        ),
        "/".join(TOEZICHT): _has(
            agreed, adres_huidig=home, toezicht_voorwaarden=["meldplicht op dinsdag"], toezicht_tot="2028-06-30"
        ),
        "/".join(MELDINGEN): _has(
            agreed, meldingen_overlast=chance.randrange(0, 14), politie_aandachtsvestiging=number % 3 == 0
        ),
        "/".join(STRAFZAKEN): _has(agreed, strafzaak_stand="in afwachting van de zitting", zittingsdatum="2028-01-18"),
        "/".join(DOSSIER): _has(
            {**agreed, "secrecy_exception": exception},
            behandelstatus="in behandeling",
            medicatie=["voorbeeldazine 5 mg"],
            crisisplan="bel de crisisdienst",
        ),
        "/".join(ONDERSTEUNING): _has(
            agreed, naam=name, hulpverlening_actief=["maatschappelijk werk"], waarneming="trekt zich terug"
        ),
    }


def _has(statement: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    return {"statement": dict(statement), "values": values}


def clients() -> Mapping[str, str]:
    """OIN → the system of an organisation that asks or collects."""
    return {oin: client for client, oin in Region.load().clients().items()} | {RIEC: "riec-voorbeeld"}
