"""Wie keek: who looked at what of this tenant's log, when, in what role and at how much. To see it is a look too."""

from collections.abc import Mapping, Sequence
from datetime import date

from starlette.concurrency import run_in_threadpool

from gateway.desk.desk import Desk
from gateway.desk.errors import Refused
from gateway.desk.page import Download, Page, Seen
from gateway.desk.paging import page_of
from gateway.desk.roles import Permission, Role
from gateway.desk.routes import Route
from gateway.desk.taken import listed as as_file
from gateway.desk.visit import Visit
from gateway.review.acts import Looked
from gateway.review.looks import Watched, tail

PATH, PAGE = "/wie-keek", 50
OPERATOR = "operator"
"""Who looks at the command line."""
NAMES = ("dag", "wie", "wat", "pagina")
COLUMNS = ("tijd", "wie", "rol", "wat", "filter", "aantal")


async def show(desk: Desk, visit: Visit) -> Page:
    every = await run_in_threadpool(desk.acts[visit.tenant].looks)
    asked, chosen = _asked(visit, every), _chosen(visit)
    found = asked.of(every)
    last = max((len(found) - 1) // PAGE, 0)
    place = page_of(visit) - 1
    if place > last:
        raise Refused(400, member="pagina")
    shown = found[place * PAGE : (place + 1) * PAGE]
    context = {
        "looks": shown,
        "total": len(found),
        "first": place * PAGE + 1,
        "people": sorted({(each.look.who, tail(each.look.who)) for each in every}),
        "things": sorted({each.look.what for each in every}),
        "chosen": chosen,
        "previous": {**chosen, "pagina": place} if place else None,
        "next": {**chosen, "pagina": place + 2} if place < last else None,
        "roles": set(Role) | {OPERATOR},
        "skipped": sum(desk.acts[visit.tenant].skipped.values()),
    }
    return Page("looks/looks.html.j2", "title", _seen(chosen, len(shown)), context)


async def taken(desk: Desk, visit: Visit) -> Download:
    """All that are meant, as a file."""
    every = await run_in_threadpool(desk.acts[visit.tenant].looks)
    asked, chosen = _asked(visit, every), _chosen(visit)
    form = visit.path["form"]
    found = asked.of(every)
    head = {"tenant": visit.tenant, "filter": _told(chosen), "moment": visit.now, "aantal": len(found)}
    look = Seen(f"wie-keek als {form}", _told(chosen), len(found))
    name = f"wie-keek-{visit.tenant}-{visit.now:%Y-%m-%d}"
    return await run_in_threadpool(as_file, form, name, COLUMNS, map(_row, found), head, look)


def _asked(visit: Visit, every: Sequence[Looked]) -> Watched:
    """Which looks are meant. What stands in no look is refused: what is chosen is recorded, and an address could have
    anything in it.
    """
    if set(visit.query) - set(NAMES):
        raise Refused(400)
    day, who, what = (visit.query.get(name, "") for name in NAMES[:3])
    if who not in {"", *(tail(each.look.who) for each in every)}:
        raise Refused(400, member="wie")
    if what not in {"", *(each.look.what for each in every)}:
        raise Refused(400, member="wat")
    try:
        return Watched(date.fromisoformat(day) if day else None, who, what)
    except ValueError:
        raise Refused(400, member="dag") from None


def _chosen(visit: Visit) -> dict[str, str]:
    return {name: visit.query[name] for name in NAMES[:3] if visit.query.get(name)}


def _told(chosen: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in chosen.items())


def _seen(chosen: Mapping[str, str], count: int) -> Seen:
    return Seen("wie-keek", _told(chosen), count)


def _row(looked: Looked) -> tuple[object, ...]:
    look = looked.look
    return looked.at, look.who, look.role, look.what, look.filter, look.count


ROUTES = (
    Route("GET", PATH, Permission.LOOKS, show),
    Route("GET", f"{PATH}/bestand.{{form}}", Permission.EXPORT, taken, step_up=True),
)
