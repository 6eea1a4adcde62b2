"""The facts of a request: from the registers alone, and nothing in them tells whether a person exists."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gateway.facts import Dictionary, FactsBook
from gateway.facts.book import age_on
from gateway.facts.declaration import DECLARED, EMERGENCY, INTAKE, THIRD_PARTY, declarable
from gateway.model.codes import Profile, Tenant
from gateway.model.facts import Case, Consent, Involvement, LinkedCase, Participant, Person
from gateway.model.parties import Actor, Requester, Source, tenant_of
from gateway.model.request import Ask, AskedField, Necessity
from gateway.settings import ROOT
from gateway.store.registers.entries import CaseEntry, OrganisationEntry, PersonEntry
from tests.support.questions import BSN, COLLEGE, RECLASSERING, make_ask
from tests.support.simulators import NOON, MemoryRegisters, PlainPseudonyms

STRANGER, ELSEWHERE = "999990019", "999998262"
ACTOR = Actor("m-17", "casusregisseur", True, True, ("wgs.zvh.aanmelding",))
SOURCE = Source(RECLASSERING.oin, "toezicht", "Toezicht", "https://x.example", True, (), None)  # type: ignore[arg-type]
CONSENT = Consent("toestemming", ("gezondheid",), "2026-05-04", None, "zelf")
CASE = Case(
    "ZVH-2026-0417",
    "zvh",
    "in-behandeling",
    3,
    "2026-03-02",
    None,
    None,
    {"problemen": True},
    (Participant(COLLEGE.oin, "college", True, True), Participant(RECLASSERING.oin, "reclassering", False, True)),
    (LinkedCase("WMO-2026-0088", "gemeentelijk", "in-behandeling"),),
    {"hulpvraag": True},
)
LINKED = Case("WMO-2026-0088", "gemeentelijk", "in-behandeling", None, None, None, None, None, (), (), {})
REGISTERED = replace(CASE, id="ZVH-2026-0502", state="aangemeld", intake=None, linked=())


def pseudonym(bsn: str, basis: str = "wgs.zvh.casusoverleg") -> str:
    return PlainPseudonyms().of(tenant_of(basis), bsn)


@pytest.fixture
def registers() -> MemoryRegisters:
    registers = MemoryRegisters()
    person = Person("1992-11-21", False, True, (CONSENT,))
    registers.enter(
        organisations=[OrganisationEntry(one, None, (), (), ()) for one in (COLLEGE, RECLASSERING)],
        people=[
            PersonEntry(PlainPseudonyms().of(tenant, bsn), person) for tenant in Tenant for bsn in (BSN, ELSEWHERE)
        ],
        cases=[
            CaseEntry(CASE, ((pseudonym(BSN), Involvement("gezinslid", True)),)),
            CaseEntry(LINKED, ()),
            CaseEntry(REGISTERED, ()),
        ],
    )
    return registers


async def gather(
    registers: MemoryRegisters, ask: Ask | None = None, *, at: datetime = NOON, profile: Profile = Profile.PRODUCTIE
) -> dict[str, Any]:
    ask = ask or make_ask()
    facts = await FactsBook(registers, Dictionary.load(), profile=profile).gather(
        ask,
        at=at,
        requester=Requester("voorbeeldstad", COLLEGE),
        actor=ACTOR,
        recipient=COLLEGE,
        holder=SOURCE,
        holder_organisation=RECLASSERING,
        subject=pseudonym(ask.bsn, ask.basis),
    )
    return dict(facts.document)


async def test_says_all_that_the_contract_knows(registers):
    assert await gather(registers) == {
        "at": "2026-11-21T13:00:00+01:00",
        "profile": "productie",
        "activity": "opvragen",
        "basis": "wgs.zvh.casusoverleg",
        "requester": {
            "organisation": {"oin": COLLEGE.oin, "name": COLLEGE.name, "kind": "college", "public": True},
            "actor": {
                "id": "m-17",
                "role": "casusregisseur",
                "designated": True,
                "screened": True,
                "mandates": ["wgs.zvh.aanmelding"],
            },
        },
        "recipient": {"oin": COLLEGE.oin, "kind": "college", "public": True},
        "holder": {"oin": RECLASSERING.oin, "kind": "reclassering", "public": False, "secrecy_bound": True},
        "case": {
            "id": "ZVH-2026-0417",
            "track": "zvh",
            "state": "in-behandeling",
            "phase": 3,
            "first_processed_at": "2026-03-02",
            "closed_at": None,
            "extended_until": None,
            "intake": {"problemen": True},
            "participants": [
                {"oin": COLLEGE.oin, "kind": "college", "public": True, "involved": True},
                {"oin": RECLASSERING.oin, "kind": "reclassering", "public": False, "involved": True},
            ],
            "linked": [{"id": "WMO-2026-0088", "track": "gemeentelijk", "state": "in-behandeling"}],
        },
        "circumstances": {"hulpvraag": True},
        "subject": {
            "ref": pseudonym(BSN),
            "relation": "gezinslid",
            "linked_to_registered": True,
            "age": 34,
            "can_consent": False,
            "objection": True,
            "consents": [
                {
                    "basis": "toestemming",
                    "categories": ["gezondheid"],
                    "given_at": "2026-05-04",
                    "withdrawn_at": None,
                    "by": "zelf",
                }
            ],
        },
        "fields": [
            {
                "name": name,
                "category": category,
                "necessity": {"task": "Wmo 2.3.2", "reason": "bepalen of terugkeer naar de woning veilig is"},
            }
            for name, category in (("adres_huidig", "woonsituatie"), ("toezicht_voorwaarden", "toezicht_handhaving"))
        ],
        "third_party": None,
        "emergency": None,
    }


async def test_no_bsn_and_no_word_of_the_holder_stands_in_the_facts(registers):
    facts = await gather(registers)
    assert BSN not in str(facts)
    assert "holder_statement" not in facts


async def test_the_profile_is_that_of_the_deployment(registers):
    assert (await gather(registers, profile=Profile.SIMULATIE))["profile"] == "simulatie"


@pytest.mark.parametrize("case", ["ZVH-2026-0417", "ZVH-2026-0502", "ZVH-0000-0000"])
async def test_somebody_unknown_and_somebody_not_in_the_case_give_the_same_facts(registers, case):
    unknown = await gather(registers, make_ask(case=case, bsn=STRANGER))
    known_elsewhere = await gather(registers, make_ask(case=case, bsn=ELSEWHERE))
    assert unknown["subject"].pop("ref") != known_elsewhere["subject"].pop("ref")
    assert unknown == known_elsewhere
    assert unknown["subject"] == {
        "relation": "derde",
        "linked_to_registered": False,
        "age": 18,
        "can_consent": True,
        "objection": False,
        "consents": [],
    }


async def test_where_no_case_is_needed_everybody_is_a_betrokkene(registers):
    known = await gather(registers, make_ask(basis="toestemming", case=None))
    unknown = await gather(registers, make_ask(basis="toestemming", case=None, bsn=STRANGER))
    assert known["case"] is None
    assert known["subject"]["relation"] == unknown["subject"]["relation"] == "betrokkene"
    assert known["subject"]["consents"]
    assert not unknown["subject"]["consents"]
    assert known["subject"].keys() == unknown["subject"].keys()


async def test_a_case_that_was_forgotten_is_its_id_and_nothing_more(registers):
    registers.cases.forget("ZVH-2026-0502")
    facts = await gather(registers, make_ask(case="ZVH-2026-0502", activity="aanmelden", basis="wgs.zvh.aanmelding"))
    assert facts["case"] == {"id": "ZVH-2026-0502"}
    assert facts["circumstances"] == {}


ALL_FOUR = dict.fromkeys(INTAKE, True)


def registering(**changes: Any) -> Ask:
    ordinary = {
        "activity": "aanmelden",
        "basis": "wgs.zvh.aanmelding",
        "case": "ZVH-2026-0502",
        "declaration": {"intake": ALL_FOUR},
    }
    return make_ask(**{**ordinary, **changes})


async def test_declared_grounds_stand_in_a_case_that_is_registered(registers):
    assert (await gather(registers, registering()))["case"]["intake"] == ALL_FOUR
    assert (await gather(registers, registering(declaration={})))["case"]["intake"] is None


async def test_a_declaration_never_overrides_the_register(registers):
    assert (await gather(registers, registering(case="ZVH-2026-0417")))["case"]["intake"] == {"problemen": True}


@pytest.mark.parametrize("changes", [{"activity": "opvragen"}, {"basis": "wgs.zvh.casusoverleg"}])
async def test_grounds_declared_elsewhere_are_as_not_said(registers, changes):
    assert (await gather(registers, registering(**changes)))["case"]["intake"] is None


def emergency(**changes: Any) -> Ask:
    said = {"threat": "bewusteloos aangetroffen", "person_conscious": False, "refuses": False, **changes}
    return make_ask(basis="vitaal_belang", case=None, bsn=STRANGER, declaration={"emergency": said})


async def test_somebody_declared_unconscious_cannot_consent(registers):
    facts = await gather(registers, emergency())
    assert facts["emergency"] == {"threat": "bewusteloos aangetroffen", "person_conscious": False, "refuses": False}
    assert facts["subject"]["can_consent"] is False
    assert (await gather(registers, emergency(person_conscious=True)))["subject"]["can_consent"] is True


async def test_an_emergency_counts_under_its_own_basis_alone(registers):
    ask = replace(emergency(), basis="toestemming")
    facts = await gather(registers, ask)
    assert facts["emergency"] is None
    assert facts["subject"]["can_consent"] is True


@pytest.mark.parametrize("name", EMERGENCY)
@pytest.mark.parametrize("wrong", [None, 1, 0, [], {"x": 1}])
async def test_a_declared_member_of_another_type_is_as_not_said(registers, name, wrong):
    assert name not in (await gather(registers, emergency(**{name: wrong})))["emergency"]


async def test_what_may_not_be_declared_does_not_enter_the_facts(registers):
    ask = replace(emergency(bsn="999993653"), declaration={"emergency": {"can_consent": False}, "role": "fg"})
    facts = await gather(registers, ask)
    assert facts["emergency"] == {}
    assert facts["requester"]["actor"]["role"] == "casusregisseur"


def row(basis: str) -> dict[str, Any]:
    return yaml.safe_load(next((ROOT / "policies" / "rules" / "bases" / basis).glob("*/data.yaml")).read_text())


BASES = sorted(folder.name for folder in (ROOT / "policies" / "rules" / "bases").iterdir() if folder.is_dir())
REGISTERABLE = frozenset(
    json.loads((ROOT / "gateway" / "store" / "registers" / "file.schema.json").read_text())["$defs"]["case"][
        "properties"
    ]["circumstances"]["propertyNames"]["enum"]
)


@pytest.mark.parametrize("basis", BASES)
def test_what_may_be_declared_is_what_the_row_needs_and_no_register_holds(basis):
    held, expected = row(basis), {}
    if held.get("emergency"):
        expected["emergency"] = set(EMERGENCY)
    if held.get("intake"):
        expected["intake"] = set(INTAKE)
    if held.get("third"):
        expected["third_party"] = set(THIRD_PARTY)
    if needed := set(held.get("circumstances", ())) - REGISTERABLE:
        expected["circumstances"] = needed
    assert {member: set(inner) for member, inner in declarable(basis).items()} == expected


def test_a_circumstance_is_declared_or_registered_and_never_both():
    assert DECLARED.isdisjoint(REGISTERABLE)
    assert {name for basis in BASES for name in row(basis).get("circumstances", ())} <= DECLARED | REGISTERABLE


async def test_a_declared_circumstance_stands_beside_the_registered_ones(registers):
    ask = make_ask(basis="wpg.burgemeester", declaration={"circumstances": {"openbare_orde": False}})
    assert (await gather(registers, ask))["circumstances"] == {"hulpvraag": True, "openbare_orde": False}
    ask = make_ask(basis="wvggz.melding", case=None, declaration={"circumstances": {"vermoeden_zorgnoodzaak": True}})
    assert (await gather(registers, ask))["circumstances"] == {"vermoeden_zorgnoodzaak": True}


@pytest.mark.parametrize("said", [{"hulpvraag": False}, {"college_besluit": True}, {"openbare_orde": True}])
async def test_nobody_declares_what_a_register_says_or_another_basis_needs(registers, said):
    ask = make_ask(basis="wvggz.melding", declaration={"circumstances": said})
    assert (await gather(registers, ask))["circumstances"] == {"hulpvraag": True}


async def test_no_register_says_what_a_requester_must_declare(registers):
    said = dict.fromkeys(DECLARED, True) | {"hulpvraag": False}
    registers.enter(cases=[CaseEntry(replace(CASE, circumstances=said), ())])
    facts = await gather(registers, make_ask(basis="wpg.burgemeester"))
    assert facts["circumstances"] == {"hulpvraag": False}


@pytest.mark.parametrize("wrong", [None, 1, "true", [], {}])
async def test_a_circumstance_that_is_no_boolean_is_as_not_said(registers, wrong):
    ask = make_ask(basis="wpg.burgemeester", case=None, declaration={"circumstances": {"openbare_orde": wrong}})
    assert (await gather(registers, ask))["circumstances"] == {}


THIRD = {"objection_by": ["0" * 20], "rac_checked": True, "basis": "WGS 1.7(2)", "expertise": "wonen"}


@pytest.mark.parametrize("basis", ["wgs.zvh.verstrekking_derden", "wgs.zvh.incidentele_derde"])
async def test_what_is_said_of_a_third_party_is_a_fact_under_its_own_bases(registers, basis):
    said = {**THIRD, "secrecy_signed": None, "consents_to_onward": True}
    facts = await gather(registers, make_ask(basis=basis, declaration={"third_party": said}))
    assert facts["third_party"] == THIRD
    assert (await gather(registers, make_ask(basis=basis)))["third_party"] is None
    elsewhere = make_ask(basis="wgs.zvh.riec", declaration={"third_party": said})
    assert (await gather(registers, elsewhere))["third_party"] is None


@pytest.mark.parametrize("wrong", [None, "00000001800000001000", {}, [1], ["x", None]])
async def test_objections_that_are_no_list_of_texts_are_as_not_said(registers, wrong):
    ask = make_ask(basis="wgs.zvh.verstrekking_derden", declaration={"third_party": {**THIRD, "objection_by": wrong}})
    assert "objection_by" not in (await gather(registers, ask))["third_party"]


async def test_a_field_without_necessity_or_outside_the_dictionary_gets_none(registers):
    fields = (
        AskedField("adres_huidig", None),
        AskedField("adres_huidig", Necessity(None, "x")),
        AskedField("zwart", None),
    )
    facts = await gather(registers, make_ask(fields=fields))
    assert [field["necessity"] for field in facts["fields"]] == [None, {"task": None, "reason": "x"}, None]
    assert [field["category"] for field in facts["fields"]] == ["woonsituatie", "woonsituatie", None]


@pytest.mark.parametrize(
    ("at", "written", "age"),
    [
        (datetime(2026, 11, 20, 22, 59, 59, tzinfo=UTC), "2026-11-20T23:59:59+01:00", 33),
        (datetime(2026, 11, 20, 23, 0, tzinfo=UTC), "2026-11-21T00:00:00+01:00", 34),
        (datetime(2026, 7, 1, 10, 0, 0, 999_999, tzinfo=UTC), "2026-07-01T12:00:00+02:00", 33),
    ],
)
async def test_the_legal_day_is_that_of_amsterdam(registers, at, written, age):
    facts = await gather(registers, at=at)
    assert facts["at"] == written
    assert facts["subject"]["age"] == age


@pytest.mark.parametrize(
    ("day", "born", "age"),
    [
        ("2026-02-28", "2010-02-28", 16),
        ("2026-02-27", "2010-02-28", 15),
        ("2026-02-28", "2008-02-29", 17),
        ("2026-03-01", "2008-02-29", 18),
        ("2028-02-29", "2008-02-29", 20),
        ("2026-01-01", "2026-01-01", 0),
    ],
)
def test_ages_that_are_easily_got_wrong(day, born, age):
    assert age_on(date.fromisoformat(day), date.fromisoformat(born)) == age


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 40_000))
def test_an_age_never_goes_down_and_rises_once_a_year(born, days):
    day = date.fromordinal(min(born.toordinal() + days, date.max.toordinal() - 1))
    assert age_on(date.fromordinal(day.toordinal() + 1), born) - age_on(day, born) in (0, 1)
    assert 0 <= day.toordinal() - born.toordinal() - 365 * age_on(day, born) <= 365 + age_on(day, born) // 4 + 1
