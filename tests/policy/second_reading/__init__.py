"""A second reading of the law contract: what may be granted on given facts, written from the contract's words alone.

It shares nothing with the policy (no code, no table, no file), is slow and plain on purpose, and exists to disagree:
`test_second_reading` asks both the same facts. Numbers such as "rule 9" are those of the contract's *Rules that hold
for every basis*; the columns of `Row` are those of its table of bases. The files are read beside the contract in the
order of the ladder below.

How it is written: every rung only ever *notes* reasons, against the request or against one field, and what nothing was
noted against is granted. A fact is fetched with `need`, which notes its absence; `None` from `need` therefore always
means "already noted", and a rung has nothing to add. (The policy goes the other way round, by a positive chain.)

Where the contract's text can be read in two ways, the reading that grants less was taken, and the place says
`Cautious:`.
"""

from dataclasses import dataclass

from tests.policy.second_reading.content import beroepsgeheim, bijzondere_route, categorie, noodzaak, verstrekker
from tests.policy.second_reading.document import check_document
from tests.policy.second_reading.notes import Notes
from tests.policy.second_reading.parties import betrokken, casus, deelnemer, grondslag
from tests.policy.second_reading.person import bezwaar, persoon
from tests.policy.second_reading.retention import bewaartermijn
from tests.policy.second_reading.rows import FORBIDDEN, ROWS, Row
from tests.policy.second_reading.shape import SHAPE, Json, wrong

__all__ = ["ROWS", "Reading", "granted", "read"]

LADDER = (
    grondslag, deelnemer, casus, betrokken, persoon, categorie, noodzaak, beroepsgeheim, verstrekker, bijzondere_route,
    bewaartermijn, bezwaar,
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What is made of one facts document; `fields` holds (name, reasons) as asked, unnamed fields left out.

    `failed`: the rungs of the ladder against which something stands.
    """

    outcome: str
    granted: frozenset[str]
    reasons: frozenset[str]
    fields: tuple[tuple[str, frozenset[str]], ...]
    missing: tuple[str, ...]
    failed: frozenset[str]


def granted(facts: Json) -> frozenset[str]:
    """The names of the fields that may be granted on these facts."""
    return read(facts).granted


def read(facts: Json) -> Reading:
    """What the contract says about these facts; total: any JSON value has a reading."""
    notes = Notes(facts, frozenset(wrong(facts, SHAPE)))
    check_document(notes)
    row = claimed_row(notes)
    if row is not None:
        for rung in LADDER:
            notes.rung = rung.__name__.replace("_", "-")
            rung(row, notes)
    return judge(notes)


def judge(notes: Notes) -> Reading:
    """Outcome: a field is granted when no case-level reason stands and the field itself has none.

    Case-level codes are not repeated on fields.
    """
    of_field = {index: frozenset(reasons - notes.reasons) for index, reasons in notes.of_field.items()}
    asked = [(notes.look("fields", i, "name"), of_field.get(i, frozenset())) for i in notes.named()]
    free = [name for name, reasons in asked if not reasons and not notes.reasons]
    if notes.reasons or (asked and not free):
        outcome = "geweigerd"
    elif len(free) == len(asked):  # casus-sluiten may be granted without fields
        outcome = "toegestaan"
    else:
        outcome = "gedeeltelijk"
    missing, failed = tuple(sorted(notes.missing)), frozenset(notes.failed)
    return Reading(outcome, frozenset(free), frozenset(notes.reasons), tuple(asked), missing, failed)


def claimed_row(notes: Notes) -> Row | None:
    """The row of the basis; unknown, forbidden or absent: no further rung is looked at."""
    basis = notes.need("basis")
    if basis is None:
        return None
    if basis in FORBIDDEN:
        notes.note(FORBIDDEN[basis])
    elif basis not in ROWS:
        notes.note("grondslag-onbekend")
    return ROWS.get(basis)
