"""Dossiers: records that belong to one question, what was asked of whom, and how it ended.

Rule: nothing is changed. Each form appends what was done, and the page shows what that adds up to.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from gateway.desk.desk import Desk
from gateway.desk.errors import Refused
from gateway.desk.forms import digest_of, past_day, text_of
from gateway.desk.page import Answer, Download, Page, Redirect, Seen
from gateway.desk.roles import Permission
from gateway.desk.routes import Handler, Route
from gateway.desk.taken import listed as as_file
from gateway.desk.visit import Visit
from gateway.model.amsterdam import day_of
from gateway.model.writing import WritingKind
from gateway.review import dossiers
from gateway.review.dossiers import Dossier, State, fold
from gateway.review.filter import Filter
from gateway.review.judged import Finding, Unwritable, by_record
from gateway.review.line import Line

COLUMNS = ("id", "title", "question", "state", "verdict", "opened", "due", "records")
Made = tuple[dict[str, Any], tuple[str, ...]]
"""The content of a step, and the records that it is about beside the dossier."""
Make = Callable[[Visit, Dossier], Awaitable[Made]]


async def of(desk: Desk, visit: Visit) -> list[Dossier]:
    """Those of a tenant, oldest first."""
    return fold(await desk.writings.all(visit.tenant, WritingKind.DOSSIER))


async def listed(desk: Desk, visit: Visit, wrong: str = "") -> Page:
    found, today = await of(desk, visit), day_of(visit.now)
    rank = {State.OPEN: 0, State.WAITING: 0, State.CLOSED: 1}
    found.sort(key=lambda each: (rank[each.state], each.due or today.max, each.at))
    context = {"dossiers": found, "today": today, "wrong": wrong, "typed": _typed(visit, wrong)}
    look = Seen("dossiers", count=len(found))
    return Page("dossiers/list.html.j2", "title", look, context, status=422 if wrong else 200)


async def opened(desk: Desk, visit: Visit) -> Answer:
    try:
        content = dossiers.opening(text_of(visit, "title"), text_of(visit, "question"))
    except Unwritable as error:
        return await listed(desk, visit, error.member)
    written = await _write(desk, visit, (), content)
    return Redirect(f"/dossiers/{written}", said="said.open")


async def taken(desk: Desk, visit: Visit) -> Download:
    """The list as a file."""
    rows = [
        (each.id, each.title, each.question, each.state, each.finding, each.at, each.due, each.records)
        for each in await of(desk, visit)
    ]
    head, look = {"tenant": visit.tenant, "count": len(rows)}, Seen("dossiers: bestand", count=len(rows))
    return as_file(visit.path["form"], f"dossiers-{visit.tenant}", COLUMNS, rows, head, look)


async def show(desk: Desk, visit: Visit) -> Page:
    return await _page(desk, visit)


async def _page(desk: Desk, visit: Visit, wrong: str = "", form: str = "") -> Page:
    dossier = await _find(desk, visit)
    index = desk.indexes[visit.tenant]
    lines: list[tuple[str, Line | None]] = [(each, index.of_record(each)) for each in dossier.records]
    context = {
        "dossier": dossier,
        "lines": lines,
        "judged": by_record(await desk.writings.all(visit.tenant)),
        "parties": _parties(desk, visit),
        "findings": list(Finding),
        "today": day_of(visit.now),
        "wrong": wrong,
        "form": form,
        "typed": _typed(visit, form),
    }
    look = Seen("dossier", dossier.id, len(dossier.records))
    return Page("dossiers/dossier.html.j2", "title.one", look, context, status=422 if wrong else 200)


def _step(name: str, make: Make, *, closed: bool = False) -> Handler:
    """A form of a dossier. `closed`: whether it is for one that was closed."""

    async def handler(desk: Desk, visit: Visit) -> Answer:
        dossier = await _find(desk, visit)
        try:
            if (dossier.state is State.CLOSED) is not closed:
                raise Unwritable("state")
            content, records = await make(visit, dossier)
        except Unwritable as error:
            return await _page(desk, visit, error.member, name)
        await _write(desk, visit, (dossier.id, *records), content)
        return Redirect(f"/dossiers/{dossier.id}", said=f"said.{content['step']}")

    return handler


async def _take(visit: Visit, dossier: Dossier) -> Made:
    record = text_of(visit, "record")
    if record not in dossier.records:
        raise Unwritable("record")
    return dossiers.take(record, text_of(visit, "reason")), (record,)


async def _note(visit: Visit, dossier: Dossier) -> Made:
    return dossiers.remark(text_of(visit, "text")), ()


async def _letter(visit: Visit, dossier: Dossier) -> Made:
    sender, about = text_of(visit, "sender"), text_of(visit, "about")
    return dossiers.letter(past_day(visit, "day"), sender, await digest_of(visit), about), ()


async def _ask(visit: Visit, dossier: Dossier) -> Made:
    return dossiers.ask(text_of(visit, "party"), text_of(visit, "asked"), text_of(visit, "due")), ()


async def _answered(visit: Visit, dossier: Dossier) -> Made:
    number = text_of(visit, "number")
    if number not in map(str, range(len(dossier.questions))):
        raise Unwritable("number")
    return dossiers.answered(int(number)), ()


async def _remind(visit: Visit, dossier: Dossier) -> Made:
    return dossiers.remind(text_of(visit, "remind")), ()


async def _close(visit: Visit, dossier: Dossier) -> Made:
    return dossiers.close(text_of(visit, "verdict"), text_of(visit, "why")), ()


async def _reopen(visit: Visit, dossier: Dossier) -> Made:
    return dossiers.reopen(text_of(visit, "again")), ()


async def _find(desk: Desk, visit: Visit) -> Dossier:
    found = next((each for each in await of(desk, visit) if each.id == visit.path["id"]), None)
    if found is None:
        raise Refused(404)
    return found


async def _write(desk: Desk, visit: Visit, about: tuple[str, ...], content: dict[str, Any]) -> str:
    written = await desk.writings.write(
        visit.tenant, who=visit.who, role=visit.role, kind=WritingKind.DOSSIER, about=about, content=content
    )
    return written.id


def _parties(desk: Desk, visit: Visit) -> list[str]:
    """The organisations that asked or were asked, by name."""
    index, everything = desk.indexes[visit.tenant], Filter()
    found = index.counts(everything, "aanvrager").keys() | index.counts(everything, "bronhouder").keys()
    return sorted(found, key=desk.organisations)


def _typed(visit: Visit, wrong: str) -> dict[str, str]:
    return {name: value for name, value in visit.form.items() if isinstance(value, str)} if wrong else {}


STEPS = {"notitie": _note, "brief": _letter, "vraag": _ask, "antwoord": _answered, "herinnering": _remind}

ROUTES = (
    Route("GET", "/dossiers", Permission.READ, listed),
    Route("POST", "/dossiers", Permission.WRITE, opened),
    Route("GET", "/dossiers/bestand.{form}", Permission.EXPORT, taken, step_up=True),
    Route("GET", "/dossiers/{id}", Permission.READ, show),
    *(
        Route("POST", f"/dossiers/{{id}}/{name}", Permission.WRITE, _step(name, make))
        for name, make in (STEPS | {"uit": _take, "sluiten": _close}).items()
    ),
    Route("POST", "/dossiers/{id}/heropenen", Permission.WRITE, _step("heropenen", _reopen, closed=True)),
)
