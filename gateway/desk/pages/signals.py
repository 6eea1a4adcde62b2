"""Opvallend: what deserves a look and why, what was put aside, and where the thresholds stand."""

from datetime import timedelta
from typing import Any

from gateway.desk.desk import Desk
from gateway.desk.errors import Refused
from gateway.desk.forms import text_of
from gateway.desk.notable import told
from gateway.desk.page import Answer, Page, Redirect, Seen
from gateway.desk.paging import page_of
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.visit import Visit
from gateway.model.writing import WritingKind
from gateway.review.signals.rule import Rule
from gateway.review.signals.rules import RULES
from gateway.review.signals.signals import LONGEST_WHY, NoReason, UnknownSignal
from gateway.review.signals.watch import SHOWN

SPANS = (SHOWN.days, 91, 364)
AT_ONCE = 50
PATH, THRESHOLDS = "/opvallend", "/opvallend/drempels"


async def show(desk: Desk, visit: Visit) -> Page:
    return await _page(desk, visit)


async def dismiss(desk: Desk, visit: Visit) -> Answer:
    signal, why = text_of(visit, "melding"), text_of(visit, "waarom")
    try:
        await desk.signals.dismiss(visit.tenant, visit.now, signal, who=visit.who, role=visit.role, why=why)
    except NoReason:
        return await _page(desk, visit, wrong=signal, typed=why)
    except UnknownSignal:
        return Redirect(PATH, said="said.gone")
    return Redirect(PATH, said="said.dismissed")


async def undo(desk: Desk, visit: Visit) -> Answer:
    try:
        await desk.signals.undo(visit.tenant, text_of(visit, "terzijde"), who=visit.who, role=visit.role)
    except UnknownSignal:
        return Redirect(PATH, said="said.gone")
    return Redirect(PATH, said="said.undone")


async def thresholds(desk: Desk, visit: Visit) -> Page:
    given = {name: visit.query.get(name, "") for name in visit.query}
    return await _thresholds(desk, visit, given)


async def set_thresholds(desk: Desk, visit: Visit) -> Answer:
    given = {name: text_of(visit, name) for name in visit.form}
    why = given.get("waarom", "")
    try:
        await desk.signals.set(visit.tenant, given.get("regel", ""), given, who=visit.who, role=visit.role, why=why)
    except UnknownSignal:
        raise Refused(422, member="regel") from None
    except NoReason:
        return await _thresholds(desk, visit, given, wrong="waarom")
    except ValueError:
        return await _thresholds(desk, visit, given)
    return Redirect(THRESHOLDS, said="said.set")


async def _page(desk: Desk, visit: Visit, *, wrong: str = "", typed: str = "") -> Page:
    days = visit.query.get("dagen", str(SPANS[0]))
    if days not in map(str, SPANS):
        raise Refused(400, member="dagen")
    found = await desk.signals.all(visit.tenant, visit.now, timedelta(int(days)))
    page, pages = _pages(visit, len(found.signals))
    shown = found.signals[(page - 1) * AT_ONCE : page * AT_ONCE]
    context = {
        "signals": [told(desk, visit.language, each) for each in shown],
        "total": len(found.signals),
        "at_page": page,
        "last_page": pages,
        "aside": [(told(desk, visit.language, each), each.dismissed) for each in found.aside],
        "reckoned": found.found is not None,
        "at": found.found and found.found.level.at,
        "behind": found.behind,
        "days": int(days),
        "spans": SPANS,
        "wrong": wrong,
        "typed": typed[:LONGEST_WHY],
    }
    look = Seen("opvallend", f"dagen={days}" + (f"&pagina={page}" if page > 1 else ""), len(shown))
    return Page("signals/signals.html.j2", "title", look, context, status=422 if wrong else 200)


def _pages(visit: Visit, total: int) -> tuple[int, int]:
    """Which page is asked for, and of how many. One beyond the last is the last."""
    last = max(1, -(-total // AT_ONCE))
    return min(page_of(visit), last), last


async def _thresholds(desk: Desk, visit: Visit, given: dict[str, str], *, wrong: str = "") -> Page:
    """`given`: what was typed for the rule that it names."""
    tried, preview = given.get("regel", ""), None
    if tried and tried not in RULES:
        raise Refused(400, member="regel")
    if tried and not wrong:
        try:
            preview = await desk.signals.preview(visit.tenant, visit.now, tried, given)
        except UnknownSignal:
            preview = None
        except ValueError as error:
            wrong = str(error)
    judgement = (await desk.signals.all(visit.tenant, visit.now)).judged
    context = {
        "rules": [
            _rule(rule, judgement.thresholds[rule.name], given if rule.name == tried else {}) for rule in RULES.values()
        ],
        "set_by": judgement.set_by,
        "written": list(reversed(await desk.writings.all(visit.tenant, WritingKind.THRESHOLD))),
        "tried": tried,
        "preview": preview,
        "wrong": wrong,
        "why": given.get("waarom", "")[:LONGEST_WHY],
        "term": desk.justification_days,
        "weeks": SHOWN.days // 7,
    }
    look = Seen("opvallend: drempels")
    return Page("signals/thresholds.html.j2", "thresholds.title", look, context, status=422 if wrong else 200)


def _rule(rule: Rule, values: dict[str, int], given: dict[str, str]) -> dict[str, Any]:
    numbers = [(each, values[each.name], given.get(each.name, str(values[each.name]))[:7]) for each in rule.thresholds]
    return {"name": rule.name, "numbers": numbers}


ROUTES = (
    Route("GET", PATH, Permission.READ, show),
    Route("POST", f"{PATH}/terzijde", Permission.WRITE, dismiss),
    Route("POST", f"{PATH}/terug", Permission.WRITE, undo),
    Route("GET", THRESHOLDS, Permission.READ, thresholds),
    Route("POST", THRESHOLDS, Permission.WRITE, set_thresholds),
)
