"""Cijfers: how many decisions of what kind in a period, with the list behind each number; a file of it; and the draft
of the half-year report.

Rules:
- Of a log of a ZVH somebody says first what for (WGS 1.8(4)), and sees what that allows (`review.figures.lawful`).
- Whoever may see the lists sees every number, and which of them are kept back elsewhere. Whoever may not gets the
  published numbers alone, and so do every file and the report.
"""

import asyncio
from datetime import date
from urllib.parse import urlencode

from gateway.desk.charts import KEPT_BACK
from gateway.desk.desk import Desk
from gateway.desk.errors import Refused
from gateway.desk.figured import charts, heads, rows_of, tables
from gateway.desk.page import Answer, Page, Seen
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.taken import FORMS
from gateway.desk.taken import listed as as_file
from gateway.desk.visit import Visit
from gateway.model.amsterdam import day_of
from gateway.review.figures.counting import count
from gateway.review.figures.figures import Figures
from gateway.review.figures.lawful import LEFT_OUT, Allowed, Control, allowed, needs_control
from gateway.review.figures.period import Period
from gateway.review.figures.suppress import LEAST

PATH, HALF, FILE = "/cijfers", "/cijfers/halfjaar", "/cijfers/uitvoer"
MOST_DAYS, MONTHS_FROM = 3700, 62
"""The longest period, and from how many days on it is told by month instead of by week."""


async def show(desk: Desk, visit: Visit) -> Page:
    period, control = _period(visit), _control(visit)
    lawful = allowed(visit.tenant, control)
    state = {"vanaf": period.since.isoformat(), "tot": period.until.isoformat()} | _named(control)
    context = {
        "period": period,
        "control": control,
        "controls": tuple(Control) if needs_control(visit.tenant) else (),
        "left_out": LEFT_OUT if needs_control(visit.tenant) else (),
        "state": state,
        "halves": _halves(day_of(visit.now)),
        "least": LEAST,
        "kept_back": KEPT_BACK,
        "figures": None,
    }
    if lawful is None:
        return Page("figures/figures.html.j2", "title", Seen("cijfers: keuze van het doel"), context)
    figures = await _count(desk, visit, period, lawful)
    total = figures.totals.total.count or 0
    if not visit.may(Permission.READ):
        figures = figures.published()
    context |= {
        "figures": figures,
        "tables": tables(desk, visit.language, figures),
        "charts": charts(desk, visit.language, figures),
        "real": visit.may(Permission.READ),
    }
    return Page("figures/figures.html.j2", "title", Seen("cijfers", urlencode(state), total), context)


async def half_year(desk: Desk, visit: Visit) -> Page:
    today, control = day_of(visit.now), _control(visit)
    asked = visit.query.get("van", "") or _halves(today)[1]
    try:
        period = Period.half_year(asked)
    except ValueError:
        raise Refused(400, member="van") from None
    if period.since > today:
        raise Refused(400, member="van")
    lawful, state = allowed(visit.tenant, control), {"van": asked} | _named(control)
    context = {
        "period": period,
        "whole": period.until < today,
        "control": control,
        "controls": tuple(Control) if needs_control(visit.tenant) else (),
        "left_out": LEFT_OUT if needs_control(visit.tenant) else (),
        "state": state,
        "least": LEAST,
        "kept_back": KEPT_BACK,
        "figures": None,
    }
    titled = {"half": asked.partition("-")[2], "year": str(period.since.year)}
    if lawful is None:
        look = Seen("halfjaarrapport: keuze van het doel")
        return Page("figures/half.html.j2", "half.title", look, context, titled=titled)
    counted = await _count(desk, visit, period, lawful)
    figures = counted.published()
    context |= {
        "figures": figures,
        "tables": tables(desk, visit.language, figures),
        "charts": charts(desk, visit.language, figures),
        "real": False,
    }
    look = Seen("halfjaarrapport", urlencode(state), counted.totals.total.count or 0)
    return Page("figures/half.html.j2", "half.title", look, context, titled=titled)


async def file(desk: Desk, visit: Visit) -> Answer:
    form, period, control = visit.query.get("vorm", ""), _period(visit), _control(visit)
    if form not in FORMS:
        raise Refused(400, member="vorm")
    lawful = allowed(visit.tenant, control)
    if lawful is None:
        raise Refused(422, member="controle")
    counted = await _count(desk, visit, period, lawful)
    figures = counted.published()
    columns, rows = rows_of(desk, visit.language, figures)
    state = {"vanaf": period.since.isoformat(), "tot": period.until.isoformat(), "vorm": form} | _named(control)
    look = Seen("cijfers: uitvoer", urlencode(state), counted.totals.total.count or 0)
    name = f"cijfers-{visit.tenant}-{period.since}-{period.until}"
    return as_file(form, name, columns, rows, heads(desk, visit, figures, control), look)


async def _count(desk: Desk, visit: Visit, period: Period, lawful: Allowed) -> Figures:
    names = lawful.names
    if lawful.in_time:
        names = ("maand" if (period.until - period.since).days >= MONTHS_FROM else "week", *names)
    return await asyncio.to_thread(count, desk.indexes[visit.tenant], names, period, compare=lawful.in_time)


def _period(visit: Visit) -> Period:
    usual = Period.lately(day_of(visit.now))
    since, until = _day(visit, "vanaf", usual.since), _day(visit, "tot", usual.until)
    if since > until or (until - since).days > MOST_DAYS:
        raise Refused(400, member="tot")
    return Period(since, until)


def _day(visit: Visit, name: str, usual: date) -> date:
    text = visit.query.get(name, "")
    try:
        found = date.fromisoformat(text) if text else usual
    except ValueError:
        raise Refused(400, member=name) from None
    if not 2000 <= found.year < 2100:
        raise Refused(400, member=name)
    return found


def _control(visit: Visit) -> Control | None:
    text = visit.query.get("controle", "")
    if not text or not needs_control(visit.tenant):
        return None
    try:
        return Control(text)
    except ValueError:
        raise Refused(400, member="controle") from None


def _named(control: Control | None) -> dict[str, str]:
    return {} if control is None else {"controle": control}


def _halves(today: date) -> list[str]:
    """The half-year of today and the three before it."""
    place = today.year * 2 + (today.month > 6)
    return [f"{each // 2}-{each % 2 + 1}" for each in range(place, place - 4, -1)]


ROUTES = (
    Route("GET", PATH, Permission.FIGURES, show),
    Route("GET", HALF, Permission.FIGURES, half_year),
    Route("GET", FILE, Permission.EXPORT, file, step_up=True),
)
