"""The pages: a module each, with its routes."""

from gateway.desk.pages import about, stepup, today
from gateway.desk.routes import Route

ROUTES: tuple[Route, ...] = (*today.ROUTES, *about.ROUTES, *stepup.ROUTES)
