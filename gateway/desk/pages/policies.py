"""Beleid: which version of the policies decided what, since when, signed by whom and why, what each changed in
sentences, and what followed.

Rules:
- Every version has a page of its own for ever: what decided can be read for as long as the archive keeps it.
- Whoever may see figures but no lists gets numbers without links, and none that is so small that it tells of somebody.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.desk import dates
from gateway.desk.desk import Desk
from gateway.desk.errors import Refused
from gateway.desk.page import Download, Page, Seen
from gateway.desk.paging import page_of
from gateway.desk.policy_words import sentences
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.taken import listed as as_file
from gateway.desk.visit import Visit
from gateway.model.amsterdam import day_of
from gateway.review.figures.suppress import small
from gateway.review.filter import Filter
from gateway.review.index import Index
from gateway.review.policies.caused import DECIDED, OUTCOMES, Side
from gateway.review.policies.revisions import Term
from gateway.review.policies.rows import rows

SHOWN = 10
"""Terms on a page of the list."""
FEW = 6
"""Sentences of a difference in the list; all of them stand on the version's own page."""
COLUMNS = ("revision", "since", "until", "signer", "step", "reason", "decided", "changes")


async def overview(desk: Desk, visit: Visit) -> Page:
    """Every time in which a version decided, the newest first."""
    found, decided = await asyncio.to_thread(_terms, desk, visit)
    page = page_of(visit) - 1
    shown = found[SHOWN * page : SHOWN * (page + 1)]
    if page and not shown:
        raise Refused(404)
    told = await asyncio.to_thread(lambda: [_told(desk, visit, each) for each in shown])
    context = {
        "terms": [
            (each, said, _count(visit, decided.get(each.revision, 0))) for each, said in zip(shown, told, strict=True)
        ],
        "few": FEW,
        "total": len(found),
        "link": lambda revision: _link(visit, _all_of(revision)),
        "previous": f"/beleid?pagina={page}" if page else None,
        "following": f"/beleid?pagina={page + 2}" if len(found) > SHOWN * (page + 1) else None,
    }
    return Page("policies/list.html.j2", "title", Seen("beleid", count=len(found)), context)


async def version(desk: Desk, visit: Visit) -> Page:
    """One version: its terms, what it changed, what followed, and its bases."""
    revision = visit.path["revision"]
    found, decided = await asyncio.to_thread(_terms, desk, visit)
    own = [each for each in found if each.revision == revision]
    bundle = await asyncio.to_thread(desk.policies.bundle, revision) if own or _is_kept(desk, revision) else None
    if not own and bundle is None:
        raise Refused(404)
    newest = own[0] if own else Term(revision)
    index = desk.indexes[visit.tenant]
    effects = await asyncio.to_thread(desk.policies.caused, newest, index, day_of(visit.now))
    context = {
        "revision": revision,
        "terms": own,
        "newest": newest,
        "decided": _count(visit, decided.get(revision, 0)),
        "link": _link(visit, _all_of(revision)),
        "told": await asyncio.to_thread(_told, desk, visit, newest),
        "effects": [
            (each, [_cells(visit, each.basis, side) for side in (each.before, each.after)]) for each in effects
        ],
        "outcomes": OUTCOMES,
        "said_day": lambda day: dates.day(day, visit.language),
        "rows": rows(bundle) if bundle else None,
        "reads": visit.may(Permission.READ),
        "opens": visit.may(Permission.DECISION),
    }
    look = Seen("beleid: versie", revision, decided.get(revision, 0))
    return Page("policies/version.html.j2", "title_version", look, context, {"revision": revision[:12]})


async def taken(desk: Desk, visit: Visit) -> Download:
    """The list as a file."""
    found, decided = await asyncio.to_thread(_terms, desk, visit)
    listed = [
        (
            each.revision,
            each.since,
            each.until,
            each.signer,
            each.step,
            each.reason,
            _count(visit, decided.get(each.revision, 0)),
            await asyncio.to_thread(_told, desk, visit, each),
        )
        for each in found
    ]
    level = desk.indexes[visit.tenant].level
    head = {
        "tenant": visit.tenant,
        "list": "beleid",
        "seals": [f"{year}: {seal.size} {seal.root}" for year, seal in sorted(level.seals.items())],
        "made": visit.now,
        "count": len(listed),
    }
    look = Seen("beleid: bestand", count=len(listed))
    return as_file(visit.path["form"], f"beleid-{visit.tenant}", COLUMNS, listed, head, look)


def _terms(desk: Desk, visit: Visit) -> tuple[list[Term], Mapping[str, int]]:
    index: Index = desk.indexes[visit.tenant]
    return desk.policies.terms(visit.tenant, index), desk.policies.decided(index)


def _told(desk: Desk, visit: Visit, term: Term) -> list[str] | None:
    """The sentences of what a term changed, None where that cannot be told."""
    changes = desk.policies.changes(term)
    return None if changes is None else sentences(desk.renderer, visit.language, changes)


def _is_kept(desk: Desk, revision: str) -> bool:
    return desk.policies.bundle(revision) is not None


def _all_of(revision: str) -> Filter:
    return Filter.of(soort=DECIDED, beleid=revision)


def _link(visit: Visit, filter: Filter) -> str | None:
    """The list behind a number, for who may see it."""
    return f"/{visit.tenant}/verstrekkingen?{filter.query()}" if visit.may(Permission.READ) else None


def _count(visit: Visit, count: int) -> int | None:
    """A number, None where it is too small for who may not see the list behind it."""
    return None if small(count) and not visit.may(Permission.READ) else count


def _cells(visit: Visit, basis: str, side: Side) -> Sequence[tuple[int | None, str | None]]:
    cells: list[tuple[Any, Any]] = []
    for outcome in OUTCOMES:
        count = side.counts[outcome]
        cells.append((_count(visit, count), _link(visit, side.filter(basis, outcome)) if count else None))
    return cells


ROUTES = (
    Route("GET", "/beleid", Permission.POLICIES, overview),
    Route("GET", "/beleid/bestand.{form}", Permission.POLICIES, taken, step_up=True),
    Route("GET", "/beleid/{revision}", Permission.POLICIES, version),
)
