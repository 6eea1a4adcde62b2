"""Who may do what: a row a role, and what no row grants is refused.

Rules: a role counts at the tenant that it was given for, and nowhere else; a `fg-coordinerend` has the tenants of its
samenwerkingsverband; a claim that is not understood whole grants nothing at all.
"""

from collections.abc import Mapping
from enum import StrEnum

from gateway.model.codes import Tenant


class Role(StrEnum):
    FG = "fg"
    FG_COORDINEREND = "fg-coordinerend"
    AUDITOR = "auditor"
    PRIVACYFUNCTIONARIS = "privacyfunctionaris"
    BEHEERDER = "beheerder"
    MEDEWERKER_CONTACTPUNT = "medewerker-contactpunt"


class Permission(StrEnum):
    """READ: lists, records, dossiers, samples, signals. DECISION: a single decision, without what it says of the case.
    EXPORT: evidence and files of lists. SUBJECT: requests for access, as they are; ANSWER: the steps of one. HOME: the
    first page.
    """

    HOME = "home"
    READ = "read"
    WRITE = "write"
    EXPORT = "export"
    VERIFY = "verify"
    FIGURES = "figures"
    POLICIES = "policies"
    DECISION = "decision"
    LOOKS = "looks"
    SUBJECT = "subject"
    ANSWER = "answer"
    HEALTH = "health"


_P = Permission
_AUDITS = frozenset(
    {_P.HOME, _P.READ, _P.EXPORT, _P.VERIFY, _P.FIGURES, _P.POLICIES, _P.DECISION, _P.LOOKS, _P.SUBJECT}
)

MAY: Mapping[Role, frozenset[Permission]] = {
    Role.FG: _AUDITS | {_P.WRITE, _P.ANSWER},
    Role.FG_COORDINEREND: _AUDITS | {_P.WRITE, _P.ANSWER},
    Role.AUDITOR: _AUDITS,
    Role.PRIVACYFUNCTIONARIS: frozenset({_P.HOME, _P.POLICIES, _P.FIGURES, _P.DECISION}),
    Role.BEHEERDER: frozenset({_P.HOME, _P.HEALTH}),
    Role.MEDEWERKER_CONTACTPUNT: frozenset({_P.HOME, _P.SUBJECT, _P.ANSWER}),
}

COORDINATED: Mapping[Tenant, tuple[Tenant, ...]] = {Tenant.ZVH: (Tenant.ZVH, Tenant.GEMEENTE)}
"""The tenants of a samenwerkingsverband. One deployment serves one ZVH and the municipality in it."""

Roles = Mapping[Tenant, tuple[Role, ...]]
"""What somebody is, at which tenant; of several roles the one that comes first in `Role` is acted in, where it may."""
MOST = 32


class NotUnderstood(ValueError):
    """A claim of roles that grants nothing. The text never says what stood there."""


def grants(claim: object) -> Roles:
    """Which roles somebody has at which tenant, of a claim: a list of `role:tenant`. `NotUnderstood` where there is
    none, or where any entry is not one of ours: then it was written for something else.
    """
    if not isinstance(claim, list) or not 0 < len(claim) <= MOST:
        raise NotUnderstood("no list of roles")
    found: dict[Tenant, set[Role]] = {}
    for entry in claim:
        name, _, place = entry.partition(":") if isinstance(entry, str) else ("", "", "")
        try:
            role, tenant = Role(name), Tenant(place)
        except ValueError:
            raise NotUnderstood("an entry that is no role at a tenant") from None
        for each in COORDINATED.get(tenant, (tenant,)) if role is Role.FG_COORDINEREND else (tenant,):
            found.setdefault(each, set()).add(role)
    return {tenant: tuple(role for role in Role if role in found[tenant]) for tenant in Tenant if tenant in found}


def acting(roles: tuple[Role, ...], permission: Permission) -> Role | None:
    """The role in which somebody does what needs this permission, None where none of theirs may."""
    return next((role for role in roles if permission in MAY[role]), None)


def who_may(permission: Permission) -> tuple[Role, ...]:
    """The roles that have a permission."""
    return tuple(role for role in Role if permission in MAY[role])
