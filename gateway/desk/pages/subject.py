"""Betrokkene: the register of requests for access, and each request with the step that is due.

Rules: a step that cannot be taken is told with its reason where its button would be; what is typed here is chosen from
closed lists, or refused where it could name somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import Any

from gateway.desk import dates
from gateway.desk.desk import Desk
from gateway.desk.page import Answer, Download, Page, Redirect, Seen
from gateway.desk.pages import subject_letter, subject_lines
from gateway.desk.pages.subject_form import Untaken, acting, chosen, day, day_text, find, said, words
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.taken import listed as as_file
from gateway.desk.visit import Visit
from gateway.model.amsterdam import day_of
from gateway.review.subject import terms
from gateway.review.subject.lists import Ending, Identity, Sent, Why
from gateway.review.subject.report import OPEN, Report, Status
from gateway.review.subject.reports import NotDue
from gateway.review.subject.steps import Step, hindrance

PATH = "/betrokkene"
ROAD = tuple(each for each in Status if each is not Status.ENDED)
COLUMNS = ("number", "received_on", "due", "status", "lines", "withheld", "erased")


async def register(desk: Desk, visit: Visit) -> Page:
    """What is open, and with `alles=1` what is done too; the earliest due first."""
    reports, everything = await desk.subjects.all(visit.tenant), visit.query.get("alles") == "1"
    listed = [each for each in reports.values() if everything or each.status in OPEN]
    today = day_of(visit.now)
    context = {
        "reports": sorted(listed, key=lambda each: (each.status not in OPEN, each.due, each.number)),
        "everything": everything,
        "any": bool(reports),
        "open": sum(each.status in OPEN for each in reports.values()),
        "is_open": lambda each: each.status in OPEN,
        "left": lambda each: (each.due - today).days,
        "day_text": day_text(visit),
        "later": [each for each in await desk.subjects.due(visit.tenant, today) if each.lines],
    }
    return Page(
        "subject/register.html.j2",
        "title",
        Seen("inzageverzoeken", "alles" if everything else "", len(listed)),
        context,
    )


async def export(desk: Desk, visit: Visit) -> Download:
    """The register: numbers and days, nothing of anybody."""
    reports = list((await desk.subjects.all(visit.tenant)).values())
    head = {"register": "inzageverzoeken", "tenant": str(visit.tenant), "at": visit.now, "count": len(reports)}
    name, look = (
        f"inzageverzoeken-{visit.tenant}-{day_of(visit.now)}",
        Seen("inzageverzoeken: export", "", len(reports)),
    )
    return as_file(visit.path["form"], name, COLUMNS, map(_exported, reports), head, look)


async def new(desk: Desk, visit: Visit) -> Page:
    return _new(visit)


async def make(desk: Desk, visit: Visit) -> Answer:
    try:
        received, language = day(visit, "ontvangen"), said(visit, "taal")
        report = await desk.subjects.begin(visit.tenant, acting(visit), received, language)
    except (Untaken, NotDue) as error:
        return _new(visit, error.why)
    return Redirect(f"{PATH}/{report.number}", "made", {"number": report.number})


def _new(visit: Visit, wrong: str = "") -> Page:
    context = {"wrong": wrong, "today": day_of(visit.now)}
    return Page("subject/new.html.j2", "title.new", Seen("inzageverzoek: nieuw"), context, status=422 if wrong else 200)


async def show(desk: Desk, visit: Visit) -> Page:
    return page(visit, await find(desk, visit))


def page(visit: Visit, report: Report, *, wrong: str = "", at: str = "") -> Page:
    """The page of a report. `wrong`: why the step `at` was not taken."""
    today, ended = day_of(visit.now), report.status is Status.ENDED
    context: dict[str, Any] = {
        "report": report,
        "status": Status,
        "road": [] if ended else ROAD,
        "reached": 0 if ended else ROAD.index(report.status),
        "open": report.status in OPEN,
        "left": (report.due - today).days,
        "today": today,
        "day_text": day_text(visit),
        "count": partial(dates.number, language=visit.language),
        "until": terms.due(report.received_on, extended=True),
        "hinders": {step.name: hindrance(report, step, visit.who) for step in Step},
        "lists": {"identity": Identity, "sent": Sent, "why": Why, "ending": Ending},
        "wrong": wrong,
        "at": at,
    }
    look = Seen("inzageverzoek", report.number, 0 if report.found is None else len(report.found.records))
    titled = {"number": report.number}
    return Page("subject/report.html.j2", "title.report", look, context, titled, status=422 if wrong else 200)


def _taking(name: str, step: Step, content: Callable[[Visit], Mapping[str, Any]]) -> Route:
    async def take(desk: Desk, visit: Visit) -> Answer:
        report = await find(desk, visit)
        try:
            await desk.subjects.take(visit.tenant, report.number, step, acting(visit), content(visit))
        except (Untaken, NotDue) as error:
            return page(visit, await find(desk, visit), wrong=error.why, at=name)
        return Redirect(f"{PATH}/{report.number}", f"took.{step}")

    return Route("POST", f"{PATH}/{{number}}/{name}", Permission.ANSWER, take)


def _choosing(on: str = "", **choices: tuple[str, type[StrEnum]]) -> Callable[[Visit], Mapping[str, Any]]:
    """Content of a step, out of its form: each choice under its name, and the day of the field `op` under `on`."""

    def read(visit: Visit) -> Mapping[str, Any]:
        found = {name: str(chosen(visit, field, of)) for name, (field, of) in choices.items()}
        return found | ({on: day(visit, "op").isoformat()} if on else {})

    return read


def _exported(report: Report) -> tuple[Any, ...]:
    found = report.found
    counts = (None, None, None) if found is None else (len(found.records), len(report.withheld), len(found.erased))
    return (report.number, report.received_on, report.due, str(report.status), *counts)


ROUTES: tuple[Route, ...] = (
    Route("GET", PATH, Permission.SUBJECT, register),
    Route("GET", f"{PATH}/register.{{form}}", Permission.SUBJECT, export, step_up=True),
    Route("GET", f"{PATH}/nieuw", Permission.ANSWER, new),
    Route("POST", f"{PATH}/nieuw", Permission.ANSWER, make),
    Route("GET", f"{PATH}/{{number}}", Permission.SUBJECT, show),
    _taking("identiteit", Step.IDENTIFIED, _choosing(how=("hoe", Identity))),
    _taking("beoordeeld", Step.JUDGED, _choosing()),
    _taking("bevestigd", Step.CONFIRMED, _choosing()),
    _taking("teruggegeven", Step.RETURNED, lambda visit: {"why": words(visit, "waarom", required=True)}),
    _taking("verzonden", Step.SENT, _choosing("on", how=("hoe", Sent))),
    _taking("verlengd", Step.EXTENDED, _choosing("told_on", why=("waarom", Why))),
    _taking("beeindigd", Step.ENDED, _choosing(why=("waarom", Ending))),
    *subject_lines.ROUTES,
    *subject_letter.ROUTES,
)
