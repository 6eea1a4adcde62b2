"""What an expert would decide: the examples to which the second reading itself is held."""

import copy
from typing import Any

Facts = dict[str, Any]

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
ZVH = {"oin": "00000001800000012000", "kind": "zvh", "public": True}
SCHOOL = {"oin": "00000001800000007000", "kind": "school", "public": False}
PROVIDER = {"oin": "00000001800000011000", "kind": "zorgaanbieder", "public": False}
AT_THE_TABLE = [COLLEGE | {"involved": True}, PROBATION | {"involved": True}]
TO_A_SCHOOL: dict[str, Any] = {
    "activity": "derde-verstrekken",
    "basis": "wgs.zvh.verstrekking_derden",
    "recipient": SCHOOL,
    "third_party": {
        "objection_by": [],
        "rac_checked": True,
        "basis": "WGS 1.7(2)",
        "secrecy_signed": None,
        "expertise": None,
    },
}
AT_TABLE_ONCE: dict[str, Any] = TO_A_SCHOOL | {
    "basis": "wgs.zvh.incidentele_derde",
    "third_party": {"objection_by": [], "secrecy_signed": True, "expertise": "verslavingszorg"},
}
TO_RIEC: dict[str, Any] = {
    "activity": "resultaat-delen",
    "basis": "wgs.zvh.riec",
    "recipient": {"oin": "00000001800000013000", "kind": "riec", "public": True},
    "fields.0.category": "afspraken_plan",
    "fields.1.category": "gezondheid",
    "holder_statement.consents_to_onward": True,
}
OTHER_ZVH: dict[str, Any] = {
    "activity": "bevragen-ander-zvh",
    "basis": "wgs.zvh.ander_zvh_inhoud",
    "holder": ZVH | {"secrecy_bound": False},
    "circumstances": {"bekend_in_ander_zvh": True},
    "fields.1.category": "politie_art8_13",
    "holder_statement.competent_authority_agreed": True,
    "holder_statement.consents_to_onward": True,
}
RENEWED: dict[str, Any] = {
    "basis": "wgs.zvh.hernieuwd",
    "circumstances": {"opdracht_deelnemers": True, "hoog_recidiverisico": True},
    "case.state": "afgesloten",
    "case.first_processed_at": "2021-06-01",
    "case.closed_at": "2026-01-10",
    "case.extended_until": "2028-06-01",
    "holder_statement.consents_to_onward": True,
}
ALIGNED: dict[str, Any] = {
    "profile": "simulatie",
    "basis": "wams.afstemming_zvh",
    "case.track": "wams",
    "case.linked": [{"id": "Z", "track": "zvh", "state": "in-behandeling"}],
    "fields.0.category": "afspraken_plan",
    "fields.1.category": "betrokken_deelnemers",
}
OVERSIGHT: dict[str, Any] = {
    "activity": "log-raadplegen",
    "basis": "wgs.zvh.toezicht",
    "requester.actor.role": "fg",
    "holder": None,
    "subject": None,
    "holder_statement": None,
    "fields.0.category": "betrokken_deelnemers",
    "fields.0.necessity.task": "WGS 1.8(2)(b)",
    "fields.1.category": "medewerker_contact",
}
ACCESS: dict[str, Any] = {
    "activity": "inzage",
    "basis": "avg.inzage",
    "requester.actor.role": "medewerker-contactpunt",
    "fields.1.necessity": None,
}
FROM_PROVIDER: dict[str, Any] = {
    "basis": "wmo.aanbieder_naar_college",
    "holder": PROVIDER | {"secrecy_bound": True},
    "case.track": "gemeentelijk",
    "fields.0.category": "gezondheid",
    "fields.1.category": "hulpverlening",
    "fields.1.necessity.task": "Wmo 2.3.2",
}
BY_PROVIDER: dict[str, Any] = FROM_PROVIDER | {"activity": "verstrekken", "requester.organisation": PROVIDER}
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
    "to a school, health without instemming": (
        TO_A_SCHOOL | {"fields.1.category": "gezondheid"},
        ADDRESS,
        "instemming-verstrekker-ontbreekt",
    ),
    "to a school, without health": (TO_A_SCHOOL, BOTH, None),
    "to a school, on conditions alone": (
        TO_A_SCHOOL | {"holder_statement.conditions": ["niet doorgeven"]},
        NOTHING,
        "instemming-verstrekker-ontbreekt",
    ),
    "to a school, somebody objects": (
        TO_A_SCHOOL | {"third_party.objection_by": ["00000001800000003000"]},
        NOTHING,
        "bezwaar-deelnemer",
    ),
    "to a school, not checked": (TO_A_SCHOOL | {"third_party.rac_checked": False}, NOTHING, "rac-toets-ontbreekt"),
    "to a school, of another law": (TO_A_SCHOOL | {"third_party.basis": "Jw 7.3.11"}, NOTHING, "geen-grondslag"),
    "to a school at the table": (
        TO_A_SCHOOL | {"case.participants": [*AT_THE_TABLE, SCHOOL | {"involved": False}]},
        NOTHING,
        "geen-grondslag",
    ),
    "to a participant as a third": (
        TO_A_SCHOOL | {"recipient": {"oin": "00000001800000006000", "kind": "wijkteam", "public": False}},
        NOTHING,
        "geen-grondslag",
    ),
    "at the table once": (AT_TABLE_ONCE, BOTH, None),
    "at the table once, unsigned": (
        AT_TABLE_ONCE | {"third_party.secrecy_signed": False},
        NOTHING,
        "niet-geautoriseerd",
    ),
    "at the table once, for nothing": (AT_TABLE_ONCE | {"third_party.expertise": " "}, NOTHING, "feit-ontbreekt"),
    "to the riec": (TO_RIEC, ADDRESS, "categorie-niet-toegestaan"),
    "to the riec, bound by secrecy": (
        TO_RIEC | {"holder.secrecy_bound": True},
        NOTHING,
        "categorie-niet-toegestaan",
    ),
    "to the riec, no instemming": (
        TO_RIEC | {"holder_statement.consents_to_onward": None},
        NOTHING,
        "instemming-verstrekker-ontbreekt",
    ),
    "police data of another zvh": (OTHER_ZVH, BOTH, None),
    "police data of another zvh, no instemming": (
        OTHER_ZVH | {"holder_statement.consents_to_onward": False},
        ADDRESS,
        "instemming-verstrekker-ontbreekt",
    ),
    "another zvh, not known there": (
        OTHER_ZVH | {"circumstances.bekend_in_ander_zvh": False},
        NOTHING,
        "voorwaarde-niet-vervuld",
    ),
    "renewed": (RENEWED, BOTH, None),
    "renewed, closed the day a year before the term": (
        RENEWED | {"case.closed_at": "2025-06-01"},
        NOTHING,
        "bewaartermijn-verstreken",
    ),
    "renewed, closed the day after that": (RENEWED | {"case.closed_at": "2025-06-02"}, BOTH, None),
    "renewed, closed on the day of the term": (
        RENEWED | {"case.closed_at": "2026-06-01"},
        NOTHING,
        "bewaartermijn-verstreken",
    ),
    "renewed, no relapse expected": (
        RENEWED | {"circumstances.hoog_recidiverisico": False},
        NOTHING,
        "bewaartermijn-verstreken",
    ),
    "renewed before the term": (RENEWED | {"case.first_processed_at": "2021-11-22"}, NOTHING, "geen-grondslag"),
    "aligned with a running case": (ALIGNED, BOTH, None),
    "aligned with a closed one": (
        ALIGNED | {"case.linked.0.state": "afgesloten"},
        NOTHING,
        "casus-niet-in-behandeling",
    ),
    "aligned with one of the same track": (
        ALIGNED | {"case.linked.0.track": "wams"},
        NOTHING,
        "casus-niet-in-behandeling",
    ),
    "oversight of the log": (OVERSIGHT, ADDRESS, "loggebruik-niet-toegestaan"),
    "the log for a manager": (
        OVERSIGHT | {"requester.actor.role": "manager"},
        NOTHING,
        "loggebruik-niet-toegestaan",
    ),
    "access": (ACCESS, BOTH, None),
    "access, one participant objects": (
        ACCESS | {"holder_statement.serious_reasons": True},
        NOTHING,
        "zwaarwegende-redenen",
    ),
    "asked of a provider, secrecy is broken": (FROM_PROVIDER, BOTH, None),
    "given by a provider, it is not": (
        BY_PROVIDER | {"requester.actor.role": "behandelaar"},
        NOTHING,
        "beroepsgeheim-geen-toestemming",
    ),
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
