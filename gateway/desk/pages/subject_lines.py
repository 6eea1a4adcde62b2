"""Betrokkene: looking somebody up, and deciding line by line what the letter shows.

Rule: the number that is typed is in the form of one POST and nowhere else: in no address, no answer, no session.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from gateway.desk.desk import Desk
from gateway.desk.page import Answer, Page, Redirect, Seen
from gateway.desk.pages.subject_form import Untaken, acting, chosen, day, day_text, find, said, words
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.visit import Visit
from gateway.model.amsterdam import day_of
from gateway.model.bsn import is_bsn
from gateway.review.subject.letter import row_of
from gateway.review.subject.lists import Ground
from gateway.review.subject.opening import NotComplete
from gateway.review.subject.report import Report
from gateway.review.subject.reports import NotDue
from gateway.review.subject.steps import Step, hindrance

PATH = "/betrokkene/{number}"
_OIN = re.compile(r"\d{20}", re.ASCII)
AT_ONCE = 25
SHOW, WITHHOLD = "tonen", "niet-tonen"


async def lookup(desk: Desk, visit: Visit) -> Page:
    return _lookup(visit, await find(desk, visit))


async def look_up(desk: Desk, visit: Visit) -> Answer:
    report, typed = await find(desk, visit), "".join(said(visit, "nummer").split())
    if not is_bsn(typed):
        return _lookup(visit, report, wrong=True)
    try:
        after = await desk.subjects.look_up(visit.tenant, report.number, acting(visit), typed)
    except NotDue as error:
        return _lookup(visit, report, hindered=error.why)
    except NotComplete as error:
        return _lookup(visit, report, incomplete=error)
    found = after.found.records if after.found else ()
    return Redirect(f"/betrokkene/{report.number}", "lookup.found", {"n": len(found)})


def _lookup(
    visit: Visit, report: Report, *, wrong: bool = False, hindered: str = "", incomplete: NotComplete | None = None
) -> Page:
    hindered = hindered or hindrance(report, Step.LOOKED_UP, visit.who) or ""
    context = {"report": report, "wrong": wrong, "hindered": hindered, "incomplete": incomplete}
    status = 422 if wrong else 409 if incomplete else 200
    look = Seen("inzageverzoek: opzoeken", report.number)
    return Page("subject/lookup.html.j2", "title.lookup", look, context, {"number": report.number}, status)


async def lines(desk: Desk, visit: Visit) -> Page:
    return await _lines(desk, visit, await find(desk, visit))


async def decide(desk: Desk, visit: Visit) -> Answer:
    """Record what was decided of the lines of one page; of a line that stays as it is, nothing."""
    report = await find(desk, visit)
    try:
        decided = [each for record in _page(report, visit) if (each := _decision(visit, report, record)) is not None]
        if decided:
            content = {"lines": decided}
            await desk.subjects.take(visit.tenant, report.number, Step.DECIDED, acting(visit), content)
    except (Untaken, NotDue) as error:
        return await _lines(desk, visit, await find(desk, visit), wrong=error.why)
    place = f"/betrokkene/{report.number}/regels?vanaf={_start(visit)}"
    return Redirect(place, "judge.saved" if decided else "judge.nothing", {"n": len(decided)} if decided else {})


def _decision(visit: Visit, report: Report, record: str) -> dict[str, Any] | None:
    choice = said(visit, f"besluit-{record}")
    if choice not in (SHOW, WITHHOLD):
        return None
    why = words(visit, f"toelichting-{record}")
    if choice == SHOW:
        return {"record": record, "shown": True, "why": why}
    until, invoked = day(visit, f"zichtbaar-{record}"), said(visit, f"beroep-{record}")
    if until <= day_of(visit.now) or not (invoked == "" or _OIN.fullmatch(invoked)):
        raise Untaken
    return {
        "record": record,
        "shown": False,
        "ground": str(chosen(visit, f"reden-{record}", Ground)),
        "invoked_by": invoked,
        "visible_from": until.isoformat(),
        "why": why,
    }


async def _lines(desk: Desk, visit: Visit, report: Report, *, wrong: str = "") -> Page:
    told, records, start = await desk.subjects.lines(report), _page(report, visit), _start(visit)
    total = 0 if report.found is None else len(report.found.records)
    t = partial(desk.renderer.text, "subject", visit.language)
    shown = [(start + n, record, told[record]) for n, record in enumerate(records, 1)]
    context = {
        "report": report,
        "lines": [(number, record, each, each and row_of(each)) for number, record, each in shown],
        "kinds": desk.letters.kinds,
        "grounds": [("", "–"), *((each, t(f"ground.{each}")) for each in Ground)],
        "parties": lambda told: [
            ("", t("invoked_by.contact")),
            *((oin, desk.organisations(oin)) for oin in told.oins),
        ],
        "day_text": day_text(visit),
        "hindered": hindrance(report, Step.DECIDED, visit.who),
        "wrong": wrong,
        "typed": {name: value for name, value in visit.form.items() if isinstance(value, str)} if wrong else {},
        "start": start,
        "total": total,
        "previous": max(0, start - AT_ONCE) if start else None,
        "next": start + AT_ONCE if start + AT_ONCE < total else None,
    }
    look = Seen("inzageverzoek: regels", report.number, len(records))
    titled = {"number": report.number}
    return Page("subject/lines.html.j2", "title.lines", look, context, titled, 422 if wrong else 200)


def _page(report: Report, visit: Visit) -> tuple[str, ...]:
    start = _start(visit)
    return () if report.found is None else report.found.records[start : start + AT_ONCE]


def _start(visit: Visit) -> int:
    asked = visit.query.get("vanaf", "0")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0


ROUTES = (
    Route("GET", f"{PATH}/opzoeken", Permission.ANSWER, lookup),
    Route("POST", f"{PATH}/opzoeken", Permission.ANSWER, look_up),
    Route("GET", f"{PATH}/regels", Permission.SUBJECT, lines),
    Route("POST", f"{PATH}/regels", Permission.ANSWER, decide),
)
