"""A new basis: a dated folder that passes the check and refuses everything, and what to do with it then.

Rules:
- A draft is a row without activities. No request names one that is in an empty list, so nothing can come through
  whatever else the row says, in a simulation neither; the check asks no granting case of it.
- Nothing that is there is written over: a basis that exists gets another text by hand, beside the one that it has.
"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from gateway.workbench.folders import WorkingCopy

BASIS = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_BLANK = Path(__file__).parent
NEXT_STEPS = """\
Gemaakt, en alles wordt nog geweigerd:
  {row}
  {cases}

Wat nu te doen
  1. Vul de rij in: de wet, wie, over wie, welke gegevens. Laat `activities` tot het laatst leeg.
  2. Schrijf gevallen: ten minste één dat verleent en één dat weigert.
  3. Zet de grondslag in gateway/catalogue/codes/bases.yaml, in het Nederlands en het Engels.
  4. gateway policy test -k {basis}
  5. gateway policy check
  6. gateway policy diff met wat nu geldt: wat wordt er nieuw toegestaan?
policies/TUTORIAL.md doet het een keer voor."""


class CannotMake(ValueError):
    """There is something in the way; a sentence in Dutch."""


def is_draft(row: Mapping[str, Any]) -> bool:
    """Whether a text of a basis is a draft: without an activity it refuses everything."""
    return row.get("activities") == []


def make_draft(copy: WorkingCopy, basis: str, since: date, *, today: date) -> str:
    """Make the folder of a basis, of which this text is the one to read from `since` on, and its cases; what to do
    then, in Dutch. `CannotMake` where the name is none or is taken.
    """
    folder, cases = copy.rules / "bases" / basis, copy.cases / basis
    if not BASIS.fullmatch(basis):
        raise CannotMake(f"{basis!r} is geen naam: kleine letters, cijfers en _, met punten ertussen.")
    for taken in (folder, cases):
        if taken.exists():
            raise CannotMake(
                f"{taken} is er al. Wordt de tekst anders? Kopieer de map van de laatste datum naar een nieuwe datum."
            )
    row, file = folder / since.isoformat() / "data.yaml", cases / "concept.yaml"
    title = basis.replace(".", " ").replace("_", " ").capitalize()
    for path, blank in ((row, "blank_basis.yaml"), (file, "blank_cases.yaml")):
        text = (_BLANK / blank).read_text("utf-8")
        for name, value in (("basis", basis), ("title", title), ("today", today.isoformat())):
            text = text.replace(f"{{{name}}}", value)
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
    return NEXT_STEPS.format(row=row, cases=file, basis=basis)
