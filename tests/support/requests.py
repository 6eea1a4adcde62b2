"""Requests that the region answers, and how: what the demonstration, the documents and the tests can show of it.

`document` is the body of `POST /v1/disclosures`; `client` whose system sends it. `reasons` are those of the request and
of its fields together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

COLLEGE, PROBATION, POLICE = "00000001800000001000", "00000001800000002000", "00000001800000003000"
GGZ, WIJKTEAM, SCHOOL = "00000001800000005000", "00000001800000006000", "00000001800000007000"
GROUNDS = ("problemen", "leefgebieden_criminogeen", "overlast_criminaliteit_onveiligheid", "meerdere_domeinen_nodig")
EMERGENCY = {"threat": "bewusteloos aangetroffen, mogelijke overdosis", "person_conscious": False, "refuses": False}


@dataclass(frozen=True, slots=True)
class Example:
    client: str
    document: Mapping[str, Any]
    outcome: str
    granted: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()


def _body(
    bsn: str, actor: str, holder: tuple[str, str], *fields: str, task: str, unneeded: str = "", **rest: Any
) -> dict[str, Any]:
    need = {"task": task, "reason": "bepalen wat nodig is"}
    return {
        "activity": "opvragen",
        "subject": {"bsn": bsn},
        "actor": actor,
        "holder": {"oin": holder[0], "source": holder[1]},
        "fields": [{"name": name, "necessity": None if name == unneeded else need} for name in fields],
        **rest,
    }


def _overleg(bsn: str, holder: tuple[str, str], *fields: str, actor: str = "m-17", **rest: Any) -> dict[str, Any]:
    basis = {"basis": "wgs.zvh.casusoverleg", "case": "ZVH-2026-0417", "task": "WGS 2.25"}
    return _body(bsn, actor, holder, *fields, **{**basis, **rest})


def _hergebruik(bsn: str, *fields: str) -> dict[str, Any]:
    basis = {"basis": "wmo.hergebruik_sociaal_domein", "case": "WMO-2026-0088", "task": "Wmo 2.3.2"}
    return _body(bsn, "w-5", (COLLEGE, "participatiewet"), *fields, **basis)


def _aanmelding(actor: str, **intake: bool) -> dict[str, Any]:
    return _body(
        "999994979",
        actor,
        (COLLEGE, "wmo"),
        "naam",
        "adres_huidig",
        "aanleiding",
        task="WGS 2.31(1)",
        activity="aanmelden",
        basis="wgs.zvh.aanmelding",
        case="ZVH-2026-0502",
        recipient={"oin": POLICE},
        declaration={"intake": {**dict.fromkeys(GROUNDS, True), **intake}},
    )


def _crisis(bsn: str, *fields: str, **emergency: bool) -> dict[str, Any]:
    declaration = {"emergency": {**EMERGENCY, **emergency}}
    holder = (GGZ, "dossier")
    return _body(bsn, "a-2", holder, *fields, task="AVG 9(2)(c)", basis="vitaal_belang", declaration=declaration)


def _derde(*fields: str, holder: tuple[str, str] = (COLLEGE, "wmo"), **said: Any) -> dict[str, Any]:
    return _body(
        "999993653",
        "m-17",
        holder,
        *fields,
        task="WGS 1.7(2)",
        activity="derde-verstrekken",
        basis="wgs.zvh.verstrekking_derden",
        case="ZVH-2026-0417",
        recipient={"oin": SCHOOL},
        third_party={"objection_by": [], "rac_checked": True, "basis": "WGS 1.7(2)", **said},
    )


def _incidenteel(**said: Any) -> dict[str, Any]:
    third_party = {"objection_by": [], "secrecy_signed": True, "expertise": "kennis van de klas", **said}
    return {
        **_derde("afspraken"),
        "basis": "wgs.zvh.incidentele_derde",
        "third_party": third_party,
        "dry_run": True,
    }


def _melding(**circumstances: bool) -> dict[str, Any]:
    return _body(
        "999993331",
        "t-6",
        (WIJKTEAM, "ondersteuning"),
        "naam",
        task="Wvggz 5:1",
        activity="verstrekken",
        basis="wvggz.melding",
        recipient={"oin": COLLEGE},
        declaration={"circumstances": circumstances},
    )


def _resultaat(holder: tuple[str, str], *fields: str, **rest: Any) -> dict[str, Any]:
    basis = {"basis": "wgs.zvh.resultaat_deelnemer", "case": "ZVH-2026-0417", "task": "WGS 1.7(1)"}
    return _body("999993653", "m-17", holder, *fields, activity="resultaat-delen", **{**basis, **rest})


def _granted(document: Mapping[str, Any], client: str = "voorbeeldstad") -> Example:
    return Example(client, document, "toegestaan", frozenset(field["name"] for field in document["fields"]))


def _partly(document: Mapping[str, Any], granted: set[str], reason: str) -> Example:
    return Example("voorbeeldstad", document, "gedeeltelijk", frozenset(granted), frozenset({reason}))


def _refused(document: Mapping[str, Any], *reasons: str, client: str = "voorbeeldstad") -> Example:
    return Example(client, document, "geweigerd", reasons=frozenset(reasons))


TOEZICHT, MELDINGEN, DOSSIER = (PROBATION, "toezicht"), (POLICE, "meldingen"), (GGZ, "dossier")
_STRANGER = "999999096"
_WAMS = {"basis": "wams.gecoordineerde_aanpak", "case": "WAMS-2026-0003", "task": "Wams"}

EXAMPLES: Mapping[str, Example] = {
    "the ordinary case": _granted(_overleg("999993653", TOEZICHT, "adres_huidig", "toezicht_voorwaarden")),
    "police data with agreement": _granted(_overleg("999993653", MELDINGEN, "meldingen_overlast")),
    "health data with consent": _granted(_overleg("999993653", DOSSIER, "behandelstatus")),
    "on a condition": _granted(_overleg("999990019", TOEZICHT, "adres_huidig")),
    "the holder has nothing": _granted(_overleg("999990019", MELDINGEN, "meldingen_overlast")),
    "one field is not needed": _partly(
        _overleg("999993653", TOEZICHT, "adres_huidig", "toezicht_voorwaarden", unneeded="toezicht_voorwaarden"),
        {"adres_huidig"},
        "niet-noodzakelijk",
    ),
    "one field may never": _partly(
        _overleg("999993653", TOEZICHT, "adres_huidig", "kerklidmaatschap"),
        {"adres_huidig"},
        "categorie-niet-toegestaan",
    ),
    "health data without exception": _refused(
        _overleg("999990019", DOSSIER, "behandelstatus"), "beroepsgeheim-geen-toestemming"
    ),
    "police data without agreement": _refused(
        _overleg("999995790", MELDINGEN, "meldingen_overlast"), "geen-overeenstemming-bevoegd-gezag"
    ),
    "serious reasons": _refused(_overleg("999995790", TOEZICHT, "adres_huidig"), "zwaarwegende-redenen"),
    "not assessed yet": _refused(_overleg("999996617", TOEZICHT, "adres_huidig"), "feit-ontbreekt"),
    "known, but not in this case": _refused(_overleg("999998262", TOEZICHT, "adres_huidig"), "buiten-directe-kring"),
    "known to nobody": _refused(_overleg(_STRANGER, TOEZICHT, "adres_huidig"), "buiten-directe-kring"),
    "not screened": _refused(_overleg("999993653", TOEZICHT, "adres_huidig", actor="n-9"), "niet-geautoriseerd"),
    "an alderman": _refused(_overleg("999993653", TOEZICHT, "adres_huidig", actor="h-2"), "niet-geautoriseerd"),
    "not involved": _refused(
        _overleg("999993653", TOEZICHT, "adres_huidig", actor="t-6"),
        "niet-betrokken-bij-casus",
        client="wijkteam-centrum",
    ),
    "no participant": _refused(
        _overleg("999993653", TOEZICHT, "adres_huidig", actor="l-4"), "geen-deelnemer", client="school-de-linde"
    ),
    "re-use with consent": _granted(_hergebruik("999990846", "maandinkomen", "schulden_totaal")),
    "re-use beyond consent": _partly(
        _hergebruik("999990846", "maandinkomen", "schulden_totaal", "voorzieningen"),
        {"maandinkomen", "schulden_totaal"},
        "geen-toestemming",
    ),
    "consent withdrawn": _refused(_hergebruik("999991656", "maandinkomen"), "toestemming-ingetrokken"),
    "a pending objection": _refused(_hergebruik("999992491", "maandinkomen"), "bezwaar-in-behandeling"),
    "a bill that is no law": _refused(
        _body("999993331", "c-3", (COLLEGE, "wmo"), "naam", "voorzieningen", **_WAMS), "grondslag-niet-in-werking"
    ),
    "a child, under a bill": _refused(
        _body("999994141", "c-3", (WIJKTEAM, "ondersteuning"), "naam", **_WAMS), "grondslag-niet-in-werking"
    ),
    "registering a case": _granted(_aanmelding("m-17")),
    "a coordinator registers": _refused(_aanmelding("c-3"), "aanmelder-niet-bevoegd"),
    "registering for stagnation alone": _refused(
        _aanmelding("m-17", leefgebieden_criminogeen=False), "intakecriteria-ontbreken"
    ),
    "a life in danger": _granted(_crisis("999998262", "medicatie", "crisisplan"), client="ambulance-ggz-regio"),
    "a life in danger, of somebody unknown": _granted(_crisis(_STRANGER, "medicatie"), client="ambulance-ggz-regio"),
    "an inquiry of the municipality": _granted(
        _body(
            "999990846",
            "w-5",
            (COLLEGE, "wmo"),
            "naam",
            "adres_huidig",
            task="Wmo 2.3.2",
            basis="wmo.onderzoek",
            case="WMO-2026-0088",
        )
    ),
    "triage of a registered case": _granted(
        _body(
            "999994979",
            "p-8",
            (COLLEGE, "wmo"),
            "aanleiding",
            "voorzieningen",
            task="WGS 2.31(2)",
            basis="wgs.zvh.triage",
            case="ZVH-2026-0502",
        ),
        client="politie-voorbeeld",
    ),
    "triage of a case that is running": _refused(
        _overleg("999993653", TOEZICHT, "adres_huidig", basis="wgs.zvh.triage", task="WGS 2.31(2)"),
        "geen-grondslag",
    ),
    "a result for a participant": _granted(
        _resultaat((COLLEGE, "wmo"), "afspraken", "deelnemers", recipient={"oin": PROBATION})
    ),
    "a result and police data": _partly(
        _resultaat(MELDINGEN, "afspraken", "meldingen_overlast"), {"afspraken"}, "categorie-niet-toegestaan"
    ),
    "a result for a school": _granted(_derde("afspraken")),
    "a result for a school, unchecked": _refused(_derde("afspraken", rac_checked=False), "rac-toets-ontbreekt"),
    "a result for a school, and somebody objects": _refused(
        _derde("afspraken", objection_by=[GGZ]), "bezwaar-deelnemer"
    ),
    "a result for a school, on its own law": _refused(_derde("afspraken", basis="Leerplichtwet 16"), "geen-grondslag"),
    "police data for a school": _partly(
        _derde("adres_huidig", "meldingen_overlast", holder=MELDINGEN),
        {"adres_huidig"},
        "instemming-verstrekker-ontbreekt",
    ),
    "an incidental third party": _granted(_incidenteel()),
    "an incidental third party that did not sign": _refused(_incidenteel(secrecy_signed=False), "niet-geautoriseerd"),
    "with consent": _granted(
        _body("999990846", "t-6", (COLLEGE, "wmo"), "voorzieningen", task="samen een plan maken", basis="toestemming"),
        client="wijkteam-centrum",
    ),
    "with consent to something else": _refused(
        _body("999990846", "t-6", (COLLEGE, "wmo"), "adres_huidig", task="samen een plan maken", basis="toestemming"),
        "geen-toestemming",
        client="wijkteam-centrum",
    ),
    "compulsory care may be needed": _granted(_melding(vermoeden_zorgnoodzaak=True), client="wijkteam-centrum"),
    "compulsory care is not needed": _refused(
        _melding(vermoeden_zorgnoodzaak=False), "voorwaarde-niet-vervuld", client="wijkteam-centrum"
    ),
    "whether compulsory care is needed was not said": _refused(_melding(), "feit-ontbreekt", client="wijkteam-centrum"),
    "danger, but conscious": _refused(
        _crisis("999998262", "medicatie", person_conscious=True), "geen-toestemming", client="ambulance-ggz-regio"
    ),
}
