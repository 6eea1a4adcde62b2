"""The person: whose data it is, consent (rule 9), the emergency (rule 10), a pending objection (rule 19)."""

from tests.policy.second_reading.notes import Notes
from tests.policy.second_reading.rows import Row
from tests.policy.second_reading.shape import Json
from tests.policy.second_reading.words import REPRESENTATIVE, SELF


def persoon(row: Row, notes: Notes) -> None:
    """Whose data it is, whether that person agreed (rule 9), and the emergency (rule 10)."""
    if row.relations is None:
        return
    relation = notes.need("subject", "relation")
    if relation is not None and relation not in row.relations:
        notes.note("buiten-directe-kring")
    circle = row.kring and relation in ("gezinslid", "directe-kring")
    if circle and notes.need("subject", "linked_to_registered") is False:
        notes.note("buiten-directe-kring")
    if row.consent == "always" or (row.consent == "gezinslid" and relation == "gezinslid"):
        consent(notes)
    if row.emergency:
        threat, conscious = notes.need("emergency", "threat"), notes.need("emergency", "person_conscious")
        refuses, able = notes.need("emergency", "refuses"), notes.need("subject", "can_consent")
        if threat is None or conscious is None or refuses is not False or able is not False:
            notes.note("geen-toestemming")


def givers(notes: Notes, of_field: int | None = None) -> tuple[str, ...] | None:
    """Rule 9: who must agree. Cautious: age and capacity are both needed, also where one of them would settle it."""
    age = notes.need("subject", "age", of_field=of_field)
    able = notes.need("subject", "can_consent", of_field=of_field)
    if age is None or able is None:
        return None
    if age < 12 or not able:
        return (REPRESENTATIVE,)
    return (SELF, REPRESENTATIVE) if age < 16 else (SELF,)


def consent(notes: Notes) -> None:
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


def bezwaar(row: Row, notes: Notes) -> None:
    """Rule 19: a pending objection refuses where the row blocks; where it is reviewed a person looks at the grant."""
    if row.objection == "none":
        return
    if notes.need("subject", "objection") is True and row.objection == "block":
        notes.note("bezwaar-in-behandeling")
