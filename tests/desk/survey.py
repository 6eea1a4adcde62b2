"""Which pages there are: found by following every link from the first page on, so that no route is left out and none is
only there for who knows its address.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

from gateway.desk.pages import ROUTES
from gateway.desk.routes import Route
from tests.support.desk import URL, Person

MOST = 600
AGAIN = 4
"""How many addresses of one route are followed: lists link to lists without end."""


@dataclass
class Survey:
    """`pages`: route → addresses; `files`: those that give a file; `forms`: route of a form → the page that has it;
    `broken`: addresses that some page links to and that answer otherwise than 200; `anchors`: address → fragment of
    links into the word list.
    """

    pages: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)


def route_of(path: str, method: str = "GET", routes: Sequence[Route] = ROUTES) -> Route | None:
    """The route of a path with its tenant, the most literal one first as the router has them in order."""
    for route in routes:
        pattern = re.sub(r"\\{\w+(:\w+)?\\}", "[^/]+", re.escape(route.path).replace(r"\:", ":"))
        if route.method == method and re.fullmatch(rf"/[a-z]+{pattern}", path):
            return route
    return None


async def survey(person: Person, start: str, found: Survey | None = None) -> Survey:
    """Follow links from a page on, within its tenant. `found`: what was found before, to add to."""
    found, queue, known = found or Survey(), deque([start]), {start}
    tenant = "/" + start.split("/")[1]
    while queue and len(known) < MOST:
        path = queue.popleft()
        route = route_of(urlsplit(path).path)
        reached = found.pages.setdefault(route.path, []) if route else []
        if route and (len(reached) >= AGAIN or route.path in found.files):
            continue
        response = await person.get(path)
        if response.status_code != 200:
            found.broken.append(f"{path}: {response.status_code}")
            continue
        if route and "content-disposition" in response.headers:
            found.files[route.path] = path
            continue
        reached.append(path)
        _read(response.text, path, found)
        for link in _links(response.text, path):
            if link not in known and (link == tenant or link.startswith((f"{tenant}/", f"{tenant}?"))):
                known.add(link)
                queue.append(link)
    return found


def _links(page: str, here: str) -> list[str]:
    targets = [unescape(each) for each in re.findall(r'<a\b[^>]*?\shref="([^"]*)"', page)]
    whole = [urlsplit(urljoin(URL + here, each)) for each in targets]
    return [each.path + (f"?{each.query}" if each.query else "") for each in whole if each.geturl().startswith(URL)]


def _read(page: str, here: str, found: Survey) -> None:
    found.anchors |= set(re.findall(r'href="[^"]*/woordenlijst#([^"]+)"', page))
    for form in re.findall(r"<form\b[^>]*>", page):
        if 'method="post"' in form and (action := re.search(r'action="([^"]*)"', form)):
            route = route_of(urlsplit(urljoin(URL + here, unescape(action[1]))).path, "POST")
            if route is not None:
                found.forms.setdefault(route.path, here)


def paths(routes: Sequence[Route], method: str) -> set[str]:
    return {each.path for each in routes if each.method == method}


def first_of(found: Survey) -> Mapping[str, str]:
    """One address of each route."""
    return {route: each[0] for route, each in found.pages.items() if each}
