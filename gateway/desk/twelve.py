"""The twelve questions of an FG, each with the page that answers it: at most two clicks further from there.

A question that a role may not ask is not there. Its words: `q.<number>` in locale/today.yaml.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from gateway.desk.roles import Permission
from gateway.desk.visit import Visit
from gateway.review.filter import Filter

LIST = "/verstrekkingen"
SENSITIVE = (
    "gezondheid",
    "hulpverlening",
    "justitieel_strafvorderlijk",
    "politie_art8_13",
    "politie_art9_10",
    "ras_etniciteit",
    "religie",
    "seksueel",
)
"""Categories of AVG 9 and 10, and what was told in confidence: the policies pass these on by a rule of their own."""
GIVEN, REFUSED = "verstrekking", "weigering"
_P = Permission


@dataclass(frozen=True, slots=True)
class Question:
    number: int
    path: str
    permission: Permission
    beside: tuple[tuple[str, str], ...] = ()
    """Further places where a part of the answer is: key of its words → path."""


def questions(visit: Visit, since: datetime | None) -> list[Question]:
    """Those that this role may ask, in their order. `since`: the visit before this one."""
    notable = ("to_notable", "/opvallend")
    asked: Sequence[Question] = (
        Question(1, "/controle", _P.VERIFY),
        Question(2, to(after(since)), _P.READ, (notable,)),
        Question(3, to(Filter.of(soort=REFUSED)), _P.READ, (notable,)),
        Question(4, "/cijfers", _P.FIGURES, (notable,) if visit.may(_P.READ) else ()),
        Question(5, to(Filter.of(soort=GIVEN, verstrekt=SENSITIVE)), _P.READ),
        Question(6, to(Filter.of(soort=GIVEN, tijd="buiten-kantoortijd")), _P.READ, (notable,)),
        Question(7, f"{LIST}?{urlencode({'groep': 'casus'})}", _P.READ),
        Question(8, "/betrokkene/nieuw", _P.ANSWER, (("to_subjects", "/betrokkene"),))
        if visit.may(_P.ANSWER)
        else Question(8, "/betrokkene", _P.SUBJECT),
        Question(9, "/beleid", _P.POLICIES),
        Question(10, "/steekproeven", _P.READ),
        Question(11, "/noodprocedures", _P.READ),
        Question(12, "/cijfers/halfjaar", _P.FIGURES),
    )
    return [each for each in asked if visit.may(each.permission)]


def after(since: datetime | None, *classes: str) -> Filter:
    """What came after a moment; everything where there was no visit before."""
    pairs = {"soort": list(classes)} if classes else {}
    return Filter.read(pairs | ({"na": [since.isoformat()]} if since else {}))


def to(filter: Filter) -> str:
    """The list of a filter, below the tenant."""
    return f"{LIST}?{query}" if (query := filter.query()) else LIST
