"""Vandaag: whether the log is sound, what is new, what asks for attention, and the questions that can be asked.

Rule: no number that its list would not show. Of a log of a ZVH no course in time is told (`review.figures.lawful`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from gateway.desk import charts, dates
from gateway.desk.attention import attention
from gateway.desk.desk import Desk
from gateway.desk.page import Page, Seen
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.twelve import GIVEN, REFUSED, after, questions, to
from gateway.desk.verdict import told
from gateway.desk.visit import Visit
from gateway.model.amsterdam import day_of
from gateway.model.codes import Outcome
from gateway.review.figures.lawful import needs_control
from gateway.review.filter import Filter

WEEKS = 12


@dataclass(frozen=True, slots=True)
class New:
    """`path`: the list behind the number."""

    key: str
    count: int
    path: str


async def today(desk: Desk, visit: Visit) -> Page:
    since = visit.session.visited.get(visit.tenant)
    reads = visit.may(Permission.READ)
    alarm = desk.checks.standing(visit.tenant)
    checked = alarm or desk.checks.last(visit.tenant)
    context = {
        "verdict": told(desk.renderer, visit.language, visit.tenant, checked) if visit.may(Permission.VERIFY) else None,
        "checked": checked is not None,
        "running": desk.checks.running(visit.tenant) is not None,
        "since": since,
        "new": await _new(desk, visit, since),
        "attention": await attention(desk, visit),
        "attends": reads or visit.may(Permission.SUBJECT),
        "questions": questions(visit, since),
        "own": await run_in_threadpool(desk.questions.all, visit.who, visit.tenant) if reads else [],
        "trend": await asyncio.to_thread(_trend, desk, visit) if reads and not needs_control(visit.tenant) else None,
        "no_trend": reads and needs_control(visit.tenant),
    }
    return Page("today/today.html.j2", "title", Seen("vandaag"), context)


async def _new(desk: Desk, visit: Visit, since: datetime | None) -> list[New]:
    found: list[New] = []
    if visit.may(Permission.READ):
        index = desk.indexes[visit.tenant]
        for key in (GIVEN, REFUSED):
            meant = after(since, key)
            found.append(New(f"new.{key}", await asyncio.to_thread(index.count, meant), to(meant)))
    if visit.may(Permission.POLICIES):
        terms = await asyncio.to_thread(desk.policies.terms, visit.tenant, desk.indexes[visit.tenant])
        changed = [each for each in terms if each.since is not None and (since is None or each.since > since)]
        found.append(New("new.policies", len(changed), "/beleid"))
    return found


def _trend(desk: Desk, visit: Visit) -> Markup:
    """Decisions by week, of the last weeks and up to now."""
    today = day_of(visit.now)
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    meant = Filter.of(soort=(GIVEN, REFUSED)).within(first, today)
    counted = desk.indexes[visit.tenant].cross(meant, "dag", "besluit")
    rows = [
        (_week(desk, visit, monday), _of_week(counted, monday))
        for monday in (first + timedelta(weeks=number) for number in range(WEEKS))
    ]
    say, language = desk.renderer.text, visit.language
    shown = charts.Told(
        title=say("today", language, "trend"),
        desc=say("today", language, "trend.about", weeks=WEEKS),
        head=say("today", language, "week"),
        series=tuple(desk.catalogue[each].text(language).title for each in Outcome),
        table=say("today", language, "as_table"),
        language=language,
    )
    return charts.stacked(shown, rows)


def _of_week(counted: Mapping[tuple[str, str], int], monday: date) -> tuple[int, ...]:
    days = {(monday + timedelta(days)).isoformat() for days in range(7)}
    return tuple(
        sum(count for (day, outcome), count in counted.items() if day in days and outcome == each) for each in Outcome
    )


def _week(desk: Desk, visit: Visit, monday: date) -> str:
    day = f"{monday.day} {dates.MONTHS[visit.language][monday.month - 1]}"
    return desk.renderer.text("today", visit.language, "week_of", day=day)


ROUTES = (Route("GET", "", Permission.HOME, today),)
