"""Bewijs: a package that proves records to anybody, without us.

Rules:
- Before anything leaves it is told in numbers what will; the bodies of records leave only for who says twice that they
  may.
- A package is made for who proved a short while ago who they are, and the look is recorded before it is given.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from gateway.desk.desk import Desk
from gateway.desk.errors import Refused
from gateway.desk.page import Download, Page, Seen
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.visit import Visit
from gateway.model.amsterdam import AMSTERDAM
from gateway.model.writing import WritingKind
from gateway.review.dossiers import fold
from gateway.review.evidence.packages import MOST, Order, Place
from gateway.review.filter import RECORD, Filter, WrongFilter
from gateway.tlog.tiles import TreeDamaged
from gateway.verify.errors import VerificationError

PATH = "/bewijs"
BY_ID, BY_DOSSIER = "regels", "dossier"


@dataclass(frozen=True, slots=True)
class Chosen:
    """`records`: ids, by place; `about`: how they were chosen, in words; `more`: there are more than fit."""

    records: dict[Place, str]
    about: str = field(default="", repr=False)
    more: bool = False


async def show(desk: Desk, visit: Visit) -> Page:
    return await _page(desk, visit, await _chosen(desk, visit))


async def make(desk: Desk, visit: Visit) -> Page | Download:
    """The package of the records in the form."""
    given = [str(each) for each in visit.form.getlist(BY_ID)]
    chosen = _within(await _places(desk, visit, given), _typed(visit, "about"))
    records, bodies = chosen.records, _typed(visit, "inhoud") == "ja"
    if not records or chosen.more:
        return await _page(desk, visit, chosen, status=422)
    if bodies and _typed(visit, "akkoord") != "ja":
        return await _page(desk, visit, chosen, wrong="agree", status=422)
    role = desk.renderer.text("evidence", "nl", f"role.{visit.role}")
    who = f"{visit.session.name} ({role})"
    order = Order(visit.tenant, tuple(records), who, visit.now, chosen.about, bodies)
    try:
        content = await asyncio.to_thread(desk.packages.make, order)
    except (VerificationError, TreeDamaged, LookupError):
        return await _page(desk, visit, chosen, wrong="unproved", status=409)
    name = f"bewijs-{visit.tenant}-{visit.now.astimezone(AMSTERDAM):%Y%m%d-%H%M%S}.zip"
    what = "bewijspakket met inhoud" if bodies else "bewijspakket"
    return Download(content, name, "application/zip", Seen(what, " ".join(records.values()), len(records)))


async def _page(desk: Desk, visit: Visit, chosen: Chosen, *, wrong: str = "", status: int = 200) -> Page:
    contents = None
    if chosen.records and not chosen.more:
        try:
            contents = await asyncio.to_thread(desk.packages.contents, visit.tenant, tuple(chosen.records))
        except LookupError:
            wrong, status = "unproved", 409
    context = {
        "chosen": chosen,
        "contents": contents,
        "years": sorted({year for year, _ in chosen.records}),
        "wrong": wrong,
        "most": MOST,
        "with_bodies": _typed(visit, "inhoud") == "ja",
    }
    look = Seen("bewijs", " ".join(chosen.records.values()), len(chosen.records))
    return Page("evidence/evidence.html.j2", "title", look, context, status=status)


async def _chosen(desk: Desk, visit: Visit) -> Chosen:
    """What the URL means: records, a dossier, or a filter."""
    query = visit.query
    if BY_ID in query:
        return _within(await _places(desk, visit, query.getlist(BY_ID)))
    if BY_DOSSIER in query:
        found = fold(await desk.writings.all(visit.tenant, WritingKind.DOSSIER))
        dossier = next((each for each in found if each.id == query[BY_DOSSIER]), None)
        if dossier is None:
            raise Refused(404)
        return _within(await _places(desk, visit, dossier.records), f"dossier: {dossier.title}")
    if not query:
        return Chosen({})
    try:
        meant = Filter.read({name: query.getlist(name) for name in query})
    except WrongFilter:
        raise Refused(422) from None
    lines = await asyncio.to_thread(lambda: list(islice(desk.indexes[visit.tenant].lines(meant), MOST + 1)))
    return _within(dict(sorted(((line.year, line.number), line.record) for line in lines)))


def _within(records: dict[Place, str], about: str = "") -> Chosen:
    if len(records) > MOST:
        return Chosen(dict(islice(records.items(), MOST)), about, True)
    return Chosen(records, about)


async def _places(desk: Desk, visit: Visit, given: Sequence[str]) -> dict[Place, str]:
    """Where the records of these ids stand, of the tenant's log alone. `Refused` where one is none of it."""
    ids = list(dict.fromkeys(each for text in given for each in re.split(r"[\s,]+", text) if each))
    if len(ids) > 4 * MOST or any(RECORD.fullmatch(each) is None for each in ids):
        raise Refused(422)
    index = desk.indexes[visit.tenant]

    def find() -> dict[Place, str]:
        found = {}
        for each in ids[: MOST + 1]:
            line = index.of_record(each)
            place = (line.year, line.number) if line else desk.reading.place(visit.tenant, each)
            if place is None:
                raise Refused(404)
            found[place] = each
        return dict(sorted(found.items()))

    return await asyncio.to_thread(find)


def _typed(visit: Visit, name: str) -> str:
    value = visit.form.get(name, "")
    return value[:500] if isinstance(value, str) else ""


ROUTES = (
    Route("GET", PATH, Permission.EXPORT, show),
    Route("POST", PATH, Permission.EXPORT, make, step_up=True),
)
