"""The whole-document check: type and form (rule 3), and facts that contradict each other (rule 4); of any basis."""

from tests.policy.second_reading.notes import Notes
from tests.policy.second_reading.words import PRIVATE, PUBLIC


def check_document(notes: Notes) -> None:
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
