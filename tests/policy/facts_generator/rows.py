"""What a document that grants looks like, for each basis: typed from the contract's table by hand, as the readings are.

`Start` is no reading of the law: it only has to hit. A row that is wrong here makes documents that refuse, which
`test_every_basis_is_granted_and_refused` would tell.
"""

from dataclasses import dataclass

from tests.policy.facts_generator.words import CATEGORIES, CONTENT_ROLES, KINDS, PRIVATE, PUBLIC

PARTICIPANTS = PUBLIC + PRIVATE
THIRD = tuple(kind for kind in KINDS if kind not in (*PARTICIPANTS, "zvh", "riec"))
CRIMINAL = ("politie_art8_13", "politie_art9_10", "justitieel_strafvorderlijk")
PLAIN_2_30 = (
    *("ident_contact", "bsn", "woonsituatie", "financieel", "inkomen", "gezondheid", "relaties"),
    *("toezicht_handhaving", "voorzieningen_sd", "hulpverlening", "medewerker_contact"),
)
REGISTRATION = (
    *("ident_contact", "bsn", "woonsituatie", "relaties", "signaal_omschrijving", "voorzieningen_sd"),
    *("gezondheid", "hulpverlening"),
)
RESULT = ("afspraken_plan", "betrokken_deelnemers")
RESEARCH = (
    *("ident_contact", "bsn", "woonsituatie", "financieel", "inkomen", "relaties", "voorzieningen_sd", "gezondheid"),
)
NOT_CRIMINAL = tuple(category for category in CATEGORIES if category not in CRIMINAL)
CIRCLE = ("betrokkene", "gezinslid", "directe-kring")
FAMILY = ("betrokkene", "gezinslid")
ACTIVE = "in-behandeling"


@dataclass(frozen=True)
class Start:
    """Who, what and where a document of a basis may start from; each draw is one of these."""

    categories: tuple[str, ...]
    activities: tuple[str, ...] = ("opvragen", "verstrekken")
    since: str | None = "2015-01-01"
    requester: tuple[str, ...] = KINDS
    recipient: tuple[str, ...] = KINDS
    holder: tuple[str, ...] = KINDS
    tracks: tuple[str, ...] = ()  # none: half of the documents have no case
    states: tuple[str, ...] = (ACTIVE,)
    relations: tuple[str, ...] = (*CIRCLE, "derde")
    roles: tuple[str, ...] = CONTENT_ROLES
    circumstances: tuple[str, ...] = ()
    consent: str = ""  # "" | always | gezinslid
    task: str = "Wmo 2.3.2"
    bound: float = 0.3  # how often the holder is bound by secrecy
    exception: bool = True  # and what then helps
    criminal: bool = False  # police and justice data may be added
    extended: float = 0.0  # how often the term is over and extended
    onward: bool = False  # the holder's instemming is asked for
    third: str = ""  # "" | derde | incidenteel
    coordinator: bool = False


def _wgs(*categories: str, **differs: object) -> Start:
    columns: dict[str, object] = {
        "since": "2025-03-01", "requester": PARTICIPANTS, "recipient": PARTICIPANTS, "holder": PARTICIPANTS,
        "tracks": ("zvh",), "relations": CIRCLE, "task": "WGS 2.25", "extended": 0.15,
    }  # fmt: skip
    return Start(categories, **(columns | differs))  # type: ignore[arg-type]


def _wams(*categories: str, **differs: object) -> Start:
    columns: dict[str, object] = {
        "since": None, "tracks": ("wams",), "relations": FAMILY, "consent": "gezinslid", "task": "Wams 2",
    }  # fmt: skip
    return Start(categories, **(columns | differs))  # type: ignore[arg-type]


def _wmo(*categories: str, **differs: object) -> Start:
    columns: dict[str, object] = {
        "recipient": ("college",), "tracks": ("gemeentelijk", "wams"), "relations": FAMILY,
    }  # fmt: skip
    return Start(categories, **(columns | differs))  # type: ignore[arg-type]


EARLY = ("aangemeld", ACTIVE)
WITH_ZVH = (*PARTICIPANTS, "zvh", "zvh", "zvh")
STARTS: dict[str, Start] = {
    "wmo.onderzoek": _wmo(
        *("ident_contact", "bsn", "gezondheid", "relaties", "woonsituatie", "hulpverlening"),
        states=EARLY,
        holder=("college", "zorgaanbieder", "wijkteam", "ggz"),
    ),
    "wmo.hergebruik_sociaal_domein": _wmo(
        *("voorzieningen_sd", "financieel", "inkomen", "gezondheid"),
        holder=("college",),
        consent="always",
        exception=False,
    ),
    "wmo.zorgaanbieder_naar_college": _wmo(
        *("gezondheid", "hulpverlening"),
        holder=("zorgaanbieder", "zorgverzekeraar"),
        consent="always",
        exception=False,
    ),
    "wmo.college_naar_aanbieder": _wmo(
        *("ident_contact", "bsn", "gezondheid", "hulpverlening"),
        recipient=("zorgaanbieder", "wijkteam"),
        holder=("college",),
        circumstances=("gecontracteerde_aanbieder",),
    ),
    "wmo.aanbieder_naar_college": _wmo(
        *("gezondheid", "hulpverlening"), holder=("zorgaanbieder", "wijkteam"), bound=0.6
    ),
    "wmo.veilig_thuis": Start(
        NOT_CRIMINAL,
        recipient=("veilig-thuis",),
        circumstances=("redelijk_vermoeden",),
        roles=("", "leerkracht", "manager"),
        exception=False,
    ),
    "jw.gi_ots": Start(
        NOT_CRIMINAL,
        recipient=("gi",),
        relations=CIRCLE,
        circumstances=("ondertoezichtstelling",),
        roles=("", "jeugdbeschermer", "manager"),
        exception=False,
    ),
    "wvggz.melding": Start(
        ("ident_contact", "signaal_omschrijving", "gezondheid"),
        since="2020-01-01",
        activities=("verstrekken", "aanmelden"),
        recipient=("college",),
        relations=("betrokkene",),
        circumstances=("vermoeden_zorgnoodzaak",),
        roles=("", "crisisdienst", "manager"),
    ),
    "wams.meldpunt": Start(
        ("ident_contact", "signaal_omschrijving"),
        since=None,
        activities=("verstrekken", "aanmelden"),
        recipient=("college", "meldpunt"),
        relations=CIRCLE,
        roles=("", "meldpuntmedewerker", "manager"),
    ),
    "wams.onderzoek_hulpvraag": _wams(*RESEARCH, recipient=("college",), states=EARLY, circumstances=("hulpvraag",)),
    "wams.onderzoek_zonder_hulpvraag": _wams(
        *RESEARCH, recipient=("college",), states=EARLY, circumstances=("verzoek_professional",)
    ),
    "wams.gecoordineerde_aanpak": _wams(
        *("ident_contact", "voorzieningen_sd", "hulpverlening", "relaties", "financieel"),
        circumstances=("samenhangende_problematiek", "coordinator_aangewezen"),
    ),
    "wams.casusoverleg": _wams(
        *("ident_contact", "voorzieningen_sd", "hulpverlening", "relaties", *RESULT),
        circumstances=("coordinator_aangewezen",),
    ),
    "wams.provider_duty": _wams(
        *("ident_contact", "gezondheid", "hulpverlening", "voorzieningen_sd", "relaties", "woonsituatie"),
        recipient=("college",),
        holder=("ggz", "gi", "wijkteam", "zorgaanbieder", "huisarts", "ambulance-ggz", "veilig-thuis", "ggd"),
    ),
    "wams.aanmelding_zvh": _wams(
        *REGISTRATION,
        activities=("aanmelden",),
        requester=("college",),
        recipient=PUBLIC,
        holder=("college",),
        tracks=("wams", "zvh"),
        states=EARLY,
        circumstances=("college_besluit",),
        coordinator=True,
    ),
    "wams.afstemming_zvh": _wams(
        *RESULT,
        activities=("opvragen", "verstrekken", "resultaat-delen"),
        recipient=PARTICIPANTS,
        holder=WITH_ZVH,
        tracks=("wams", "zvh"),
    ),
    "wgs.zvh.aanmelding": _wgs(
        *REGISTRATION, activities=("aanmelden",), recipient=PUBLIC, states=("aangemeld",), coordinator=True
    ),
    "wgs.zvh.triage": _wgs(*PLAIN_2_30, "signaal_omschrijving", recipient=PUBLIC, states=("aangemeld",), criminal=True),
    "wgs.zvh.casusoverleg": _wgs(
        *PLAIN_2_30, *RESULT, activities=("opvragen", "opvragen", "verstrekken", "casus-sluiten"), criminal=True
    ),
    "wgs.zvh.uitvoering_evaluatie": _wgs(
        *(*PLAIN_2_30, *RESULT),
        activities=("opvragen", "opvragen", "verstrekken", "casus-sluiten"),
        circumstances=("afspraken_gemaakt",),
        criminal=True,
    ),
    "wgs.zvh.resultaat_deelnemer": _wgs(*PLAIN_2_30, *RESULT, activities=("resultaat-delen",), holder=WITH_ZVH),
    "wgs.zvh.verstrekking_derden": _wgs(
        *(*PLAIN_2_30[:1], *PLAIN_2_30[2:], *RESULT),
        activities=("derde-verstrekken",),
        requester=PUBLIC,
        recipient=THIRD,
        holder=WITH_ZVH,
        criminal=True,
        onward=True,
        third="derde",
    ),
    "wgs.zvh.incidentele_derde": _wgs(
        *(*PLAIN_2_30[:1], *PLAIN_2_30[2:], *RESULT),
        activities=("derde-verstrekken",),
        requester=PUBLIC,
        recipient=THIRD,
        holder=WITH_ZVH,
        criminal=True,
        third="incidenteel",
    ),
    "wgs.zvh.lijst": _wgs(
        *PLAIN_2_30,
        activities=("opvragen", "verstrekken", "aanmelden"),
        recipient=PUBLIC,
        states=EARLY,
        circumstances=("criteria_gepubliceerd",),
        criminal=True,
        coordinator=True,
    ),
    "wgs.zvh.ander_zvh_hit": _wgs(
        *("ident_contact", "bsn"),
        activities=("bevragen-ander-zvh",),
        requester=PUBLIC,
        recipient=PUBLIC,
        holder=("zvh",),
    ),
    "wgs.zvh.ander_zvh_inhoud": _wgs(
        *PLAIN_2_30,
        activities=("bevragen-ander-zvh",),
        requester=PUBLIC,
        recipient=PUBLIC,
        holder=("zvh",),
        circumstances=("bekend_in_ander_zvh",),
        criminal=True,
        onward=True,
    ),
    "wgs.zvh.riec": _wgs(
        *("ident_contact", "bsn", *RESULT),
        activities=("resultaat-delen",),
        requester=PUBLIC,
        recipient=("riec",),
        holder=WITH_ZVH,
        bound=0.1,
        exception=False,
        onward=True,
    ),
    "wgs.zvh.naar_pga": _wgs(
        *("ident_contact", "bsn", "woonsituatie", "relaties", "signaal_omschrijving"),
        since="2025-07-01",
        activities=("aanmelden", "verstrekken"),
        recipient=("politie", "om", "burgemeester"),
        states=EARLY,
        relations=("betrokkene",),
        circumstances=("vermoeden_radicalisering",),
    ),
    "wgs.zvh.hernieuwd": _wgs(
        *(*PLAIN_2_30, *RESULT),
        states=(ACTIVE, "afgesloten"),
        holder=WITH_ZVH,
        circumstances=("opdracht_deelnemers",),
        criminal=True,
        extended=1.0,
    ),
    "wgs.zvh.toezicht": Start(
        ("betrokken_deelnemers", "medewerker_contact"),
        since="2025-03-01",
        activities=("log-raadplegen",),
        roles=("fg", "fg-coordinerend", "rac", "auditor"),
        task="WGS 1.8(2)(b)",
    ),
    "avg.inzage": Start(
        tuple(category for category in NOT_CRIMINAL if category != "medewerker_contact"),
        since="2018-05-25",
        activities=("inzage",),
        requester=PARTICIPANTS,
        recipient=PARTICIPANTS,
        roles=("medewerker-contactpunt",),
        task="AVG 15",
    ),
    "wpg.burgemeester": Start(
        ("politie_art8_13",),
        since="2025-07-01",
        recipient=("burgemeester",),
        holder=("politie",),
        circumstances=("openbare_orde",),
        task="Gemeentewet 172",
    ),
    "vitaal_belang": Start(
        ("ident_contact", "woonsituatie", "gezondheid", "relaties", "hulpverlening", "medewerker_contact"),
        since="2018-05-25",
        roles=("", "crisisdienst", "manager"),
        exception=False,
        task="AVG 9(2)(c)",
    ),
    "toestemming": Start(
        tuple(category for category in NOT_CRIMINAL if category != "bsn"),
        since="2018-05-25",
        consent="always",
        exception=False,
    ),
}
BASES = tuple(STARTS)
