"""What is asked in the year: one function a kind of request, each giving the body of `POST /v1/disclosures`.

Rule: who asks whom about what is what such organisations would ask; what comes of it is not said here, for the policy
decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.sandbox.year.people import (
    AMBULANCE,
    COLLEGE,
    DOSSIER,
    GGZ,
    MELDINGEN,
    OM,
    ONDERSTEUNING,
    PARTICIPATIEWET,
    POLITIE,
    RECLASSERING,
    RIEC,
    SCHOOL,
    STRAFZAKEN,
    TOEZICHT,
    WIJKTEAM,
    WMO,
    File,
    Person,
)

ACTORS = {COLLEGE: "m-17", RECLASSERING: "r-2", POLITIE: "p-8", OM: "o-1", GGZ: "b-1", WIJKTEAM: "t-6", SCHOOL: "l-4"}
GROUNDS = ("problemen", "leefgebieden_criminogeen", "overlast_criminaliteit_onveiligheid", "meerdere_domeinen_nodig")
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ask:
    """`by`: OIN of who asks; `about`: the name of a person; `document`: the body."""

    by: str
    about: str
    document: Mapping[str, Any] = field(repr=False)

    @property
    def recipient(self) -> str | None:
        """OIN of the organisation to which it is sent, where that is another one than who asks."""
        said = self.document.get("recipient")
        return said and said["oin"]


def overleg(by: str, case: File, person: Person, place: Place, *fields: str, **rest: Any) -> Ask:
    """A participant asks another one in a case of the ZVH."""
    return _ask(by, person, place, fields, "WGS 2.25", basis="wgs.zvh.casusoverleg", case=case.id, **rest)


def triage(by: str, case: File, person: Person) -> Ask:
    about = ("aanleiding", "voorzieningen")
    return _ask(by, person, WMO, about, "WGS 2.31(2)", basis="wgs.zvh.triage", case=case.id)


def aanmelding(case: File, person: Person) -> Ask:
    rest = {
        "activity": "aanmelden",
        "recipient": {"oin": POLITIE},
        "declaration": {"intake": dict.fromkeys(GROUNDS, True)},
    }
    about = ("naam", "adres_huidig", "aanleiding")
    return _ask(COLLEGE, person, WMO, about, "WGS 2.31(1)", basis="wgs.zvh.aanmelding", case=case.id, **rest)


def resultaat(case: File, person: Person, to: str, *fields: str) -> Ask:
    rest = {"activity": "resultaat-delen", "recipient": {"oin": to}}
    return _ask(COLLEGE, person, WMO, fields, "WGS 1.7(1)", basis="wgs.zvh.resultaat_deelnemer", case=case.id, **rest)


def riec(case: File, person: Person) -> Ask:
    rest = {"activity": "resultaat-delen", "recipient": {"oin": RIEC}}
    about = ("afspraken", "deelnemers")
    return _ask(COLLEGE, person, WMO, about, "WGS 1.7(8)", basis="wgs.zvh.riec", case=case.id, **rest)


def derde(case: File, person: Person, *, checked: bool) -> Ask:
    said = {"objection_by": [], "rac_checked": checked, "basis": "WGS 1.7(2)"}
    rest = {"activity": "derde-verstrekken", "recipient": {"oin": SCHOOL}, "third_party": said}
    return _ask(
        COLLEGE, person, WMO, ("afspraken",), "WGS 1.7(2)", basis="wgs.zvh.verstrekking_derden", case=case.id, **rest
    )


def hergebruik(case: File, person: Person, *fields: str, **rest: Any) -> Ask:
    basis = "wmo.hergebruik_sociaal_domein"
    return _ask(COLLEGE, person, PARTICIPATIEWET, fields, "Wmo 2.3.2", basis=basis, case=case.id, actor="w-5", **rest)


def onderzoek(case: File, person: Person) -> Ask:
    about = ("naam", "adres_huidig")
    return _ask(COLLEGE, person, WMO, about, "Wmo 2.3.2", basis="wmo.onderzoek", case=case.id, actor="w-5")


def aanbieder(case: File, person: Person) -> Ask:
    about, basis = ("hulpverlening_actief",), "wmo.aanbieder_naar_college"
    return _ask(COLLEGE, person, ONDERSTEUNING, about, "Wmo 5.2.2", basis=basis, case=case.id, actor="w-5")


def toestemming(by: str, person: Person, *fields: str) -> Ask:
    return _ask(by, person, WMO, fields, "samen een plan maken", basis="toestemming")


def crisis(person: Person, *, conscious: bool = False) -> Ask:
    emergency = {"threat": "bewusteloos aangetroffen", "person_conscious": conscious, "refuses": False}
    rest = {"actor": "a-2", "declaration": {"emergency": emergency}}
    return _ask(AMBULANCE, person, DOSSIER, ("medicatie", "crisisplan"), "AVG 9(2)(c)", basis="vitaal_belang", **rest)


def melding(person: Person) -> Ask:
    """The neighbourhood team reports to the municipality that compulsory care may be needed."""
    declaration = {"circumstances": {"vermoeden_zorgnoodzaak": True}}
    rest = {"activity": "verstrekken", "recipient": {"oin": COLLEGE}, "declaration": declaration}
    return _ask(WIJKTEAM, person, ONDERSTEUNING, ("naam", "waarneming"), "Wvggz 5:1", basis="wvggz.melding", **rest)


def wams(case: File, person: Person) -> Ask:
    rest = {"case": case.id, "actor": "c-3"}
    return _ask(COLLEGE, person, WMO, ("naam", "voorzieningen"), "Wams", basis="wams.gecoordineerde_aanpak", **rest)


def _ask(by: str, person: Person, place: Place, fields: tuple[str, ...], task: str, **rest: Any) -> Ask:
    need = {"task": task, "reason": "bepalen wat nodig is"}
    unneeded = rest.pop("unneeded", "")
    document = {
        "activity": "opvragen",
        "subject": {"bsn": person.bsn},
        "actor": ACTORS.get(by, ""),
        "holder": {"oin": place[0], "source": place[1]},
        "fields": [{"name": name, "necessity": None if name == unneeded else need} for name in fields],
        **rest,
    }
    return Ask(by, person.name, document)


def everyday(case: File, person: Person) -> list[Ask]:
    """What is asked on an ordinary day in a case, each as likely as the next."""
    if case.track == "gemeentelijk":
        return [
            hergebruik(case, person, "maandinkomen", "schulden_totaal"),
            hergebruik(case, person, "maandinkomen"),
            hergebruik(case, person, "maandinkomen", "schulden_totaal", unneeded="schulden_totaal"),
            onderzoek(case, person),
            onderzoek(case, person),
            aanbieder(case, person),
            toestemming(WIJKTEAM, person, "voorzieningen"),
            toestemming(WIJKTEAM, person, "adres_huidig"),
            melding(person),
        ]
    if case.state != "in-behandeling":
        return [triage(POLITIE, case, person), overleg(COLLEGE, case, person, TOEZICHT, "adres_huidig")]
    circle = [oin for oin, involved in case.participants if involved]
    asked = [
        overleg(COLLEGE, case, person, TOEZICHT, "adres_huidig", "toezicht_voorwaarden"),
        overleg(COLLEGE, case, person, TOEZICHT, "toezicht_voorwaarden", "toezicht_tot"),
        overleg(COLLEGE, case, person, MELDINGEN, "meldingen_overlast"),
        overleg(POLITIE, case, person, WMO, "adres_huidig", "voorzieningen"),
        overleg(POLITIE, case, person, TOEZICHT, "toezicht_voorwaarden"),
        overleg(RECLASSERING, case, person, WMO, "voorzieningen", "afspraken"),
        overleg(RECLASSERING, case, person, MELDINGEN, "meldingen_overlast", "politie_aandachtsvestiging"),
        overleg(RECLASSERING, case, person, STRAFZAKEN, "strafzaak_stand", "zittingsdatum"),
        overleg(OM, case, person, TOEZICHT, "toezicht_voorwaarden", "toezicht_tot"),
        overleg(OM, case, person, TOEZICHT, "toezicht_voorwaarden", "adres_huidig", unneeded="adres_huidig"),
        overleg(COLLEGE, case, person, TOEZICHT, "adres_huidig", actor="n-9"),
        resultaat(case, person, RECLASSERING, "afspraken", "deelnemers"),
    ]
    if GGZ in circle:
        asked += [overleg(by, case, person, DOSSIER, "behandelstatus") for by in (COLLEGE, RECLASSERING)]
        asked.append(overleg(GGZ, case, person, WMO, "voorzieningen", "afspraken"))
    else:
        asked.append(overleg(WIJKTEAM, case, person, TOEZICHT, "adres_huidig"))
    return asked
