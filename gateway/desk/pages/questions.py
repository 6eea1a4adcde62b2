"""Questions that somebody keeps: a list under a name, found again on the first page and beside the list."""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams

from gateway.desk.desk import Desk
from gateway.desk.forms import text_of
from gateway.desk.lists.asked import Asked
from gateway.desk.lists.questions import LONGEST
from gateway.desk.page import Redirect
from gateway.desk.pages.lines import PATH
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.visit import Visit
from gateway.model.bsn import names_somebody
from gateway.review.filter import WrongFilter


async def keep(desk: Desk, visit: Visit) -> Redirect:
    """Keep the list that a form names, as its URL would be: what that could not be is not kept."""
    name = " ".join(text_of(visit, "naam").split())
    try:
        query = Asked(QueryParams(text_of(visit, "vraag"))).query()
    except WrongFilter:
        return Redirect(PATH, said="question.wrong")
    back = f"{PATH}?{query}" if query else PATH
    if not 1 <= len(name) <= LONGEST or not name.isprintable() or names_somebody(name):
        return Redirect(back, said="question.wrong")
    kept = await run_in_threadpool(desk.questions.keep, visit.who, visit.tenant, name, query)
    return Redirect(back, said="question.saved" if kept else "question.wrong")


async def remove(desk: Desk, visit: Visit) -> Redirect:
    await run_in_threadpool(desk.questions.remove, visit.who, visit.tenant, text_of(visit, "vraag"))
    return Redirect(PATH, said="question.removed")


ROUTES = (
    Route("POST", f"{PATH}/vragen", Permission.WRITE, keep),
    Route("POST", f"{PATH}/vragen/weg", Permission.WRITE, remove),
)
