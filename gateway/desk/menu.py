"""The main menu: what a role may see and nothing else, in one order on every page (WCAG 3.2.3)."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.desk.roles import Permission
from gateway.desk.visit import Visit

_P = Permission
ENTRIES: tuple[tuple[str, Permission], ...] = (
    ("", _P.HOME),
    ("/verstrekkingen", _P.READ),
    ("/opvallend", _P.READ),
    ("/steekproeven", _P.READ),
    ("/dossiers", _P.READ),
    ("/betrokkene", _P.SUBJECT),
    ("/cijfers", _P.FIGURES),
    ("/beleid", _P.POLICIES),
    ("/controle", _P.VERIFY),
    ("/wie-keek", _P.LOOKS),
    ("/beheer", _P.HEALTH),
)
"""Path below the tenant → permission of its page. Its words: `menu<path>` in locale/common.yaml."""


@dataclass(frozen=True, slots=True)
class Entry:
    path: str
    key: str
    current: bool


def menu(visit: Visit) -> list[Entry]:
    """What this role may see; `current` is the part of the desk that the page belongs to."""
    here = visit.url.partition("?")[0].removeprefix(f"/{visit.tenant}")
    part = "/" + here.strip("/").partition("/")[0] if here.strip("/") else ""
    return [Entry(path, f"menu{path}", path == part) for path, permission in ENTRIES if visit.may(permission)]
