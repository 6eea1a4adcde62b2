"""The pages: a module each, with its routes."""

from gateway.desk.pages import (
    about,
    check,
    dossiers,
    entry,
    evidence,
    figures,
    health,
    lines,
    lines_taken,
    looks,
    policies,
    questions,
    samples,
    signals,
    stepup,
    subject,
    today,
    writing,
)
from gateway.desk.routes import Route

ROUTES: tuple[Route, ...] = (
    *today.ROUTES,
    *about.ROUTES,
    *stepup.ROUTES,
    *subject.ROUTES,
    *lines.ROUTES,
    *lines_taken.ROUTES,
    *questions.ROUTES,
    *entry.ROUTES,
    *writing.ROUTES,
    *dossiers.ROUTES,
    *samples.ROUTES,
    *signals.ROUTES,
    *figures.ROUTES,
    *check.ROUTES,
    *evidence.ROUTES,
    *looks.ROUTES,
    *health.ROUTES,
    *policies.ROUTES,
)
