"""Verstrekkingen: the requests that a filter means, with what else could be chosen beside them.

Rules:
- Everything that a list shows stands in its URL, and nothing else does: what was typed to find something comes by POST,
  since it could be anything, and what looks like a number of a person is not looked for.
- A name or a value that is not known is refused, by the name of its member and without repeating it.
"""

from __future__ import annotations

import re
from functools import partial

from starlette.concurrency import run_in_threadpool

from gateway.desk import dates
from gateway.desk.desk import Desk
from gateway.desk.forms import text_of
from gateway.desk.lists.asked import Asked
from gateway.desk.lists.facets import chosen, facets_of
from gateway.desk.lists.labels import Labels, labels_of
from gateway.desk.lists.listing import MOST_EXPORTED
from gateway.desk.lists.sentences import period, sentence
from gateway.desk.page import Page, Redirect, Seen
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.visit import Visit
from gateway.model.codes import Tenant
from gateway.review.filter import ALIAS, CASE, Filter, WrongFilter
from gateway.review.found import CaseGroup, Found, Grouped

PATH = "/verstrekkingen"
A_PAGE, CASES, OF_A_CASE = 50, 15, 5
_NUMBER = re.compile(r"(?:(20\d\d)/)?(\d{1,7})", re.ASCII)
_PERSON = re.compile(r"[\d .-]{8,}|.*\d{9}.*", re.ASCII)


async def show(desk: Desk, visit: Visit) -> Page:
    labels = labels_of(desk, visit.language)
    try:
        asked = Asked(visit.query)
    except WrongFilter as error:
        return wrong(error, labels)
    return await run_in_threadpool(_page, desk, visit, asked, labels)


def wrong(error: WrongFilter, labels: Labels) -> Page:
    """What is said of a filter that is none: which member is wrong, and not what it held."""
    member = labels.member(error.name) if error.name else ""
    return Page("lines/wrong.html.j2", "title.wrong", Seen("verstrekkingen"), {"member": member}, status=400)


def _page(desk: Desk, visit: Visit, asked: Asked, labels: Labels) -> Page:
    found = _find(desk, visit.tenant, asked)
    each = CASES if asked.by_case else A_PAGE
    pages = -(-(found.cases if isinstance(found, Grouped) else found.total) // each)
    groups = found.groups if isinstance(found, Grouped) else [CaseGroup("", found.total, found.lines)]
    parts = chosen(asked.filter, labels)
    index = desk.indexes[visit.tenant]
    context = {
        "asked": asked,
        "plain": partial(dates.number, language=visit.language),
        "sentence": sentence(asked.filter, labels),
        "period": period(asked.filter, found.level, labels),
        "found": found,
        "groups": groups,
        "flagged": index.marked("vlag", (line for group in groups for line in group.lines)),
        "judged": index.marked("beoordeeld", (line for group in groups for line in group.lines)),
        "shown": sum(len(group.lines) for group in groups),
        "first": (asked.page - 1) * each + 1,
        "pages": pages,
        "seal": found.level.newest,
        "behind": desk.follower.fault is not None,
        "facets": facets_of(asked.filter, found.facets, labels, asked.query),
        "chosen": parts,
        "relief": [] if found.total else [(part, index.count(part.without)) for part in parts],
        "questions": desk.questions.all(visit.who, visit.tenant),
        "most": MOST_EXPORTED,
    }
    look = Seen("verstrekkingen", asked.query(), count=context["shown"])
    return Page("lines/list.html.j2", "title", look, context)


def _find(desk: Desk, tenant: Tenant, asked: Asked) -> Found | Grouped:
    """What is asked for; beyond the last page, the last page."""
    index = desk.indexes[tenant]
    if not asked.by_case:
        found = index.find(asked.filter, start=(asked.page - 1) * A_PAGE, count=A_PAGE)
        if found.total and not found.lines:
            asked.page = -(-found.total // A_PAGE)
            found = index.find(asked.filter, start=(asked.page - 1) * A_PAGE, count=A_PAGE)
        return found
    grouped = index.by_case(asked.filter, start=(asked.page - 1) * CASES, count=CASES, lines=OF_A_CASE)
    if grouped.total and not grouped.groups:
        asked.page = -(-grouped.cases // CASES)
        grouped = index.by_case(asked.filter, start=(asked.page - 1) * CASES, count=CASES, lines=OF_A_CASE)
    return grouped


async def search(desk: Desk, visit: Visit) -> Redirect:
    """The way to what was typed; what is not found is told, and stands in no address."""
    typed, index = text_of(visit, "zoek").strip(), desk.indexes[visit.tenant]
    if _PERSON.fullmatch(typed):
        return Redirect(PATH, said="search.person")
    if number := _NUMBER.fullmatch(typed):
        years = [int(number[1])] if number[1] else sorted(index.level.sizes, reverse=True)[:1]
        for year in years:
            if await run_in_threadpool(index.line, year, int(number[2])) is not None:
                return Redirect(f"/regels/{year}/{int(number[2])}")
    tries = []
    if ALIAS.fullmatch(typed.upper()):
        tries.append(Filter(subject=typed.upper()))
    if CASE.fullmatch(typed):
        tries.append(Filter(case=typed))
    for filter in tries:
        if await run_in_threadpool(index.count, filter):
            return Redirect(f"{PATH}?{filter.query()}")
    return Redirect(PATH, said="search.nothing")


ROUTES = (
    Route("GET", PATH, Permission.READ, show),
    Route("POST", f"{PATH}/zoeken", Permission.READ, search),
)
