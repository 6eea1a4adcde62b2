"""Vandaag: what somebody sees first."""

from gateway.desk.desk import Desk
from gateway.desk.page import Page, Seen
from gateway.desk.roles import Permission
from gateway.desk.routes import Route
from gateway.desk.visit import Visit


async def today(desk: Desk, visit: Visit) -> Page:
    return Page("today/today.html.j2", "title", Seen("vandaag"))


ROUTES = (Route("GET", "", Permission.HOME, today),)
