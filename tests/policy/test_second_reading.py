"""The policy, asked on the embedded engine, grants what the second reading of the contract grants.

2,000 facts, or 10,000 with SLUIS_LONG=1 or SLUIS_REQUIRE_PARTS=1. Compared are the names of the granted fields and the
outcome. A failure shows the smallest facts on which the two differ, taken apart member by member, with both answers.

The second reading is held to the contract's examples as well: a comparison of two wrong readings would prove nothing.
"""

import copy
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import regorus
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.pdp.bundle import Bundle
from tests.policy.facts_generator import BASES, Facts, generate, places
from tests.policy.second_reading import Reading, granted, read

RULES = Path(__file__).parents[2] / "policies" / "rules"
LONG = "1" in (os.environ.get("SLUIS_LONG"), os.environ.get("SLUIS_REQUIRE_PARTS"))
HOW_MANY = 10_000 if LONG else 2_000
SEED = 20261121

COLLEGE = {"oin": "00000001800000001000", "kind": "college", "public": True}
PROBATION = {"oin": "00000001800000002000", "kind": "reclassering", "public": False}
CASUSOVERLEG: Facts = {
    "at": "2026-11-21T10:00:00+01:00",
    "profile": "productie",
    "activity": "opvragen",
    "basis": "wgs.zvh.casusoverleg",
    "requester": {
        "organisation": COLLEGE,
        "actor": {"id": "m-17", "role": "casusregisseur", "designated": True, "screened": True, "mandates": []},
    },
    "recipient": COLLEGE,
    "holder": PROBATION | {"secrecy_bound": False},
    "case": {
        "id": "ZVH-2026-0417",
        "track": "zvh",
        "state": "in-behandeling",
        "phase": 3,
        "first_processed_at": "2026-03-02",
        "closed_at": None,
        "extended_until": None,
        "intake": {
            "problemen": True,
            "leefgebieden_criminogeen": True,
            "overlast_criminaliteit_onveiligheid": True,
            "meerdere_domeinen_nodig": True,
        },
        "participants": [COLLEGE | {"involved": True}, PROBATION | {"involved": True}],
        "linked": [],
    },
    "circumstances": {},
    "subject": {
        "ref": "s-1",
        "relation": "betrokkene",
        "linked_to_registered": True,
        "age": 34,
        "can_consent": True,
        "objection": False,
        "consents": [],
    },
    "fields": [
        {"name": "adres", "category": "woonsituatie", "necessity": {"task": "Wmo 2.3.2", "reason": "terugkeer"}},
        {"name": "toezicht", "category": "toezicht_handhaving", "necessity": {"task": "WGS 2.25", "reason": "plan"}},
    ],
    "holder_statement": {
        "serious_reasons": False,
        "conditions": [],
        "competent_authority_agreed": None,
        "secrecy_exception": None,
        "consents_to_onward": None,
    },
    "third_party": None,
    "emergency": None,
}

REGISTRATION: dict[str, Any] = {
    "activity": "aanmelden",
    "basis": "wgs.zvh.aanmelding",
    "recipient": {"oin": "00000001800000003000", "kind": "politie", "public": True},
    "holder": COLLEGE | {"secrecy_bound": False},
    "case.state": "aangemeld",
}
REUSE: dict[str, Any] = {
    "basis": "wmo.hergebruik_sociaal_domein",
    "holder": COLLEGE | {"secrecy_bound": False},
    "case.track": "gemeentelijk",
    "subject.consents": [
        {
            "basis": "wmo.hergebruik_sociaal_domein",
            "categories": ["inkomen"],
            "given_at": "2026-10-01",
            "withdrawn_at": None,
            "by": "zelf",
        }
    ],
    "fields.0.category": "inkomen",
    "fields.1.category": "inkomen",
    "fields.1.necessity.task": "Wmo 2.3.2",
}
COORDINATION: dict[str, Any] = {
    "basis": "wams.gecoordineerde_aanpak",
    "case.track": "wams",
    "circumstances": {"samenhangende_problematiek": True, "coordinator_aangewezen": True},
    "fields.0.category": "relaties",
    "fields.1.category": "religie",
}
VITAL: dict[str, Any] = {
    "basis": "vitaal_belang",
    "case": None,
    "subject.can_consent": False,
    "emergency": {"threat": "bewusteloos", "person_conscious": False, "refuses": False},
    "fields.1.category": "gezondheid",
    "holder.secrecy_bound": True,
}
BOTH, ADDRESS, NOTHING = frozenset({"adres", "toezicht"}), frozenset({"adres"}), frozenset()
EXTENDED = {"case.first_processed_at": "2021-06-01", "holder_statement.consents_to_onward": True}
PARENTS_ALONE = {"kind": "toestemming", "by": "behandelaar", "reason": "x", "given_by": ["wettelijk-vertegenwoordiger"]}

# What an expert would decide: what is changed in CASUSOVERLEG, what is granted, a code on the request or a field.
EXAMPLES: dict[str, tuple[dict[str, Any], frozenset[str], str | None]] = {
    "the ordinary case": ({}, BOTH, None),
    "no necessity named": ({"fields.1.necessity": None}, ADDRESS, "niet-noodzakelijk"),
    "state not known": ({"case.state": None}, NOTHING, "feit-ontbreekt"),
    "closed": ({"case.state": "afgesloten", "case.closed_at": "2026-08-20"}, NOTHING, "casus-gesloten"),
    "handed over": ({"case.state": "overgedragen-pga"}, NOTHING, "pga-overgedragen"),
    "linked to one handed over": (
        {"case.linked": [{"id": "X", "track": "zvh", "state": "overgedragen-pga"}]},
        NOTHING,
        "pga-overgedragen",
    ),
    "not screened": ({"requester.actor.screened": False}, NOTHING, "niet-geautoriseerd"),
    "alderman": ({"requester.actor.role": "wethouder"}, NOTHING, "niet-geautoriseerd"),
    "not involved": ({"case.participants.0.involved": False}, NOTHING, "niet-betrokken-bij-casus"),
    "named twice, involved once": (
        {
            "case.participants": [
                PROBATION | {"involved": True},
                *(COLLEGE | {"involved": yes} for yes in (True, False)),
            ]
        },
        NOTHING,
        "niet-betrokken-bij-casus",
    ),
    "veto": ({"holder_statement.serious_reasons": True}, NOTHING, "zwaarwegende-redenen"),
    "police data held elsewhere": ({"fields.1.category": "politie_art8_13"}, ADDRESS, "categorie-niet-toegestaan"),
    "bound to secrecy": ({"holder.secrecy_bound": True}, NOTHING, "beroepsgeheim-geen-toestemming"),
    "consent of the parents of one of 14": (
        {"holder.secrecy_bound": True, "subject.age": 14, "holder_statement.secrecy_exception": PARENTS_ALONE},
        NOTHING,
        "beroepsgeheim-geen-toestemming",
    ),
    "consent of the parents of one of 11": (
        {"holder.secrecy_bound": True, "subject.age": 11, "holder_statement.secrecy_exception": PARENTS_ALONE},
        BOTH,
        None,
    ),
    "extended": (EXTENDED | {"case.extended_until": "2028-06-01"}, BOTH, None),
    "extended a day too far": (
        EXTENDED | {"case.extended_until": "2028-06-02"},
        NOTHING,
        "bewaartermijn-verstreken",
    ),
    "the day before the term": ({"case.first_processed_at": "2021-11-22"}, BOTH, None),
    "the day of the term": ({"case.first_processed_at": "2021-11-21"}, NOTHING, "bewaartermijn-verstreken"),
    "registration": (REGISTRATION, ADDRESS, "categorie-niet-toegestaan"),
    "registration without a ground": (
        REGISTRATION | {"case.intake.problemen": False},
        NOTHING,
        "intakecriteria-ontbreken",
    ),
    "registration by a coordinator": (
        REGISTRATION | {"requester.actor.role": "wams-coordinator"},
        NOTHING,
        "aanmelder-niet-bevoegd",
    ),
    "re-use with consent": (REUSE, BOTH, None),
    "re-use without": (REUSE | {"subject.consents": []}, NOTHING, "geen-toestemming"),
    "re-use, withdrawn today": (
        REUSE | {"subject.consents.0.withdrawn_at": "2026-11-21"},
        NOTHING,
        "toestemming-ingetrokken",
    ),
    "re-use, not for Wmo": (REUSE | {"fields.1.necessity.task": "Jw 2.3"}, ADDRESS, "doel-onverenigbaar"),
    "re-use, objected to": (REUSE | {"subject.objection": True}, NOTHING, "bezwaar-in-behandeling"),
    "Wams is no law": (COORDINATION, NOTHING, "grondslag-niet-in-werking"),
    "Wams simulated": (COORDINATION | {"profile": "simulatie"}, ADDRESS, "categorie-niet-toegestaan"),
    "vital interest": (VITAL, BOTH, None),
    "vital interest, refused": (VITAL | {"emergency.refuses": True}, NOTHING, "geen-toestemming"),
    "risk score": ({"basis": "wgs.zvh.risicoscore"}, NOTHING, "geautomatiseerde-analyse"),
    "no such basis": ({"basis": "wgs.zvh.bestaat_niet"}, NOTHING, "grondslag-onbekend"),
}


def changed(changes: dict[str, Any]) -> Facts:
    """CASUSOVERLEG with values at dotted paths; a number indexes a list."""
    facts = copy.deepcopy(CASUSOVERLEG)
    for path, value in changes.items():
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        parent: Any = facts
        for step in way:
            parent = parent[step]
        parent[last] = copy.deepcopy(value)
    return facts


@pytest.mark.parametrize("title", EXAMPLES)
def test_the_second_reading_decides_the_examples(title: str) -> None:
    changes, names, code = EXAMPLES[title]
    reading = read(changed(changes))
    assert reading.granted == names
    codes = reading.reasons.union(*(reasons for _, reasons in reading.fields))
    assert code in codes if code else not codes


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(CASUSOVERLEG)), inner),
    max_leaves=8,
)


@given(json_values)
@settings(max_examples=200, deadline=None)
def test_any_json_value_has_a_reading_and_this_one_is_a_refusal(value: Any) -> None:
    assert read(value).outcome == "geweigerd"
    assert not granted(value)


def test_taking_a_member_away_never_releases_more() -> None:
    """Rule 2, on the second reading itself: of well-formed facts, any member of any object."""
    for facts in generate("taken away", 150):
        before = read(facts)
        if "feit-ongeldig" in before.reasons:
            continue
        for container, key in list(places(facts)):
            if isinstance(container, dict):
                value = container.pop(key)
                assert granted(facts) <= before.granted, (key, facts)
                container[key] = value


def test_the_facts_are_the_same_for_a_seed_and_worth_asking() -> None:
    facts = list(generate(SEED, 2_000))
    assert facts == list(generate(SEED, 2_000))
    readings = [read(one) for one in facts]
    some = sum(1 for reading in readings if reading.granted)
    assert 0.3 < some / len(facts) < 0.5
    assert {one["basis"] for one, reading in zip(facts, readings, strict=True) if reading.granted} == set(BASES)
    alone = Counter(code for reading in readings if len(reading.reasons) == 1 for code in reading.reasons)
    assert len(alone) >= 18, f"too few codes are ever the only one: {alone}"


# ---- the comparison -------------------------------------------------------------------------------------------------

Answer = tuple[str, frozenset[str]]


@pytest.fixture(scope="module")
def policy() -> Callable[[Facts], Any]:
    """Asks the policy, alone on the embedded engine, for its decision; what the engine cannot decide comes as text."""
    bundle = Bundle.read(RULES)
    engine = regorus.Engine()
    for path, text in bundle.policies.items():
        engine.add_policy(path, text)
    engine.add_data_json(bundle.data.decode())

    def ask(facts: Facts) -> Any:
        engine.set_input_json(json.dumps(facts))
        try:
            return json.loads(engine.eval_rule_as_json("data.sluis.main.decision"))
        except RuntimeError as error:
            return str(error).split("\n\nStack backtrace")[0]

    return ask


def of_policy(decision: Any) -> Answer:
    if not isinstance(decision, dict):
        return (f"no decision: {decision}", frozenset())
    return (decision["outcome"], frozenset(field["name"] for field in decision["fields"] if field["granted"]))


def of_reading(reading: Reading) -> Answer:
    return (reading.outcome, reading.granted)


def difference(reading: Reading, decision: Any) -> str | None:
    """How the two differ, in the codes that only one of them gives; `None` where they grant the same."""
    if of_policy(decision) == of_reading(reading):
        return None
    if not isinstance(decision, dict):
        return str(decision)
    theirs = set(decision["reasons"]).union(*(field["reasons"] for field in decision["fields"]))
    ours = set(reading.reasons).union(*(reasons for _, reasons in reading.fields))
    return f"only the policy: {sorted(theirs - ours)}; only the second reading: {sorted(ours - theirs)}"


def smaller(facts: Facts) -> Iterator[Facts]:
    """The same facts, one member or element less."""
    for number in range(sum(1 for _ in places(facts))):
        copied = copy.deepcopy(facts)
        container, key = list(places(copied))[number]
        del container[key]
        yield copied


def smallest(facts: Facts, differs: Callable[[Facts], bool]) -> Facts:
    """Taken apart for as long as the two still differ."""
    while (less := next((one for one in smaller(facts) if differs(one)), None)) is not None:
        facts = less
    return facts


@pytest.mark.timeout(600)
def test_the_policy_grants_what_the_second_reading_grants(policy: Callable[[Facts], Any]) -> None:
    def how(facts: Facts) -> str | None:
        return difference(read(facts), policy(facts))

    found = [(facts, kind) for facts in generate(SEED, HOW_MANY) if (kind := how(facts)) is not None]
    if found:
        facts, kind = min(found, key=lambda one: len(json.dumps(one[0])))
        least = smallest(facts, lambda one: how(one) == kind)
        kinds = Counter(kind for _, kind in found).most_common()
        pytest.fail(
            f"{len(found)} of {HOW_MANY} facts (seed {SEED}) are decided differently: {kinds}\nThe smallest:\n"
            f"{json.dumps(least)}\nsecond reading: {read(least)}\npolicy: {policy(least)}",
            pytrace=False,
        )
