"""What is asked, and what its holder says: category, necessity, secrecy, veto, special routes (rules 5, 11-16)."""

from tests.policy.second_reading.notes import Notes, blank
from tests.policy.second_reading.person import givers
from tests.policy.second_reading.rows import Row
from tests.policy.second_reading.words import CONTENT_ROLES, SELF, SENSITIVE


def categorie(row: Row, notes: Notes) -> None:
    """The closed list of the row, and rule 11: police data of the police alone, justice data of the OM alone.

    Where secrecy is never broken, nothing of a holder that is bound to it: the contract has no rung of secrecy there
    (rule 22), and gives this article to the category (rule 23: under riec BGS 1.10(2)).
    """
    source = {"politie_art8_13": "politie", "justitieel_strafvorderlijk": "om"}
    holder = notes.look("holder", "kind")
    passed_on = row.zvh_passes_on and holder == "zvh"
    kept = row.secrecy == "never" and notes.need("holder", "secrecy_bound") is True
    for index in notes.named():
        category = notes.need("fields", index, "category", of_field=index)
        if category is None:
            continue
        elsewhere = category in source and holder is not None and holder != source[category] and not passed_on
        if category not in row.categories or elsewhere or kept:
            notes.note("categorie-niet-toegestaan", index)


def noodzaak(row: Row, notes: Notes) -> None:
    """Rule 5: a task and a reason for each field. Rule 12: a Wmo task on a Wmo row with a track, or those named."""
    if not row.necessity:
        return
    for index in notes.named():
        place = ("fields", index, "necessity")
        if any(place == path[:3] for path in notes.wrong):
            continue
        task, reason = notes.look(*place, "task"), notes.look(*place, "reason")
        if task is None or blank(task) or reason is None or blank(reason):
            notes.note("niet-noodzakelijk", index)
        if row.tasks and task is not None and not blank(task) and not begins(task, row.tasks):
            notes.note(row.task_code, index)


def begins(text: str, starts: tuple[str, ...]) -> bool:
    """Whether a text begins with one of these; a start that ends in a space must be followed by something."""
    return any(text.startswith(start) and not (start.endswith(" ") and blank(text[len(start) :])) for start in starts)


def beroepsgeheim(row: Row, notes: Notes) -> None:
    """Rule 13: data of a holder that is bound to secrecy need an exception, whatever the field.

    Where the row breaks secrecy on request alone, what the holder gives by itself needs the exception.
    """
    broken = row.secrecy == "breaks-on-request" and notes.look("activity") == "opvragen"
    if row.secrecy not in ("exception", "breaks-on-request") or broken:
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
    if kind == "toestemming" and notes.look("fields"):  # every field needs an exception; no field needs none
        who = givers(notes)
        if who is None:
            return
        if who != (SELF,):  # from 16, and able: given_by is not read
            given_by = notes.look(*exception, "given_by") or []
            holds = holds and all(giver in given_by for giver in who)
    if not holds:
        notes.note_all("beroepsgeheim-geen-toestemming")


def verstrekker(row: Row, notes: Notes) -> None:
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


def bijzondere_route(row: Row, notes: Notes) -> None:
    """Rule 16, and every instemming but that of rule 18: of the row (`onward`), and where the holder set conditions."""
    if row.third is not None:
        third_party(row, notes)
    if row.conditions_onward and notes.look("holder_statement", "conditions") and not agreed_to_onward(notes):
        notes.note("instemming-verstrekker-ontbreekt")
    if row.onward == "all" and not agreed_to_onward(notes):
        notes.note("instemming-verstrekker-ontbreekt")
    if row.onward == "special":
        for index in notes.named():
            if notes.look("fields", index, "category") in SENSITIVE and not agreed_to_onward(notes):
                notes.note("instemming-verstrekker-ontbreekt", index)


def agreed_to_onward(notes: Notes) -> bool:
    """Whether the holder agreed; true as well where that is wrong, or the whole statement is absent, and was noted."""
    onward = ("holder_statement", "consents_to_onward")
    if notes.need("holder_statement") is None or onward in notes.wrong:
        return True
    if not notes.has(*onward):
        notes.missing.add(".".join(onward))  # rule 1: its own code, and an absent one stands in `missing`
    return notes.look(*onward) is True


def third_party(row: Row, notes: Notes) -> None:
    """Rule 16: nobody objects; the lawfulness check and a basis, or the secrecy statement and an expertise."""
    if notes.need("third_party", "objection_by"):
        notes.note("bezwaar-deelnemer")
    if row.third == "derde":
        if notes.need("third_party", "rac_checked") is False:
            notes.note("rac-toets-ontbreekt")
        basis = notes.need("third_party", "basis")
        if basis is not None and not begins(basis, ("WGS ", "BGS ")):
            notes.note("geen-grondslag")
    else:
        if notes.need("third_party", "secrecy_signed") is False:
            notes.note("niet-geautoriseerd")
        notes.need("third_party", "expertise")
