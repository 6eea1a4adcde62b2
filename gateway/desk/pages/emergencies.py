"""Noodprocedures: every disclosure in an emergency, and whether its account came in time."""

import asyncio
from typing import Any

from gateway.desk.desk import Desk
from gateway.desk.page import Download, Page, Seen
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.taken import listed as as_file
from gateway.desk.visit import Visit
from gateway.model.amsterdam import day_of
from gateway.review.filter import Filter
from gateway.review.index import Index
from gateway.review.judged import Judged, by_record
from gateway.review.justified import AFTERWARDS, Account, Accounted, account
from gateway.review.line import Line

GRANTED = Filter.of(soort="verstrekking", grondslag="vitaal_belang")
STATES = (Account.OVERDUE, Account.WAITING, Account.LATE, Account.IN_TIME)
COLUMNS = ("record", "year", "number", "at", "requester", "holder", "account", "due", "received")
SHOWN = 200
"""Rows on the page: what has to be seen to stands first, and the file has all."""
Row = tuple[Line, Accounted]


async def of(desk: Desk, visit: Visit) -> list[Row]:
    """The disclosures that owe an account, those first that somebody has to see to."""
    said = by_record(await desk.writings.all(visit.tenant))
    lines = await asyncio.to_thread(_lines, desk.indexes[visit.tenant])
    today, nothing = day_of(visit.now), Judged(None, None, ())
    rows = [(line, account(line.at, desk.justification_days, said.get(line.record, nothing), today)) for line in lines]
    return sorted(rows, key=lambda row: (STATES.index(row[1].state), row[1].due))


async def listed(desk: Desk, visit: Visit) -> Page:
    rows = await of(desk, visit)
    context: dict[str, Any] = {
        "rows": rows[:SHOWN],
        "total": len(rows),
        "counts": {state: [line.record for line, each in rows if each.state is state] for state in STATES},
        "days": desk.justification_days,
        "query": GRANTED.query(),
    }
    return Page("emergencies/list.html.j2", "title", Seen("noodprocedures", GRANTED.query(), len(rows)), context)


async def taken(desk: Desk, visit: Visit) -> Download:
    rows = await of(desk, visit)
    cells = [
        (line.record, line.year, line.number, line.at, line.requester, line.holder, said.state, said.due, said.received)
        for line, said in rows
    ]
    head = {"tenant": visit.tenant, "filter": GRANTED.query(), "days": desk.justification_days, "count": len(rows)}
    look = Seen("noodprocedures: bestand", GRANTED.query(), len(rows))
    return as_file(visit.path["form"], f"noodprocedures-{visit.tenant}", COLUMNS, cells, head, look)


def _lines(index: Index) -> list[Line]:
    return [line for line in index.lines(GRANTED) if AFTERWARDS in line.obligations]


ROUTES = (
    Route("GET", "/noodprocedures", Permission.READ, listed),
    Route("GET", "/noodprocedures/bestand.{form}", Permission.EXPORT, taken, step_up=True),
)
