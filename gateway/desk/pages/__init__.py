"""The pages: a module each, with its routes."""

from gateway.desk.pages import about, entry, signals, stepup, subject, today, writing
from gateway.desk.routes import Route

ROUTES: tuple[Route, ...] = (
    *today.ROUTES,
    *about.ROUTES,
    *stepup.ROUTES,
    *subject.ROUTES,
    *entry.ROUTES,
    *writing.ROUTES,
    *signals.ROUTES,
)
