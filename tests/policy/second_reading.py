"""A second reading of the law contract: what may be granted on given facts, written from the contract's words alone.

It shares nothing with the policy (no code, no table, no file), is slow and plain on purpose, and exists to disagree:
`test_second_reading` asks both the same facts. Numbers such as "rule 9" are those of the contract's *Rules that hold
for every basis*; the columns of `Row` are those of its table of bases. It is one file, and longer than a file of the
product may be, so that it can be read top to bottom beside the contract.

How it is written: every rung only ever *notes* reasons, against the request or against one field, and what nothing was
noted against is granted. A fact is fetched with `need`, which notes its absence; `None` from `need` therefore always
means "already noted", and a rung has nothing to add. (The policy goes the other way round, by a positive chain.)

Where the contract's text can be read in two ways, the reading that grants less was taken, and the place says
`Cautious:`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Json = Any  # whatever a JSON document can hold
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Reading:
    """What is made of one facts document; `fields` holds (name, reasons) as asked, unnamed fields left out."""

    outcome: str
    granted: frozenset[str]
    reasons: frozenset[str]
    fields: tuple[tuple[str, frozenset[str]], ...]
    missing: tuple[str, ...]


# ---- words of the contract ------------------------------------------------------------------------------------------


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PUBLIC = frozenset(_words("rvdk dji politie om burgemeester college ggd"))
PRIVATE = frozenset(_words("reclassering veilig-thuis gi ggz wijkteam"))
PARTICIPANTS = PUBLIC | PRIVATE
NO_PARTICIPANTS = frozenset(
    _words("woningcorporatie school huisarts zorgaanbieder zorgverzekeraar uwv meldpunt riec zvh ambulance-ggz")
)
ANYONE = PARTICIPANTS | NO_PARTICIPANTS
PROFILES = ("productie", "simulatie")
ACTIVITIES = _words(
    "opvragen verstrekken aanmelden bevragen-ander-zvh resultaat-delen derde-verstrekken casus-sluiten inzage "
    "log-raadplegen"
)
TRACKS = ("gemeentelijk", "wams", "zvh")
STATES = ("aangemeld", "in-behandeling", "afgewezen", "afgesloten", "overgedragen-pga")
RELATIONS = ("betrokkene", "gezinslid", "directe-kring", "derde")
SELF, REPRESENTATIVE = "zelf", "wettelijk-vertegenwoordiger"
GIVERS = (SELF, REPRESENTATIVE)
EXCEPTIONS = ("toestemming", "wettelijke-plicht", "wettelijke-toestemming", "goed-hulpverlenerschap")
GROUNDS = ("problemen", "leefgebieden_criminogeen", "overlast_criminaliteit_onveiligheid", "meerdere_domeinen_nodig")
CIRCUMSTANCES = _words(
    "redelijk_vermoeden vermoeden_zorgnoodzaak vermoeden_radicalisering openbare_orde verzoek_professional "
    "gecontracteerde_aanbieder ondertoezichtstelling hulpvraag samenhangende_problematiek coordinator_aangewezen "
    "college_besluit afspraken_gemaakt criteria_gepubliceerd bekend_in_ander_zvh opdracht_deelnemers "
    "hoog_recidiverisico"
)
CONTENT_ROLES = frozenset(
    _words(
        "casusregisseur procesregisseur procesmanager-zvh klantmanager-wmo consulent schuldhulpverlener "
        "leerplichtambtenaar wijkteammedewerker maatschappelijk-werker jeugdbeschermer jeugdhulpverlener behandelaar "
        "psychiater crisisdienst huisarts reclasseringswerker raadsonderzoeker casemanager-dji medewerker-veilig-thuis "
        "medewerker-ggd wijkagent medewerker-politie officier-van-justitie medewerker-om adviseur-openbare-orde "
        "burgemeester wams-coordinator meldpuntmedewerker leerkracht"
    )
)
WGS_2_30 = (
    "ident_contact bsn woonsituatie financieel inkomen gezondheid politie_art8_13 justitieel_strafvorderlijk relaties "
    "toezicht_handhaving voorzieningen_sd hulpverlening medewerker_contact"
)


# ---- the rows: what each basis allows -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    since: str | None
    activities: tuple[str, ...]
    categories: frozenset[str]
    track: tuple[str, ...] | None = None
    states: tuple[str, ...] = ("in-behandeling",)
    requester: frozenset[str] = ANYONE
    recipient: frozenset[str] = ANYONE
    holder: frozenset[str] = ANYONE
    same_organisation: bool = False
    involved: tuple[str, ...] = ()
    relations: tuple[str, ...] = RELATIONS
    kring: bool = False
    roles: frozenset[str] | None = CONTENT_ROLES
    actor: tuple[str, ...] = ("designated",)
    coordinator_advises: bool = False
    circumstances: tuple[str, ...] = ()
    consent: str = "none"  # none | always | gezinslid
    emergency: bool = False
    wmo_task: bool = False
    secrecy: str = "exception"
    statement: bool = True
    police_agreement: bool = False
    intake: bool = False
    retention: bool = False
    pga: bool = False  # rule 17
    objection: str = "block"


def _wgs(activities: tuple[str, ...], categories: str, **differs: Any) -> Row:
    """A row under `defaults_wgs`, with what rules 14 and 17 add for every `wgs.zvh.*`."""
    columns: dict[str, Any] = {
        "since": "2025-03-01", "track": ("zvh",), "requester": PARTICIPANTS, "recipient": PARTICIPANTS,
        "holder": PARTICIPANTS, "involved": ("requester", "recipient", "holder"),
        "relations": ("betrokkene", "gezinslid", "directe-kring"), "kring": True, "actor": ("designated", "screened"),
        "retention": True, "objection": "review", "police_agreement": True, "pga": True,
    }  # fmt: skip
    return Row(activities=activities, categories=frozenset(_words(categories)), **(columns | differs))


ROWS: dict[str, Row] = {
    "wgs.zvh.casusoverleg": _wgs(
        ("opvragen", "verstrekken", "casus-sluiten"),
        f"{WGS_2_30} afspraken_plan betrokken_deelnemers",
    ),
    "wgs.zvh.aanmelding": _wgs(
        ("aanmelden",),
        "ident_contact bsn woonsituatie relaties signaal_omschrijving voorzieningen_sd gezondheid hulpverlening",
        states=("aangemeld",),
        recipient=PUBLIC,
        involved=(),
        intake=True,
        coordinator_advises=True,
    ),
    "wmo.hergebruik_sociaal_domein": Row(
        since="2015-01-01",
        activities=("opvragen", "verstrekken"),
        categories=frozenset({"voorzieningen_sd", "financieel", "inkomen", "gezondheid"}),
        track=("gemeentelijk", "wams"),
        recipient=frozenset({"college"}),
        holder=frozenset({"college"}),
        same_organisation=True,
        relations=("betrokkene", "gezinslid"),
        consent="always",
        secrecy="consent",
        wmo_task=True,
    ),
    "wams.gecoordineerde_aanpak": Row(
        since=None,
        activities=("opvragen", "verstrekken"),
        categories=frozenset({"ident_contact", "voorzieningen_sd", "hulpverlening", "relaties", "financieel"}),
        track=("wams",),
        involved=("requester", "recipient"),
        relations=("betrokkene", "gezinslid"),
        circumstances=("samenhangende_problematiek", "coordinator_aangewezen"),
        consent="gezinslid",
    ),
    "vitaal_belang": Row(
        since="2018-05-25",
        activities=("opvragen", "verstrekken"),
        categories=frozenset(
            {"ident_contact", "woonsituatie", "gezondheid", "relaties", "hulpverlening", "medewerker_contact"}
        ),
        roles=None,
        actor=(),
        secrecy="breaks",
        statement=False,
        objection="none",
        emergency=True,
    ),
}
FORBIDDEN = {"wgs.zvh.risicoscore": "geautomatiseerde-analyse"}


# ---- type and form of every member (rules 3 and 4) ------------------------------------------------------------------


def _text(value: Json) -> bool:
    return isinstance(value, str)


def _truth(value: Json) -> bool:
    return isinstance(value, bool)


def _whole(low: int, high: int) -> Callable[[Json], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _one_of(*words: str) -> Callable[[Json], bool]:
    return lambda value: isinstance(value, str) and value in words


def _day(value: Json) -> bool:
    if not isinstance(value, str) or re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _moment(value: Json) -> bool:
    """RFC 3339 with an offset. Cautious: upper-case T and Z, and no leap second, as the gateway writes it."""
    if not isinstance(value, str):
        return False
    form = r"(.{10})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
    found = re.fullmatch(form, value)
    return found is not None and _day(found.group(1))


_PARTY = {"oin": _text, "kind": _one_of(*ANYONE), "public": _truth}
SHAPE: dict[str, Any] = {
    "at": _moment,
    "profile": _one_of(*PROFILES),
    "activity": _one_of(*ACTIVITIES),
    "basis": _text,
    "requester": {
        "organisation": _PARTY | {"name": _text},  # of the two other parties the contract knows no name
        "actor": {"id": _text, "role": _text, "designated": _truth, "screened": _truth, "mandates": [_text]},
    },
    "recipient": _PARTY,
    "holder": _PARTY | {"secrecy_bound": _truth},
    "case": {
        "id": _text,
        "track": _one_of(*TRACKS),
        "state": _one_of(*STATES),
        "phase": _whole(1, 4),
        "first_processed_at": _day,
        "closed_at": _day,
        "extended_until": _day,
        "intake": dict.fromkeys(GROUNDS, _truth),
        "participants": [_PARTY | {"involved": _truth}],
        "linked": [{"id": _text, "track": _one_of(*TRACKS), "state": _one_of(*STATES)}],
    },
    "circumstances": dict.fromkeys(CIRCUMSTANCES, _truth),
    "subject": {
        "ref": _text,
        "relation": _one_of(*RELATIONS),
        "linked_to_registered": _truth,
        "age": _whole(0, 2**53 - 1),
        "can_consent": _truth,
        "objection": _truth,
        "consents": [
            {"basis": _text, "categories": [_text], "given_at": _day, "withdrawn_at": _day, "by": _one_of(*GIVERS)}
        ],
    },
    "fields": [{"name": _text, "category": _text, "necessity": {"task": _text, "reason": _text}}],
    "holder_statement": {
        "serious_reasons": _truth,
        "conditions": [_text],
        "competent_authority_agreed": _truth,
        "secrecy_exception": {
            "kind": _one_of(*EXCEPTIONS),
            "by": _text,
            "reason": _text,
            "given_by": [_one_of(*GIVERS)],
        },
        "consents_to_onward": _truth,
    },
    "third_party": {
        "objection_by": [_text],
        "rac_checked": _truth,
        "basis": _text,
        "secrecy_signed": _truth,
        "expertise": _text,
    },
    "emergency": {"threat": _text, "person_conscious": _truth, "refuses": _truth},
}


def _wrong(value: Json, shape: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of what has a wrong type or form; unknown members pass.

    A member that is null is as absent (rule 1), so not wrong. Cautious: an element that is null is wrong, since to take
    an element from a list says something else (rule 2).
    """
    if value is None:
        return
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            yield path
            return
        for member, inner in shape.items():
            yield from _wrong(value.get(member), inner, (*path, member))
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield path
            return
        for index, element in enumerate(value):
            if element is None:
                yield (*path, index)
            yield from _wrong(element, shape[0], (*path, index))
    elif not shape(value):
        yield path


# ---- one reading of one document ------------------------------------------------------------------------------------


@dataclass
class _Notes:
    """The facts, what is wrong in them, and what has been noted against them so far."""

    facts: Json
    wrong: frozenset[Path]
    reasons: set[str] = field(default_factory=set)
    of_field: dict[int, set[str]] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def look(self, *path: str | int) -> Json:
        """The value at a path; `None` when it is absent, null, or wrong anywhere on the way."""
        value = self.facts
        for depth in range(len(path) + 1):
            if path[:depth] in self.wrong:
                return None
            if depth == len(path):
                return value
            step = path[depth]
            if isinstance(value, dict) and isinstance(step, str):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return None

    def has(self, *path: str | int) -> bool:
        """Whether a path is there at all, null included."""
        parent = self.look(*path[:-1])
        return isinstance(parent, dict) and path[-1] in parent

    def need(self, *path: str | int, of_field: int | None = None, null_is_none: bool = False) -> Json:
        """The value at a path. Absent, null, blank: `feit-ontbreekt` (rule 2); wrong: not asked again (rule 3)."""
        if () in self.wrong:
            return None
        for depth in range(1, len(path) + 1):
            here = path[:depth]
            if here in self.wrong:
                return None
            value = self.look(*here)
            if value is None and null_is_none and depth == len(path) and self.has(*here):
                return None
            if value is None or blank(value):
                self.missing.add(".".join(str(step) for step in here))
                self.note("feit-ontbreekt", of_field)
                return None
        return self.look(*path)

    def note(self, code: str, of_field: int | None = None) -> None:
        if of_field is None:
            self.reasons.add(code)
        else:
            self.of_field.setdefault(of_field, set()).add(code)

    def note_all(self, code: str) -> None:
        for index in self.named():
            self.note(code, index)

    def named(self) -> list[int]:
        """The indexes of the fields that have a name."""
        asked = self.look("fields") or []
        return [i for i in range(len(asked)) if not blank(self.look("fields", i, "name") or "")]

    @property
    def day(self) -> str | None:
        """The legal day: the date as written in `at`."""
        moment = self.look("at")
        return None if moment is None else moment[:10]


def blank(value: Json) -> bool:
    return isinstance(value, str) and not value.strip()


def granted(facts: Json) -> frozenset[str]:
    """The names of the fields that may be granted on these facts."""
    return read(facts).granted


def read(facts: Json) -> Reading:
    """What the contract says about these facts; total: any JSON value has a reading."""
    notes = _Notes(facts, frozenset(_wrong(facts, SHAPE)))
    check_document(notes)
    row = claimed_row(notes)
    if row is not None:
        for rung in LADDER:
            rung(row, notes)
    return judge(notes)


def judge(notes: _Notes) -> Reading:
    """Outcome: a field is granted when no case-level reason stands and the field itself has none."""
    asked = [(notes.look("fields", i, "name"), frozenset(notes.of_field.get(i, ()))) for i in notes.named()]
    free = [name for name, reasons in asked if not reasons and not notes.reasons]
    if notes.reasons or (asked and not free):
        outcome = "geweigerd"
    elif len(free) == len(asked):  # casus-sluiten may be granted without fields
        outcome = "toegestaan"
    else:
        outcome = "gedeeltelijk"
    return Reading(outcome, frozenset(free), frozenset(notes.reasons), tuple(asked), tuple(sorted(notes.missing)))


def check_document(notes: _Notes) -> None:
    """Rules 3 and 4: type and form of every member, and the facts that contradict each other. Whatever the basis."""
    for path in notes.wrong:
        inside_field = len(path) > 2 and path[0] == "fields" and path[2] != "name"
        notes.note("feit-ongeldig", path[1] if inside_field else None)  # type: ignore[arg-type]

    organisations = [("requester", "organisation"), ("recipient",), ("holder",)]
    participants = [("case", "participants", i) for i in range(len(notes.look("case", "participants") or []))]
    for place in [*organisations, *participants]:
        kind, public = notes.look(*place, "kind"), notes.look(*place, "public")
        if (kind in PUBLIC and public is False) or (kind in PRIVATE and public is True):
            notes.note("feit-ongeldig")
    for participant in participants:
        for place in organisations:
            oin, kind = notes.look(*place, "oin"), notes.look(*place, "kind")
            if oin is not None and oin == notes.look(*participant, "oin"):
                theirs = notes.look(*participant, "kind")
                if kind is not None and theirs is not None and kind != theirs:
                    notes.note("feit-ongeldig")

    names = [notes.look("fields", i, "name") for i in notes.named()]
    if len(set(names)) < len(names):
        notes.note("feit-ongeldig")
    first = notes.look("case", "first_processed_at")
    if first is not None and notes.day is not None and first > notes.day:
        notes.note("feit-ongeldig")


def claimed_row(notes: _Notes) -> Row | None:
    """The row of the basis; unknown, forbidden or absent: no further rung is looked at."""
    basis = notes.need("basis")
    if basis is None:
        return None
    if basis in FORBIDDEN:
        notes.note(FORBIDDEN[basis])
    elif basis not in ROWS:
        notes.note("grondslag-onbekend")
    return ROWS.get(basis)


# ---- the ladder -----------------------------------------------------------------------------------------------------


def grondslag(row: Row, notes: _Notes) -> None:
    """In force on the day or in simulation; an activity of the row; its circumstances true; something asked."""
    notes.need("at")
    profile = notes.need("profile")
    in_force = row.since is not None and (notes.day is None or notes.day >= row.since)
    if profile is not None and profile != "simulatie" and not in_force:
        notes.note("grondslag-niet-in-werking")
    activity = notes.need("activity")
    if activity is not None and activity not in row.activities:
        notes.note("geen-grondslag")
    for name in row.circumstances:
        if notes.need("circumstances", name) is False:
            notes.note("voorwaarde-niet-vervuld")

    # Cautious: casus-sluiten may have an empty list of fields, but not none on record (rule 2: taking one away).
    asked = notes.need("fields")
    if asked == [] and activity != "casus-sluiten":
        notes.missing.add("fields")
        notes.note("feit-ontbreekt")
    for index in range(len(asked or [])):
        notes.need("fields", index, "name")


def deelnemer(row: Row, notes: _Notes) -> None:
    """Rules 6, 7 and 8: who may stand in the three places, and which person may ask."""
    wgs = row.pga
    places = {"requester": ("requester", "organisation"), "recipient": ("recipient",), "holder": ("holder",)}
    who = {name: (notes.need(*place, "oin"), notes.need(*place, "kind")) for name, place in places.items()}

    def differ(one: str, other: str) -> bool:  # `same` compares oin and kind
        pairs = zip(who[one], who[other], strict=True)
        return any(a is not None and b is not None and a != b for a, b in pairs)

    # Rule 6: the activities that a row of this reading may carry, and the ones that only rule 6 speaks of.
    activity = notes.look("activity")
    if activity in ("opvragen", "bevragen-ander-zvh", "inzage", "log-raadplegen", "casus-sluiten") and differ(
        "recipient", "requester"
    ):
        notes.note("niet-geautoriseerd")
    if activity in ("verstrekken", "aanmelden") and differ("holder", "requester"):
        notes.note("niet-geautoriseerd")
    if activity == "casus-sluiten" and who["requester"][1] not in (None, *PUBLIC):
        notes.note("niet-geautoriseerd")
    if activity == "resultaat-delen" and differ("requester", "recipient") and differ("requester", "holder"):
        notes.note("niet-geautoriseerd")

    # Rule 7: by kind, as the row says.
    for name in places:
        kind, allowed = who[name][1], getattr(row, name)
        if kind is None or kind in allowed:
            continue
        if wgs and kind not in PARTICIPANTS:
            notes.note("geen-deelnemer")
        elif wgs and allowed == PUBLIC:
            notes.note("niet-geautoriseerd")
        else:
            notes.note("geen-grondslag")
    if row.same_organisation and differ("holder", "recipient"):
        notes.note("geen-grondslag")

    # Rule 8: the person.
    if row.roles is not None:
        role = notes.need("requester", "actor", "role")
        if role is not None and role not in row.roles:
            notes.note("niet-geautoriseerd")
    for quality in row.actor:
        if notes.need("requester", "actor", quality) is False:
            notes.note("niet-geautoriseerd")
    coordinator = notes.look("requester", "actor", "role") == "wams-coordinator"
    if row.coordinator_advises and activity == "aanmelden" and coordinator:
        mandates = notes.need("requester", "actor", "mandates")
        if mandates is not None and notes.look("basis") not in mandates:
            notes.note("aanmelder-niet-bevoegd")


def casus(row: Row, notes: _Notes) -> None:
    """The track, the state, linked cases under WGS (rule 17) and the intake grounds."""
    if row.track is None:
        return
    track = notes.need("case", "track")
    if track is not None and track not in row.track:
        notes.note("doel-onverenigbaar")
    state = notes.need("case", "state")
    if state is not None and state not in row.states:
        notes.note(
            {
                "afgesloten": "casus-gesloten",
                "overgedragen-pga": "pga-overgedragen",
                "aangemeld": "casus-niet-in-behandeling",
                "afgewezen": "casus-niet-in-behandeling",
                "in-behandeling": "geen-grondslag",
            }[state]
        )
    if row.pga:
        if state == "overgedragen-pga":
            notes.note("pga-overgedragen")
        for index in range(len(notes.need("case", "linked") or [])):
            if notes.need("case", "linked", index, "state") == "overgedragen-pga":
                notes.note("pga-overgedragen")
    if row.intake:
        intake_grounds(notes)


def intake_grounds(notes: _Notes) -> None:
    for ground in GROUNDS:
        if notes.need("case", "intake", ground) is False:
            notes.note("intakecriteria-ontbreken")


def betrokken(row: Row, notes: _Notes) -> None:
    """Who must be a participant of this case and involved in it; one named twice, each time (rule 4)."""
    if not row.involved:
        return
    listed = notes.need("case", "participants")
    if listed is None:
        return
    # Cautious: every entry must be complete, also one of nobody who is asked about.
    oins = []
    for index in range(len(listed)):
        oins.append(notes.need("case", "participants", index, "oin"))
        notes.need("case", "participants", index, "kind")
        notes.need("case", "participants", index, "involved")
    for name in row.involved:
        place = ("requester", "organisation") if name == "requester" else (name,)
        if notes.look(*place, "kind") in ("zvh", "riec"):
            continue
        oin = notes.look(*place, "oin")
        if oin is None or blank(oin):
            continue
        entries = [i for i, theirs in enumerate(oins) if theirs == oin]
        if any(notes.look("case", "participants", i, "involved") is False for i in entries):
            notes.note("niet-betrokken-bij-casus")
        if not entries:
            notes.note("niet-betrokken-bij-casus")


def persoon(row: Row, notes: _Notes) -> None:
    """Whose data it is, whether that person agreed (rule 9), and the emergency (rule 10)."""
    relation = notes.need("subject", "relation")
    if relation is not None and relation not in row.relations:
        notes.note("buiten-directe-kring")
    circle = row.kring and relation in ("gezinslid", "directe-kring")
    if circle and notes.need("subject", "linked_to_registered") is False:
        notes.note("buiten-directe-kring")
    if row.consent == "always" or (row.consent == "gezinslid" and relation == "gezinslid"):
        consent(notes)
    if row.emergency:
        notes.need("emergency", "threat")
        notes.need("emergency", "person_conscious")
        if notes.need("emergency", "refuses") is True:
            notes.note("geen-toestemming")
        if notes.need("subject", "can_consent") is True:
            notes.note("geen-toestemming")


def givers(notes: _Notes, of_field: int | None = None) -> tuple[str, ...] | None:
    """Rule 9: who must agree. Cautious: age and capacity are both needed, also where one of them would settle it."""
    age = notes.need("subject", "age", of_field=of_field)
    able = notes.need("subject", "can_consent", of_field=of_field)
    if age is None or able is None:
        return None
    if age < 12 or not able:
        return (REPRESENTATIVE,)
    return (SELF, REPRESENTATIVE) if age < 16 else (SELF,)


def consent(notes: _Notes) -> None:
    """Rule 9: a valid entry of every giver for the request, and one that covers the category for each field."""
    who = givers(notes)
    entries = notes.need("subject", "consents")
    if entries is None:
        return
    valid: list[tuple[str, list[Json]]] = []
    withdrawn: list[tuple[str, list[Json]]] = []
    for index in range(len(entries)):
        entry = ("subject", "consents", index)
        # Cautious: an entry that does not say whose basis it is may be of this one; one of this basis must be complete.
        if notes.need(*entry, "basis") != notes.look("basis"):
            continue
        by, categories = notes.need(*entry, "by"), notes.need(*entry, "categories")
        given_at = notes.need(*entry, "given_at")
        withdrawn_at = notes.need(*entry, "withdrawn_at", null_is_none=True)
        unknown = (*entry, "withdrawn_at") in notes.wrong or not notes.has(*entry, "withdrawn_at")
        if by is None or categories is None or given_at is None or unknown or notes.day is None:
            continue
        if withdrawn_at is not None and withdrawn_at <= notes.day:
            withdrawn.append((by, categories))
        elif given_at <= notes.day:
            valid.append((by, categories))
    if who is None or notes.day is None:
        return
    if not all(any(by == giver for by, _ in valid) for giver in who):
        notes.note("toestemming-ingetrokken" if any(by in who for by, _ in withdrawn) else "geen-toestemming")
        return
    for index in notes.named():
        category = notes.look("fields", index, "category")
        if category is None or all(any(by == g and category in covers for by, covers in valid) for g in who):
            continue
        taken_back = any(by in who and category in covers for by, covers in withdrawn)
        notes.note("toestemming-ingetrokken" if taken_back else "geen-toestemming", index)


def categorie(row: Row, notes: _Notes) -> None:
    """The closed list of the row, and rule 11: police data of the police alone, justice data of the OM alone."""
    source = {"politie_art8_13": "politie", "justitieel_strafvorderlijk": "om"}
    holder = notes.look("holder", "kind")
    for index in notes.named():
        category = notes.need("fields", index, "category", of_field=index)
        if category is None:
            continue
        elsewhere = category in source and holder is not None and holder != source[category]
        if category not in row.categories or elsewhere:
            notes.note("categorie-niet-toegestaan", index)


def noodzaak(row: Row, notes: _Notes) -> None:
    """Rule 5: a task and a reason for each field. Rule 12: a Wmo task on a Wmo row with a track."""
    for index in notes.named():
        place = ("fields", index, "necessity")
        if any(place == path[:3] for path in notes.wrong):
            continue
        task, reason = notes.look(*place, "task"), notes.look(*place, "reason")
        if task is None or blank(task) or reason is None or blank(reason):
            notes.note("niet-noodzakelijk", index)
        elsewhere = task is not None and not blank(task) and (not task.startswith("Wmo ") or blank(task[4:]))
        if row.wmo_task and elsewhere:
            notes.note("doel-onverenigbaar", index)


def beroepsgeheim(row: Row, notes: _Notes) -> None:
    """Rule 13: data of a holder that is bound to secrecy need an exception, whatever the field."""
    if row.secrecy != "exception":
        return
    if notes.need("holder", "secrecy_bound") is not True:
        return
    if notes.need("holder_statement") is None:
        return
    exception = ("holder_statement", "secrecy_exception")
    if not notes.has(*exception):
        notes.missing.add(".".join(exception))  # rule 1: its own code, and an absent one stands in `missing`
    if any(path[:2] == exception for path in notes.wrong):
        return
    kind, by, reason = (notes.look(*exception, member) for member in ("kind", "by", "reason"))
    holds = kind is not None and by in CONTENT_ROLES and reason is not None and not blank(reason)
    if kind == "toestemming":
        who = givers(notes)
        if who is None:
            return
        if who != (SELF,):  # from 16, and able: given_by is not read
            given_by = notes.look(*exception, "given_by") or []
            holds = holds and all(giver in given_by for giver in who)
    if not holds:
        notes.note_all("beroepsgeheim-geen-toestemming")


def verstrekker(row: Row, notes: _Notes) -> None:
    """Rule 14: the holder's veto, its conditions, and the competent authority's agreement for police data."""
    if not row.statement:
        return
    if notes.need("holder_statement", "serious_reasons") is True:
        notes.note("zwaarwegende-redenen")
    for index in range(len(notes.need("holder_statement", "conditions") or [])):
        notes.need("holder_statement", "conditions", index)
    if not row.police_agreement or notes.need("holder_statement") is None:
        return
    agreed = ("holder_statement", "competent_authority_agreed")
    for index in notes.named():
        if notes.look("fields", index, "category") in ("politie_art8_13", "politie_art9_10"):
            if not notes.has(*agreed):
                notes.missing.add(".".join(agreed))
            if agreed not in notes.wrong and notes.look(*agreed) is not True:
                notes.note("geen-overeenstemming-bevoegd-gezag", index)


Day = tuple[int, int, int]


def as_day(text: str) -> Day:
    return (int(text[:4]), int(text[5:7]), int(text[8:10]))


def years_later(day: Day, years: int) -> Day:
    """The same day that many years on; 29 February becomes 28 February. (No multiple of four years is ever asked.)"""
    year, month, rest = day
    return (year + years, month, 28 if month == 2 and rest == 29 else rest)


def bewaartermijn(row: Row, notes: _Notes) -> None:
    """Rule 18: five years from the first processing; after it only with an extension that holds."""
    if not row.retention:
        return
    first = notes.need("case", "first_processed_at")
    if first is None or notes.day is None:
        return
    today, term = as_day(notes.day), years_later(as_day(first), 5)
    if today < term:  # on that day it is over
        return
    until = notes.need("case", "extended_until", null_is_none=True)
    if until is None:
        if notes.has("case", "extended_until") and ("case", "extended_until") not in notes.wrong:
            notes.note("bewaartermijn-verstreken")
        return
    start = term  # of the last whole two years after it
    while years_later(start, 2) <= today:
        start = years_later(start, 2)
    if not today < as_day(until) <= years_later(start, 2):
        notes.note("bewaartermijn-verstreken")
        return
    if notes.look("case", "state") == "afgesloten":  # a closed case only under hernieuwd, which is not read here
        notes.note("bewaartermijn-verstreken")
    intake_grounds(notes)
    onward = ("holder_statement", "consents_to_onward")
    if notes.need("holder_statement") is not None and onward not in notes.wrong:
        if not notes.has(*onward):
            notes.missing.add(".".join(onward))
        if notes.look(*onward) is not True:
            notes.note("instemming-verstrekker-ontbreekt")


def bezwaar(row: Row, notes: _Notes) -> None:
    """Rule 19: a pending objection refuses where the row blocks; where it is reviewed a person looks at the grant."""
    if row.objection == "none":
        return
    if notes.need("subject", "objection") is True and row.objection == "block":
        notes.note("bezwaar-in-behandeling")


# `bijzondere-route` has nothing to say on these rows: none passes results on, and none goes to a third party.
LADDER = (grondslag, deelnemer, casus, betrokken, persoon, categorie, noodzaak, beroepsgeheim, verstrekker,
          bewaartermijn, bezwaar)  # fmt: skip
