"""Beheer: whether everything runs, and how old the keys are. No record is read for it."""

from starlette.concurrency import run_in_threadpool

from gateway.desk.desk import Desk
from gateway.desk.page import Page, Seen
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.visit import Visit

MIB = 1 << 20


async def show(desk: Desk, visit: Visit) -> Page:
    found = await run_in_threadpool(desk.examiner.examine, visit.tenant, visit.now)
    context = {"health": found, "free": found.free // MIB, "least": desk.examiner.least // MIB}
    return Page("health/health.html.j2", "title", Seen("beheer"), context)


ROUTES = (Route("GET", "/beheer", Permission.HEALTH, show),)
