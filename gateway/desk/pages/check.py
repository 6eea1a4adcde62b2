"""Controle: whether the log still is what was recorded, computed anew, with what the FG kept themselves beside it.

Rules:
- Nothing on this page, and no form anywhere, takes a red verdict away.
- While a red verdict stands no new seal is handed out: it would take the place of the one that is the evidence.
- The seal that somebody gives back is held against the log, and kept nowhere unless it does not fit.
"""

from __future__ import annotations

from typing import Any

from starlette.datastructures import UploadFile

from gateway.desk.desk import Desk
from gateway.desk.errors import Refused
from gateway.desk.page import Download, Page, Redirect, Seen
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.verdict import told
from gateway.desk.visit import Visit
from gateway.review.checks.checks import BY_ITSELF
from gateway.review.checks.keeping import SealToKeep, qr_code, short_note
from gateway.review.checks.outcome import Outcome
from gateway.review.checks.runbook import sections
from gateway.review.checks.seals import MAX_TEXT, NoSeal, Seal, read_seals

PATH, SHOWN = "/controle", 20
LARGE = 100_000
"""Records from which on people are told less often how far it is."""


async def show(desk: Desk, visit: Visit) -> Page:
    return await _page(desk, visit)


async def start(desk: Desk, visit: Visit) -> Page | Redirect:
    """Check now, against the seals in the form too."""
    try:
        seals = await _given(visit)
    except NoSeal as wrong:
        return await _page(desk, visit, wrong=wrong.why)
    runs = desk.checks.running(visit.tenant) is not None
    desk.checks.start(visit.tenant, who=visit.who, role=visit.role, seals=seals)
    return Redirect(PATH, "runs_already" if runs else "started")


async def keep(desk: Desk, visit: Visit) -> Download | Redirect:
    """The seal of a year, as a file."""
    seal = await _seal(desk, visit)
    if seal is None:
        return Redirect(PATH, "not_now")
    name = f"zegel-{visit.tenant}-{seal.year}-{seal.checkpoint.size}.txt"
    return Download(seal.note.encode(), name, "text/plain; charset=utf-8", Seen("controle: zegel", count=1))


async def printed(desk: Desk, visit: Visit) -> Page | Redirect:
    """The same to print, with a QR code."""
    seal = await _seal(desk, visit)
    if seal is None:
        return Redirect(PATH, "not_now")
    note = short_note(seal.note)
    title = desk.renderer.text("check", visit.language, "qr", size=seal.checkpoint.size, year=seal.year)
    context = {"seal": seal, "note": note, "qr": qr_code(note, title)}
    return Page("check/print.html.j2", "print_title", Seen("controle: zegel", count=1), context)


async def runbook(desk: Desk, visit: Visit) -> Page:
    """What the operator does about a red verdict."""
    alarm = desk.checks.standing(visit.tenant)
    code = alarm.wrong.code if alarm and alarm.wrong else ""
    return Page("check/runbook.html.j2", "runbook_title", Seen("controle: draaiboek"), {"sections": sections(code)})


async def _page(desk: Desk, visit: Visit, *, wrong: str = "") -> Page:
    checks, tenant = desk.checks, visit.tenant
    job, alarm, last = checks.running(tenant), checks.standing(tenant), checks.last(tenant)
    total = sum(step.total for step in job.steps if step.name == "records") if job else 0
    context: dict[str, Any] = {
        "job": job,
        "interval": 5 if total > LARGE else 2,
        "verdict": told(desk.renderer, visit.language, tenant, alarm or last),
        "after": told(desk.renderer, visit.language, tenant, last) if alarm and last is not alarm else None,
        "wrong": wrong,
        "red": alarm is not None,
    }
    look = Seen("controle")
    if visit.htmx and visit.query.get("deel") == "stand":
        return Page("check/region.html.j2", "title", look, context)
    context["seals"] = [] if alarm else await checks.seals(tenant)
    context["history"] = [_row(desk, visit, each) for each in (await checks.history(tenant))[:SHOWN]]
    return Page("check/check.html.j2", "title", look, context, status=422 if wrong else 200)


async def _seal(desk: Desk, visit: Visit) -> SealToKeep | None:
    """The one that the URL asks for, the newest where it names no year; None while a red verdict stands."""
    if desk.checks.standing(visit.tenant) is not None:
        return None
    year = visit.query.get("jaar", "")
    for seal in await desk.checks.seals(visit.tenant):
        if year in ("", str(seal.year)):
            return seal
    raise Refused(404)


async def _given(visit: Visit) -> list[Seal]:
    """The seals in the form: typed, and in a file. Raises `NoSeal`."""
    texts = []
    for each in visit.form.getlist("zegel"):
        if isinstance(each, UploadFile):
            data = await each.read(MAX_TEXT + 1)
            texts.append(data.decode("utf-8", "replace"))
        else:
            texts.append(each)
    return [seal for text in texts if text.strip() for seal in read_seals(text, visit.tenant)]


def _row(desk: Desk, visit: Visit, outcome: Outcome) -> dict[str, Any]:
    whom = BY_ITSELF if outcome.role == BY_ITSELF else "you" if outcome.who == visit.who else outcome.role
    said = told(desk.renderer, visit.language, visit.tenant, outcome)
    return {"at": outcome.finished, "whom": whom, "kind": said.kind, "sentence": said.sentence}


ROUTES = (
    Route("GET", PATH, Permission.VERIFY, show),
    Route("POST", PATH, Permission.VERIFY, start),
    Route("GET", f"{PATH}/zegel", Permission.VERIFY, keep),
    Route("GET", f"{PATH}/zegel/afdruk", Permission.VERIFY, printed),
    Route("GET", f"{PATH}/draaiboek", Permission.VERIFY, runbook),
)
