"""Regel: one record, its verdict first, then why, then the evidence, and the raw line last.

Rules:
- Who may see a decision but not what it says of the case (`Permission.DECISION` without `READ`) gets this page without
  it, and without what the FG wrote.
- The record is read out of the log at every visit, and its place in the tree is worked out then.
"""

import asyncio
import re
from collections.abc import Iterable
from typing import Any

import orjson

from gateway.desk.desk import Desk
from gateway.desk.errors import Refused
from gateway.desk.page import Download, Page, Redirect, Seen
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.visit import Visit
from gateway.model.amsterdam import day_of
from gateway.review.acts import Writing
from gateway.review.dossiers import Dossier, State, fold
from gateway.review.filter import RECORD
from gateway.review.judged import Finding, Judged, judged
from gateway.review.justified import AFTERWARDS, account
from gateway.review.records.entry import Content, NoLine
from gateway.review.records.reading import Read

_NUMBER = re.compile(r"\d{1,12}", re.ASCII)


async def show(desk: Desk, visit: Visit) -> Page:
    try:
        return await page(desk, visit)
    except NoLine as error:
        context = {"number": error.number, "year": error.year, "raw": error.raw.decode("ascii", "replace")}
        look = Seen("regel", f"{error.year}/{error.number}", 1)
        return Page("entry/no_line.html.j2", "title", look, context, {"number": error.number, "year": error.year})


async def by_id(desk: Desk, visit: Visit) -> Redirect:
    """The place of a record, or of a request's first record, by its id."""
    identifier = visit.path["record"]
    if RECORD.fullmatch(identifier) is None:
        raise Refused(404)
    place = await asyncio.to_thread(desk.reading.place, visit.tenant, identifier)
    if place is None:
        raise Refused(404)
    return Redirect(path_of(*place))


async def receipt(desk: Desk, visit: Visit) -> Download:
    """The receipt of a record, made now, as a file for anybody: it holds no personal data."""
    read = await written_at(desk, visit)
    if read.entry.standing.receipt is None:
        raise Refused(404)
    name = f"{visit.tenant}-{read.entry.year}-{read.entry.number}.tlog-proof"
    look = Seen("regel: ontvangstbewijs", _named(read), 1)
    return Download(read.entry.standing.receipt.encode(), name, "text/plain; charset=utf-8", look)


async def written_at(desk: Desk, visit: Visit) -> Read:
    """The record that the URL names, to do something with. Raises `Refused` where there is none that can be read."""
    try:
        return await find(desk, visit)
    except NoLine:
        raise Refused(404) from None


async def find(desk: Desk, visit: Visit) -> Read:
    """The record that the URL names. Raises `Refused` where there is none, and `NoLine`."""
    year, number = visit.path["year"], visit.path["number"]
    if not (_NUMBER.fullmatch(year) and _NUMBER.fullmatch(number)):
        raise Refused(404)
    content = visit.may(Permission.READ)
    read = await asyncio.to_thread(desk.reading.at, visit.tenant, int(year), int(number), content=content)
    if read is None:
        raise Refused(404)
    return read


async def page(desk: Desk, visit: Visit, *, wrong: str = "", form: str = "") -> Page:
    """The page of a record. `wrong`: a member of the `form` that was sent, which then is shown again as it was."""
    read = await find(desk, visit)
    entry = read.entry
    written = await desk.writings.all(visit.tenant) if visit.may(Permission.READ) else []
    records = {each.leaf.id for each in read.request}
    about = [each for each in written if records & set(each.about)]
    said = judged(each for each in about if entry.leaf.id in each.about)
    context: dict[str, Any] = {
        "read": read,
        "entry": entry,
        "decided": read.decided,
        "asked": read.asked,
        "content": Content,
        "full": visit.may(Permission.READ),
        "judged": said,
        "story": read.story(about),
        "dossiers": _dossiers(written, entry.leaf.id),
        "account": _account(desk, visit, read, said),
        "findings": list(Finding),
        "today": day_of(visit.now),
        "parties": _parties(read),
        "leaf_text": orjson.dumps(orjson.loads(entry.raw), option=orjson.OPT_INDENT_2).decode(),
        "facts": _facts(read),
        "statement": entry.statement and orjson.dumps(entry.statement, option=orjson.OPT_INDENT_2).decode(),
        "wrong": wrong,
        "form": form,
        "typed": {name: value for name, value in visit.form.items() if isinstance(value, str)} if form else {},
    }
    look = Seen("regel", _named(read), len(read.request))
    titled = {"number": entry.number, "year": entry.year}
    return Page("entry/entry.html.j2", "title", look, context, titled, status=422 if wrong else 200)


def path_of(year: int, number: int) -> str:
    return f"/regels/{year}/{number}"


def _named(read: Read) -> str:
    return f"{read.entry.year}/{read.entry.number}"


def _dossiers(written: Iterable[Writing], record: str) -> dict[str, list[Dossier]]:
    """Those that have a record, and those that could take it."""
    found = fold(written)
    return {
        "with": [each for each in found if record in each.records],
        "open": [each for each in found if record not in each.records and each.state is not State.CLOSED],
    }


def _account(desk: Desk, visit: Visit, read: Read, said: Judged) -> Any:
    """How it stands with the account afterwards, None where none is asked."""
    if read.decided is None or AFTERWARDS not in {code for code, _ in read.decided.obligations}:
        return None
    return account(read.entry.at, desk.justification_days, said, day_of(visit.now))


def _parties(read: Read) -> list[str]:
    """The organisations that had a part in the request."""
    if read.asked is None:
        return []
    parties = (read.asked.requester, read.asked.holder, read.asked.recipient)
    return list(dict.fromkeys(each.oin for each in parties if each.oin))


def _facts(read: Read) -> str:
    facts = read.decided.facts if read.decided else None
    return "" if facts is None else orjson.dumps(facts, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode()


ROUTES = (
    Route("GET", "/regels/{record}", Permission.DECISION, by_id),
    Route("GET", "/regels/{year}/{number}", Permission.DECISION, show),
    Route("GET", "/regels/{year}/{number}/ontvangstbewijs", Permission.DECISION, receipt),
)
