"""One request of somebody who is signed in, as a handler gets it: who, in what role, at which tenant, asking what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData, QueryParams

from gateway.catalogue.catalogue import Language
from gateway.desk.roles import Permission, Role, Roles, acting
from gateway.model.codes import Tenant


@dataclass(slots=True)
class Session:
    """Somebody who is signed in. `who`: the provider's `sub`, by which acts are recorded; `name`: as shown to them
    alone; `authenticated_at`: the provider's `auth_time`; `csrf`: in every form; `kept`: small JSON of this session;
    `visited`: the moment of the visit before this one, by tenant.
    """

    id: str = field(repr=False)
    who: str = field(repr=False)
    name: str = field(repr=False)
    roles: Roles
    authenticated_at: datetime
    csrf: str = field(repr=False)
    kept: dict[str, Any] = field(default_factory=dict, repr=False)
    visited: Mapping[Tenant, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Visit:
    """`role`: the one that is acted in. `path`: the parameters of the route; `query`, `form`: of the request, the form
    with its CSRF token checked; `htmx`: whether a part of the page is asked for.
    """

    session: Session = field(repr=False)
    role: Role
    tenant: Tenant
    path: Mapping[str, str]
    query: QueryParams = field(repr=False)
    form: FormData = field(repr=False)
    language: Language
    now: datetime
    htmx: bool = False
    url: str = field(default="", repr=False)

    @property
    def who(self) -> str:
        return self.session.who

    def may(self, permission: Permission | str) -> bool:
        return acting(self.session.roles.get(self.tenant, ()), Permission(permission)) is not None
