"""Betrokkene: the letter, to read before the second look, and to take along after it."""

from __future__ import annotations

import asyncio

from gateway.desk.desk import Desk
from gateway.desk.errors import Refused
from gateway.desk.letters import files, text
from gateway.desk.page import Download, Page, Seen
from gateway.desk.pages.subject_form import find
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.visit import Visit
from gateway.model.amsterdam import day_of
from gateway.review.subject.report import LETTER

MEDIA = {"pdf": "application/pdf", "html": "text/html; charset=utf-8", "json": "application/json"}


async def preview(desk: Desk, visit: Visit) -> Page:
    """The letter as it would be today, or as it is."""
    report = await find(desk, visit)
    if report.found is None:
        raise Refused(404)
    letter = await desk.subjects.letter(report, day_of(visit.now))
    context = {"report": report, "letter": text.text(desk.letters, letter), "ready": report.status in LETTER}
    look = Seen("inzageverzoek: brief", report.number, letter.shown)
    return Page("subject/letter.html.j2", "title.letter", look, context, {"number": report.number})


async def take(desk: Desk, visit: Visit) -> Download:
    """The letter as a file: `form` pdf, html or json; with `groot=1` in large type."""
    report, form = await find(desk, visit), visit.path["form"]
    if report.status not in LETTER or report.confirmed is None or form not in MEDIA:
        raise Refused(404)
    letter, large = await desk.subjects.letter(report), visit.query.get("groot") == "1"
    said = text.text(desk.letters, letter, large=large)
    if form == "pdf":
        content = await asyncio.to_thread(files.pdf, said, report.confirmed.at)
    else:
        content = files.page(said) if form == "html" else files.document(letter, said)
    name = f"inzageverzoek-{report.number}{'-groot' if large else ''}.{form}"
    return Download(content, name, MEDIA[form], Seen(f"inzageverzoek: brief als {form}", report.number, letter.shown))


ROUTES = (
    Route("GET", "/betrokkene/{number}/brief", Permission.SUBJECT, preview),
    Route("GET", "/betrokkene/{number}/brief.{form}", Permission.SUBJECT, take, step_up=True),
)
