"""Which page of a list is asked for: `pagina` in its address, from 1."""

from __future__ import annotations

import re

from gateway.desk.errors import Refused
from gateway.desk.visit import Visit

NAME = "pagina"
_NUMBER = re.compile(r"[1-9]\d{0,5}", re.ASCII)


def number_of(said: str) -> int | None:
    """The number of a page; 1 where none is named, None where it is none."""
    if said == "":
        return 1
    return int(said) if _NUMBER.fullmatch(said) else None


def page_of(visit: Visit) -> int:
    """The page that is asked for. `Refused` where it is none."""
    found = number_of(visit.query.get(NAME, ""))
    if found is None:
        raise Refused(400, member=NAME)
    return found
