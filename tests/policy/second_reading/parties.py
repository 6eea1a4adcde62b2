"""The first four rungs: the basis, who stands in the three places, the case, and who is involved in it."""

from tests.policy.second_reading.notes import Notes, blank
from tests.policy.second_reading.rows import Row
from tests.policy.second_reading.words import GROUNDS, OVERSIGHT_ROLES, PARTICIPANTS, PRIVATE, PUBLIC

PLACES = {"requester": ("requester", "organisation"), "recipient": ("recipient",), "holder": ("holder",)}


def grondslag(row: Row, notes: Notes) -> None:
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


def deelnemer(row: Row, notes: Notes) -> None:
    """Rules 6, 7 and 8: who may stand in the three places, and which person may ask."""
    looked_at = [name for name in PLACES if getattr(row, name) is not None]
    who = {name: (notes.need(*PLACES[name], "oin"), notes.need(*PLACES[name], "kind")) for name in looked_at}

    def differ(one: str, other: str) -> bool:  # `same` compares oin and kind
        if one not in who or other not in who:
            return False
        pairs = zip(who[one], who[other], strict=True)
        return any(a is not None and b is not None and a != b for a, b in pairs)

    # Rule 6: by activity.
    activity = notes.look("activity")
    if activity in ("opvragen", "bevragen-ander-zvh", "inzage", "log-raadplegen", "casus-sluiten") and differ(
        "recipient", "requester"
    ):
        notes.note("niet-geautoriseerd")
    if activity in ("verstrekken", "aanmelden") and differ("holder", "requester"):
        notes.note("niet-geautoriseerd")
    if activity == "casus-sluiten" and who["requester"][1] not in (None, *PUBLIC):
        notes.note("niet-geautoriseerd")
    elsewhere = differ("requester", "recipient") and differ("requester", "holder")
    if activity == "resultaat-delen" and elsewhere and not (row.by_any_public and who["requester"][1] in PUBLIC):
        notes.note("niet-geautoriseerd")

    # Rule 7: by kind, as the row says; a third party is none that stands on the list of the case.
    for name in looked_at:
        kind, allowed = who[name][1], getattr(row, name)
        if kind is None or kind in allowed:
            continue
        says_participant = allowed == PUBLIC or allowed >= PARTICIPANTS
        if row.wgs_parties and says_participant and kind not in PARTICIPANTS:
            notes.note("geen-deelnemer")
        elif row.wgs_parties and allowed == PUBLIC and kind in PRIVATE:
            notes.note("niet-geautoriseerd")
        else:
            notes.note("geen-grondslag")
    if row.third is not None:
        listed = notes.need("case", "participants") or []
        oins = [notes.look("case", "participants", index, "oin") for index in range(len(listed))]
        if who["recipient"][0] is not None and who["recipient"][0] in oins:
            notes.note("geen-grondslag")
    if row.same_organisation and differ("holder", "recipient"):
        notes.note("geen-grondslag")

    # Rule 8: the person.
    if row.roles is not None:
        role = notes.need("requester", "actor", "role")
        if role is not None and role not in row.roles:
            notes.note("loggebruik-niet-toegestaan" if row.roles == OVERSIGHT_ROLES else "niet-geautoriseerd")
    for quality in row.actor:
        if notes.need("requester", "actor", quality) is False:
            notes.note("niet-geautoriseerd")
    coordinator = notes.look("requester", "actor", "role") == "wams-coordinator"
    if row.coordinator_advises and activity == "aanmelden" and coordinator:
        mandates = notes.need("requester", "actor", "mandates")
        if mandates is not None and notes.look("basis") not in mandates:
            notes.note("aanmelder-niet-bevoegd")


def casus(row: Row, notes: Notes) -> None:
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
    if row.linked_active:
        linked_active(notes, track)
    if row.intake:
        intake_grounds(notes)


def linked_active(notes: Notes, track: str | None) -> None:
    """A linked case on the other of the two tracks, in-behandeling. Cautious: every linked case must be complete."""
    linked = notes.need("case", "linked")
    if linked is None:
        return
    others = [
        (notes.need("case", "linked", index, "track"), notes.need("case", "linked", index, "state"))
        for index in range(len(linked))
    ]
    other = {"wams": "zvh", "zvh": "wams"}.get(track or "")
    unknown = any(None in one for one in others)
    if other is not None and not unknown and (other, "in-behandeling") not in others:
        notes.note("casus-niet-in-behandeling")


def intake_grounds(notes: Notes) -> None:
    for ground in GROUNDS:
        if notes.need("case", "intake", ground) is False:
            notes.note("intakecriteria-ontbreken")


def betrokken(row: Row, notes: Notes) -> None:
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
        place = PLACES[name]
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
