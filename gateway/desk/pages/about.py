"""What the desk says of itself: the word list, the statement on accessibility, and the two settings of a session.

Both pages also stand outside every tenant, for who is not signed in: they say nothing of anybody.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gateway.catalogue.catalogue import Code, Kind
from gateway.desk.desk import Desk
from gateway.desk.errors import Refused
from gateway.desk.failures import spoken
from gateway.desk.page import Page, Redirect, Seen
from gateway.desk.roles import Permission
from gateway.desk.routes import LANGUAGE, Route
from gateway.desk.visit import Visit

KEYS = "keys"
KINDS = (
    Kind.OUTCOME,
    Kind.REASON,
    Kind.RUNG,
    Kind.BASIS,
    Kind.OBLIGATION,
    Kind.NARROWING,
    Kind.EVENT,
    Kind.ERASURE,
    Kind.FAULT,
)
"""What a reader of the log meets, in the order of the page."""


def _glossary(desk: Desk) -> Page:
    kinds: list[tuple[Kind, list[Code]]] = [
        (kind, sorted(desk.catalogue.of(kind), key=lambda each: each.code)) for kind in KINDS
    ]
    return Page(
        "glossary/glossary.html.j2",
        "title",
        Seen("woordenlijst"),
        {
            "words": desk.renderer.keys("glossary", "word."),
            "facets": desk.renderer.keys("glossary", "facet."),
            "kinds": [each for each in kinds if each[1]],
        },
    )


def _accessibility(desk: Desk) -> Page:
    return Page("accessibility/accessibility.html.j2", "title", Seen("toegankelijkheid"), {"contact": desk.contact})


async def glossary(desk: Desk, visit: Visit) -> Page:
    return _glossary(desk)


async def accessibility(desk: Desk, visit: Visit) -> Page:
    return _accessibility(desk)


async def change(desk: Desk, visit: Visit) -> Redirect:
    """Another language, or keys on and off, for this session; back to where somebody was."""
    form, kept = visit.form, visit.session.kept
    if form.get("taal") in ("nl", "en"):
        kept[LANGUAGE] = form["taal"]
    elif form.get("toetsen") in ("aan", "uit"):
        kept[KEYS] = form["toetsen"] == "aan"
    else:
        raise Refused(422)
    await run_in_threadpool(desk.sessions.save, visit.session)
    back = form.get("verder", "")
    inside = isinstance(back, str) and back.startswith("/") and back.isascii() and back.isprintable()
    return Redirect(back if inside else "")


def public(desk: Desk) -> list[tuple[str, Callable[[Request], Awaitable[Response]]]]:
    """Path and endpoint of what anybody may read."""

    def showing(page: Callable[[Desk], Page]) -> Callable[[Request], Awaitable[Response]]:
        async def show(request: Request) -> Response:
            made, language = page(desk), spoken(request.scope)
            title = desk.renderer.text(made.template.partition("/")[0], language, made.title)
            text = desk.renderer.page(
                made.template, language, desk.clock.now(), None, **{"title": title, **made.context}
            )
            return HTMLResponse(text)

        return show

    return [("/woordenlijst", showing(_glossary)), ("/toegankelijkheid", showing(_accessibility))]


ROUTES = (
    Route("GET", "/woordenlijst", Permission.HOME, glossary),
    Route("GET", "/toegankelijkheid", Permission.HOME, accessibility),
    Route("POST", "/instellingen", Permission.HOME, change),
)
