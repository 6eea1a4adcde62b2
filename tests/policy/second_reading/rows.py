"""The rows: what each basis allows, column by column as in the contract's table of bases.

A row names what differs from the defaults, which are those of `Row`; `_wgs` and `_wams` add those of their chapters.
"""

from dataclasses import dataclass
from typing import Any

from tests.policy.second_reading.words import (
    ANYONE,
    CONTACT_ROLES,
    CONTENT_ROLES,
    CRIMINAL,
    EVERYTHING,
    NO_PARTICIPANTS,
    OVERSIGHT_ROLES,
    PARTICIPANTS,
    PUBLIC,
    REGISTRATION,
    RELATIONS,
    RESEARCH,
    RESULT,
    WGS_2_30,
    words,
)

Words = frozenset[str]
PULL_OR_PUSH = ("opvragen", "verstrekken")
KNOWN = ("aangemeld", "in-behandeling")
COLLEGE = frozenset({"college"})
THIRD = NO_PARTICIPANTS - {"zvh", "riec"}
WITH_ZVH = PARTICIPANTS | {"zvh"}


@dataclass(frozen=True)
class Row:
    """One basis. `None`: not looked at (`track`, `holder`, `relations`), asks for no role, no such rule (others)."""

    since: str | None
    activities: tuple[str, ...]
    categories: Words
    track: tuple[str, ...] | None = None
    states: tuple[str, ...] = ("in-behandeling",)
    requester: Words = ANYONE
    recipient: Words = ANYONE
    holder: Words | None = ANYONE
    wgs_parties: bool = False  # rule 7: `wgs.zvh.*` and `avg.inzage`
    same_organisation: bool = False
    involved: tuple[str, ...] = ()
    relations: tuple[str, ...] | None = RELATIONS
    kring: bool = False
    roles: Words | None = CONTENT_ROLES
    actor: tuple[str, ...] = ("designated",)
    coordinator_advises: bool = False
    circumstances: tuple[str, ...] = ()
    consent: str = "none"  # none | always | gezinslid
    emergency: bool = False
    necessity: bool = True
    tasks: tuple[str, ...] = ()  # the task begins with one of these; whose code is `task_code`
    task_code: str = "doel-onverenigbaar"
    secrecy: str = "exception"
    statement: bool = True
    police_agreement: bool = False  # rule 14, last sentence
    zvh_passes_on: bool = False  # rule 11: police and justice data that a zvh holds
    onward: str | None = None  # special | all
    conditions_onward: bool = False  # rule 14: conditions need consents_to_onward
    third: str | None = None  # derde | incidenteel
    by_any_public: bool = False  # rule 6, resultaat-delen: for riec
    intake: bool = False
    linked_active: bool = False
    pga: bool = False  # rule 17
    retention: bool = False
    renewal: bool = False
    objection: str = "block"


def _wgs(activities: tuple[str, ...], categories: Words, **differs: Any) -> Row:
    """A row under `defaults_wgs`, with what rules 7, 14 and 17 add for every `wgs.zvh.*`."""
    columns: dict[str, Any] = {
        "since": "2025-03-01", "track": ("zvh",), "requester": PARTICIPANTS, "recipient": PARTICIPANTS,
        "holder": PARTICIPANTS, "wgs_parties": True, "involved": ("requester", "recipient", "holder"),
        "relations": ("betrokkene", "gezinslid", "directe-kring"), "kring": True, "actor": ("designated", "screened"),
        "police_agreement": True, "pga": True, "retention": True, "objection": "review",
    }  # fmt: skip
    return Row(activities=activities, categories=categories, **(columns | differs))


def _wams(categories: Words, **differs: Any) -> Row:
    """What the rows of the bill share, save the meldpunt: no law, a wams case, consent of a gezinslid."""
    columns: dict[str, Any] = {
        "activities": PULL_OR_PUSH, "track": ("wams",), "relations": ("betrokkene", "gezinslid"),
        "consent": "gezinslid",
    }  # fmt: skip
    return Row(since=None, categories=categories, **(columns | differs))


def _wmo(categories: str, **differs: Any) -> Row:
    """What the rows of the Wmo with a track share, rule 12 included."""
    columns: dict[str, Any] = {
        "activities": PULL_OR_PUSH, "track": ("gemeentelijk", "wams"), "relations": ("betrokkene", "gezinslid"),
        "recipient": COLLEGE, "tasks": ("Wmo ",),
    }  # fmt: skip
    return Row(since="2015-01-01", categories=frozenset(words(categories)), **(columns | differs))


WMO_JW_WVGGZ = {
    "wmo.onderzoek": _wmo(
        "ident_contact bsn gezondheid relaties woonsituatie hulpverlening",
        states=KNOWN,
        holder=frozenset({"college", "zorgaanbieder", "wijkteam", "ggz"}),
    ),
    "wmo.hergebruik_sociaal_domein": _wmo(
        "voorzieningen_sd financieel inkomen gezondheid",
        holder=COLLEGE,
        same_organisation=True,
        consent="always",
        secrecy="consent",
    ),
    "wmo.zorgaanbieder_naar_college": _wmo(
        "gezondheid hulpverlening",
        holder=frozenset({"zorgaanbieder", "zorgverzekeraar"}),
        consent="always",
        secrecy="consent",
    ),
    "wmo.college_naar_aanbieder": _wmo(
        "ident_contact bsn gezondheid hulpverlening",
        recipient=frozenset({"zorgaanbieder", "wijkteam"}),
        holder=COLLEGE,
        circumstances=("gecontracteerde_aanbieder",),
    ),
    "wmo.aanbieder_naar_college": _wmo(
        "gezondheid hulpverlening",
        holder=frozenset({"zorgaanbieder", "wijkteam"}),
        secrecy="breaks-on-request",
    ),
    "wmo.veilig_thuis": Row(
        since="2015-01-01",
        activities=PULL_OR_PUSH,
        recipient=frozenset({"veilig-thuis"}),
        categories=EVERYTHING - CRIMINAL,
        circumstances=("redelijk_vermoeden",),
        secrecy="breaks",
        statement=False,
        roles=None,
        actor=(),
        objection="none",
    ),
    "jw.gi_ots": Row(
        since="2015-01-01",
        activities=PULL_OR_PUSH,
        recipient=frozenset({"gi"}),
        relations=("betrokkene", "gezinslid", "directe-kring"),
        categories=EVERYTHING - CRIMINAL,
        circumstances=("ondertoezichtstelling",),
        secrecy="breaks",
        roles=None,
        actor=(),
        objection="none",
    ),
    "wvggz.melding": Row(
        since="2020-01-01",
        activities=("verstrekken", "aanmelden"),
        recipient=COLLEGE,
        relations=("betrokkene",),
        categories=frozenset({"ident_contact", "signaal_omschrijving", "gezondheid"}),
        circumstances=("vermoeden_zorgnoodzaak",),
        roles=None,
        actor=(),
        objection="none",
    ),
}
WAMS = {
    "wams.meldpunt": Row(
        since=None,
        activities=("verstrekken", "aanmelden"),
        recipient=frozenset({"college", "meldpunt"}),
        relations=("betrokkene", "gezinslid", "directe-kring"),
        categories=frozenset({"ident_contact", "signaal_omschrijving"}),
        roles=None,
        actor=(),
        statement=False,
        objection="none",
    ),
    "wams.onderzoek_hulpvraag": _wams(RESEARCH, states=KNOWN, recipient=COLLEGE, circumstances=("hulpvraag",)),
    "wams.onderzoek_zonder_hulpvraag": _wams(
        RESEARCH, states=KNOWN, recipient=COLLEGE, circumstances=("verzoek_professional",)
    ),
    "wams.gecoordineerde_aanpak": _wams(
        frozenset(words("ident_contact voorzieningen_sd hulpverlening relaties financieel")),
        involved=("requester", "recipient"),
        circumstances=("samenhangende_problematiek", "coordinator_aangewezen"),
    ),
    "wams.casusoverleg": _wams(
        frozenset(words("ident_contact voorzieningen_sd hulpverlening relaties afspraken_plan betrokken_deelnemers")),
        involved=("requester", "recipient"),
        circumstances=("coordinator_aangewezen",),
    ),
    "wams.provider_duty": _wams(
        frozenset(words("ident_contact gezondheid hulpverlening voorzieningen_sd relaties woonsituatie")),
        recipient=COLLEGE,
        holder=frozenset(words("ggz gi wijkteam zorgaanbieder huisarts ambulance-ggz veilig-thuis ggd")),
    ),
    "wams.aanmelding_zvh": _wams(
        REGISTRATION,
        activities=("aanmelden",),
        track=("wams", "zvh"),
        states=KNOWN,
        requester=COLLEGE,
        recipient=PUBLIC,
        holder=COLLEGE,
        circumstances=("college_besluit",),
        intake=True,
        coordinator_advises=True,
    ),
    "wams.afstemming_zvh": _wams(
        RESULT,
        activities=(*PULL_OR_PUSH, "resultaat-delen"),
        track=("wams", "zvh"),
        recipient=PARTICIPANTS,
        holder=WITH_ZVH,
        linked_active=True,
    ),
}
WGS = {
    "wgs.zvh.aanmelding": _wgs(
        ("aanmelden",),
        REGISTRATION,
        states=("aangemeld",),
        recipient=PUBLIC,
        involved=(),
        intake=True,
        coordinator_advises=True,
    ),
    "wgs.zvh.triage": _wgs(
        PULL_OR_PUSH,
        WGS_2_30 | {"signaal_omschrijving"},
        states=("aangemeld",),
        recipient=PUBLIC,
        involved=(),
    ),
    "wgs.zvh.casusoverleg": _wgs((*PULL_OR_PUSH, "casus-sluiten"), WGS_2_30 | RESULT),
    "wgs.zvh.uitvoering_evaluatie": _wgs(
        (*PULL_OR_PUSH, "casus-sluiten"), WGS_2_30 | RESULT, circumstances=("afspraken_gemaakt",)
    ),
    "wgs.zvh.resultaat_deelnemer": _wgs(("resultaat-delen",), (WGS_2_30 | RESULT) - CRIMINAL, holder=WITH_ZVH),
    "wgs.zvh.verstrekking_derden": _wgs(
        ("derde-verstrekken",),
        (WGS_2_30 | RESULT) - {"bsn"},
        requester=PUBLIC,
        recipient=THIRD,
        holder=WITH_ZVH,
        involved=("requester", "holder"),
        zvh_passes_on=True,
        onward="special",
        conditions_onward=True,
        third="derde",
    ),
    "wgs.zvh.incidentele_derde": _wgs(
        ("derde-verstrekken",),
        (WGS_2_30 | RESULT) - {"bsn"},
        requester=PUBLIC,
        recipient=THIRD,
        holder=WITH_ZVH,
        involved=("requester", "holder"),
        conditions_onward=True,
        third="incidenteel",
    ),
    "wgs.zvh.lijst": _wgs(
        (*PULL_OR_PUSH, "aanmelden"),
        WGS_2_30,
        states=KNOWN,
        recipient=PUBLIC,
        involved=(),
        circumstances=("criteria_gepubliceerd",),
        intake=True,
        coordinator_advises=True,
    ),
    "wgs.zvh.ander_zvh_hit": _wgs(
        ("bevragen-ander-zvh",),
        frozenset({"ident_contact", "bsn"}),
        requester=PUBLIC,
        recipient=PUBLIC,
        holder=frozenset({"zvh"}),
        involved=("requester", "recipient"),
    ),
    "wgs.zvh.ander_zvh_inhoud": _wgs(
        ("bevragen-ander-zvh",),
        WGS_2_30,
        requester=PUBLIC,
        recipient=PUBLIC,
        holder=frozenset({"zvh"}),
        involved=("requester", "recipient"),
        circumstances=("bekend_in_ander_zvh",),
        zvh_passes_on=True,
        onward="special",
        conditions_onward=True,
    ),
    "wgs.zvh.riec": _wgs(
        ("resultaat-delen",),
        RESULT | {"ident_contact", "bsn"},
        requester=PUBLIC,
        recipient=frozenset({"riec"}),
        holder=WITH_ZVH,
        involved=("requester", "holder"),
        by_any_public=True,
        secrecy="never",
        onward="all",
        conditions_onward=True,
    ),
    "wgs.zvh.naar_pga": _wgs(
        ("aanmelden", "verstrekken"),
        frozenset(words("ident_contact bsn woonsituatie relaties signaal_omschrijving")),
        since="2025-07-01",
        states=KNOWN,
        recipient=frozenset({"politie", "om", "burgemeester"}),
        holder=WITH_ZVH,
        involved=("requester", "holder"),
        relations=("betrokkene",),
        kring=False,
        circumstances=("vermoeden_radicalisering",),
        objection="none",
    ),
    "wgs.zvh.hernieuwd": _wgs(
        PULL_OR_PUSH,
        WGS_2_30 | RESULT,
        states=("in-behandeling", "afgesloten"),
        holder=WITH_ZVH,
        circumstances=("opdracht_deelnemers",),
        renewal=True,
    ),
    "wgs.zvh.toezicht": _wgs(
        ("log-raadplegen",),
        frozenset({"betrokken_deelnemers", "medewerker_contact"}),
        track=None,
        requester=ANYONE,
        recipient=ANYONE,
        holder=None,
        involved=(),
        relations=None,
        roles=OVERSIGHT_ROLES,
        tasks=(
            *("WGS 1.8", "WGS 1.10", "BGS 1.13", "BGS 1.14", "BGS 1.15", "BGS 1.16", "BGS 1.17", "BGS 1.18"),
            *("AVG 39", "UAVG 39"),
        ),
        task_code="loggebruik-niet-toegestaan",
        secrecy="none",
        statement=False,
        pga=False,
        retention=False,
        objection="none",
    ),
}
OTHERS = {
    "avg.inzage": Row(
        since="2018-05-25",
        activities=("inzage",),
        requester=PARTICIPANTS,
        recipient=PARTICIPANTS,
        holder=None,
        wgs_parties=True,
        roles=CONTACT_ROLES,
        actor=("designated", "screened"),
        categories=EVERYTHING - CRIMINAL - {"medewerker_contact"},
        necessity=False,
        secrecy="none",
        objection="none",
    ),
    "wpg.burgemeester": Row(
        since="2025-07-01",
        activities=PULL_OR_PUSH,
        recipient=frozenset({"burgemeester"}),
        holder=frozenset({"politie"}),
        categories=frozenset({"politie_art8_13"}),
        circumstances=("openbare_orde",),
        objection="review",
    ),
    "vitaal_belang": Row(
        since="2018-05-25",
        activities=PULL_OR_PUSH,
        categories=frozenset(words("ident_contact woonsituatie gezondheid relaties hulpverlening medewerker_contact")),
        roles=None,
        actor=(),
        emergency=True,
        secrecy="breaks",
        statement=False,
        objection="none",
    ),
    "toestemming": Row(
        since="2018-05-25",
        activities=PULL_OR_PUSH,
        categories=EVERYTHING - CRIMINAL - {"bsn"},
        consent="always",
        secrecy="consent",
    ),
}
ROWS: dict[str, Row] = WMO_JW_WVGGZ | WAMS | WGS | OTHERS
FORBIDDEN = {"wgs.zvh.risicoscore": "geautomatiseerde-analyse"}
