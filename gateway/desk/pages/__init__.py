"""The pages: a module each, with its routes."""

from gateway.desk.pages import about, check, dossiers, entry, samples, signals, stepup, subject, today, writing
from gateway.desk.routes import Route

ROUTES: tuple[Route, ...] = (
    *today.ROUTES,
    *about.ROUTES,
    *stepup.ROUTES,
    *subject.ROUTES,
    *entry.ROUTES,
    *writing.ROUTES,
    *dossiers.ROUTES,
    *samples.ROUTES,
    *signals.ROUTES,
    *check.ROUTES,
)
