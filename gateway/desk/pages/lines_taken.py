"""A list of records to take along, as CSV or JSON, with the filter and the seals that it is of."""

from starlette.concurrency import run_in_threadpool

from gateway.desk import dates
from gateway.desk.desk import Desk
from gateway.desk.lists.asked import Asked
from gateway.desk.lists.labels import labels_of
from gateway.desk.lists.listing import COLUMNS, MOST_EXPORTED, head_of, row_of
from gateway.desk.page import Answer, Download, Redirect, Seen
from gateway.desk.pages.lines import PATH, wrong
from gateway.desk.roles import Permission
from gateway.desk.routes import Handler, Route
from gateway.desk.taken import FORMS
from gateway.desk.taken import listed as as_file
from gateway.desk.visit import Visit
from gateway.review.filter import Filter, WrongFilter


def _taken(kind: str) -> Handler:
    async def handler(desk: Desk, visit: Visit) -> Answer:
        try:
            filter = Asked(visit.query).filter
        except WrongFilter as error:
            return wrong(error, labels_of(desk, visit.language))
        return await run_in_threadpool(_made, desk, visit, filter, kind)

    return handler


def _made(desk: Desk, visit: Visit, filter: Filter, kind: str) -> Download | Redirect:
    index, labels = desk.indexes[visit.tenant], labels_of(desk, visit.language)
    total, level, lines = index.every(filter)
    if total > MOST_EXPORTED:
        most = dates.number(MOST_EXPORTED, visit.language)
        return Redirect(_list_of(filter), said="take.most", values={"most": most})
    head = head_of(filter, level, total, labels, tenant=visit.tenant, now=visit.now)
    name = f"verstrekkingen-{visit.tenant}-{visit.now:%Y%m%d-%H%M%S}"
    look = Seen(f"verstrekkingen.{kind}", filter.query(), count=total)
    return as_file(kind, name, COLUMNS, (row_of(line, labels) for line in lines), head, look)


def _list_of(filter: Filter) -> str:
    query = filter.query()
    return f"{PATH}?{query}" if query else PATH


ROUTES = tuple(Route("GET", f"{PATH}.{kind}", Permission.EXPORT, _taken(kind), step_up=True) for kind in FORMS)
