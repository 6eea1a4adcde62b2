"""A list of records as it is taken along: what each line says, and what the list is of.

Rules: the columns are those of the log, in codes, with names beside; a subject stands there as an alias; the seals are
those of exactly the lines that were read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from gateway.desk.lists.labels import Labels
from gateway.desk.lists.sentences import period, sentence
from gateway.model.amsterdam import AMSTERDAM
from gateway.model.codes import Tenant
from gateway.review.filter import Filter
from gateway.review.level import Level
from gateway.review.line import Line

MOST_EXPORTED = 50_000
"""Lines of one file: each is made while somebody waits."""
_COLUMNS: Mapping[str, Callable[[Line, Labels], Any]] = {
    "jaar": lambda line, _: line.year,
    "nummer": lambda line, _: line.number,
    "tijd": lambda line, _: line.at.astimezone(AMSTERDAM),
    "soort": lambda line, _: str(line.kind),
    "leesbaar": lambda line, _: "ja" if line.readable else "beschadigd" if line.damaged else "gewist",
    "besluit": lambda line, _: line.outcome,
    "redenen": lambda line, _: line.reasons,
    "grondslag": lambda line, _: line.basis,
    "doel": lambda line, _: line.activity,
    "aanvrager": lambda line, _: line.requester,
    "aanvrager_naam": lambda line, labels: labels.organisation(line.requester) if line.requester else "",
    "bronhouder": lambda line, _: line.holder,
    "bronhouder_naam": lambda line, labels: labels.organisation(line.holder) if line.holder else "",
    "bron": lambda line, _: line.source,
    "ontvanger": lambda line, _: line.recipient,
    "casus": lambda line, _: line.case,
    "ave_fase": lambda line, _: line.phase,
    "gevraagd": lambda line, _: line.fields,
    "gegeven": lambda line, _: line.granted,
    "soorten_gevraagd": lambda line, _: line.categories,
    "soorten_gegeven": lambda line, _: line.granted_categories,
    "verplichtingen": lambda line, _: line.obligations,
    "beleidsversie": lambda line, _: line.revision,
    "simulatie": lambda line, _: line.simulation,
    "alias_betrokkene": lambda line, _: line.subject,
    "regel": lambda line, _: line.record,
    "verzoek": lambda line, _: line.request,
}
COLUMNS = tuple(_COLUMNS)


def row_of(line: Line, labels: Labels) -> list[Any]:
    """The values of `COLUMNS`."""
    return [value(line, labels) for value in _COLUMNS.values()]


def head_of(
    filter: Filter, level: Level, count: int, labels: Labels, *, tenant: Tenant, now: datetime
) -> dict[str, Any]:
    """What a list is of: so that whoever gets it can ask for the same again, and hold it against the log."""
    seals = [level.seals[year] for year in sorted(level.seals)]
    return {
        "logboek": str(tenant),
        "lijst": sentence(filter, labels),
        "periode": period(filter, level, labels),
        "filter": filter.query(),
        "aantal": count,
        "zegels": [f"{seal.origin} {seal.size} {seal.root}" for seal in seals if seal.checkpoint],
        "gemaakt": now.astimezone(AMSTERDAM).replace(microsecond=0),
    }
