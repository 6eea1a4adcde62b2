"""Steekproeven: a fair sample of the records that a filter means, judged one by one, that anybody can draw again.

Rules:
- The seed is made here, of fresh randomness, and recorded with what it drew before anything of it is shown.
- A verdict that is given here is one of the record, as if it were given on its own page.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.desk.desk import Desk
from gateway.desk.errors import Refused
from gateway.desk.forms import text_of
from gateway.desk.lists.labels import labels_of
from gateway.desk.lists.sentences import sentence
from gateway.desk.page import Answer, Page, Redirect, Seen
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.visit import Visit
from gateway.model.writing import WritingKind
from gateway.review import judged
from gateway.review.filter import Filter
from gateway.review.index import Index
from gateway.review.judged import Finding, Judged, Unwritable, by_record
from gateway.review.samples import (
    ALGORITHM,
    MOST,
    SEED_BYTES,
    SIZE,
    Redrawn,
    Sample,
    at_most,
    drawable,
    drawn,
    progress,
    redraw,
    samples_of,
)

TITLE = 120
DEFAULT = "soort=verstrekking&soort=weigering"


async def of(desk: Desk, visit: Visit) -> list[Sample]:
    """Those of a tenant, newest first."""
    return samples_of(await desk.writings.all(visit.tenant, WritingKind.SAMPLE))[::-1]


async def listed(desk: Desk, visit: Visit, wrong: str = "") -> Page:
    """The samples, and a form for a new one; `?…` is the filter that a list was looking at."""
    samples = await of(desk, visit)
    said = by_record(await desk.writings.all(visit.tenant))
    query, meant = text_of(visit, "filter") if wrong else visit.url.partition("?")[2] or DEFAULT, None
    try:
        filter = drawable(query)
        query, meant = filter.query(), await asyncio.to_thread(desk.indexes[visit.tenant].count, filter)
    except Unwritable as error:
        query, wrong = DEFAULT, wrong or error.member
    context = {
        "samples": [(each, progress(each.records, said)) for each in samples],
        "filter": query,
        "sentence": sentence(drawable(query), labels_of(desk, visit.language)),
        "meant": meant,
        "size": text_of(visit, "size") or SIZE,
        "name": text_of(visit, "title"),
        "wrong": wrong,
        "most": MOST,
    }
    look = Seen("steekproeven", count=len(samples))
    return Page("samples/list.html.j2", "title", look, context, status=422 if wrong else 200)


async def begun(desk: Desk, visit: Visit) -> Answer:
    """Draw a sample, record it, and then show it."""
    index = desk.indexes[visit.tenant]
    try:
        title = judged.words("title", text_of(visit, "title"), longest=TITLE)
        filter, size = drawable(text_of(visit, "filter")), _size(text_of(visit, "size"))
        seals = {year: (seal.size, seal.root) for year, seal in index.level.seals.items()}
        population = await asyncio.to_thread(_population, index, filter, {year: n for year, (n, _) in seals.items()})
        if not population:
            raise Unwritable("filter")
    except Unwritable as error:
        return await listed(desk, visit, error.member)
    seed = secrets.token_bytes(SEED_BYTES).hex()
    content = await asyncio.to_thread(
        lambda: drawn(population, seed, size, title=title, filter=filter.query(), seals=seals)
    )
    written = await desk.writings.write(
        visit.tenant,
        who=visit.who,
        role=visit.role,
        kind=WritingKind.SAMPLE,
        about=tuple(content["records"]),
        content=content,
    )
    return Redirect(f"/steekproeven/{written.id}", said="said.drawn")


async def show(desk: Desk, visit: Visit) -> Page:
    sample, said = await find(desk, visit)
    return await _page(desk, visit, sample, said)


async def checked(desk: Desk, visit: Visit) -> Page:
    """The sample drawn again, now."""
    sample, said = await find(desk, visit)
    return await _page(desk, visit, sample, said, await asyncio.to_thread(_redraw, desk.indexes[visit.tenant], sample))


async def verdict(desk: Desk, visit: Visit) -> Answer:
    """A verdict on one of its records, and on to the next."""
    sample, said = await find(desk, visit)
    record = text_of(visit, "record")
    if record not in sample.records:
        raise Refused(404)
    try:
        content = judged.verdict(text_of(visit, "verdict"), text_of(visit, "why"), sample.id)
    except Unwritable as error:
        return await _page(desk, visit, sample, said, wrong=error.member, current=record)
    await desk.writings.write(
        visit.tenant, who=visit.who, role=visit.role, kind=WritingKind.VERDICT, about=(record,), content=content
    )
    return Redirect(f"/steekproeven/{sample.id}", said="said.verdict")


async def _page(
    desk: Desk,
    visit: Visit,
    sample: Sample,
    said: Mapping[str, Judged],
    redrawn: Redrawn | None = None,
    *,
    wrong: str = "",
    current: str = "",
) -> Page:
    index, far = desk.indexes[visit.tenant], progress(sample.records, said)
    lines = {each: index.of_record(each) for each in sample.records}
    bad = far.judged - far.findings[Finding.RECHTMATIG]
    verdicts = {each: found for each in sample.records if each in said and (found := said[each].verdict)}
    context: dict[str, Any] = {
        "sample": sample,
        "sentence": sentence(drawable(sample.filter), labels_of(desk, visit.language)),
        "found": {
            finding: [each for each, verdict in verdicts.items() if verdict.content["verdict"] == finding]
            for finding in Finding
        },
        "far": far,
        "lines": lines,
        "verdicts": verdicts,
        "current": current or far.next,
        "bad": bad,
        "limit": at_most(bad, far.judged),
        "redrawn": redrawn,
        "algorithm": ALGORITHM,
        "findings": list(Finding),
        "wrong": wrong,
        "typed": {"verdict": text_of(visit, "verdict"), "why": text_of(visit, "why")},
    }
    look = Seen("steekproef", sample.id, len(sample.records))
    return Page("samples/sample.html.j2", "title.one", look, context, status=422 if wrong else 200)


async def find(desk: Desk, visit: Visit) -> tuple[Sample, Mapping[str, Judged]]:
    found = next((each for each in await of(desk, visit) if each.id == visit.path["id"]), None)
    if found is None:
        raise Refused(404)
    return found, by_record(await desk.writings.all(visit.tenant))


def _population(index: Index, filter: Filter, sizes: Mapping[int, int]) -> Sequence[str]:
    return list(index.records(filter, sizes))


def _redraw(index: Index, sample: Sample) -> Redrawn:
    population = _population(index, drawable(sample.filter), sample.sizes)
    lines = {each: index.of_record(each) for each in sample.records}
    erased = [each for each, line in lines.items() if line and not line.readable and not line.damaged]
    return redraw(sample, population, erased)


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST):
        raise Unwritable("size")
    return int(text)


ROUTES = (
    Route("GET", "/steekproeven", Permission.READ, listed),
    Route("POST", "/steekproeven", Permission.WRITE, begun),
    Route("GET", "/steekproeven/{id}", Permission.READ, show),
    Route("GET", "/steekproeven/{id}/narekenen", Permission.READ, checked),
    Route("POST", "/steekproeven/{id}/oordeel", Permission.WRITE, verdict),
)
