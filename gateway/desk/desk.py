"""What the pages have: the review's parts and what surrounds them. `app` puts it together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.catalogue import Catalogue
from gateway.desk.render import Renderer
from gateway.desk.visit import Session, Sessions, Visit
from gateway.model.codes import Tenant
from gateway.model.look import Look
from gateway.review.acts import Acts
from gateway.review.writings import Writings

FRESH = timedelta(minutes=5)
"""How long ago somebody may have proved who they are, to take something with them."""


class Clock(Protocol):
    def now(self) -> datetime: ...


class Audit(Protocol):
    async def looked(self, tenant: Tenant, look: Look) -> object:
        """Recorded when it returns; a `Fault` otherwise."""


@dataclass(kw_only=True)
class Desk:
    """`organisations`: OIN → name. Each page's own parts stand below."""

    clock: Clock
    catalogue: Catalogue
    renderer: Renderer
    sessions: Sessions
    audit: Audit
    acts: Mapping[Tenant, Acts]
    writings: Writings
    organisations: Callable[[str], str]
    parts: dict[str, Any] = field(default_factory=dict)

    def fresh(self, session: Session) -> bool:
        """Whether somebody proved who they are a short while ago."""
        return self.clock.now() - session.authenticated_at <= FRESH

    async def step_up(self, request: Request, visit: Visit) -> Response:
        """Let somebody prove again who they are."""
        return RedirectResponse("/aanmelden?opnieuw=1", 303)

    async def alarm(self, visit: Visit) -> object | None:
        """What is wrong with this tenant's log, for every page; None while nothing is."""
        return None
