"""Who may do what: a row a role, and what no row grants is refused.

Rules: a role counts at the tenant that it was given for, and nowhere else; a `fg-coordinerend` has the tenants of its
samenwerkingsverband.
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
    EXPORT: evidence and files of lists. HOME: the first page.
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
    HEALTH = "health"


_P = Permission
_AUDITS = frozenset({_P.HOME, _P.READ, _P.EXPORT, _P.VERIFY, _P.FIGURES, _P.POLICIES, _P.DECISION, _P.LOOKS})

MAY: Mapping[Role, frozenset[Permission]] = {
    Role.FG: _AUDITS | {_P.WRITE, _P.SUBJECT},
    Role.FG_COORDINEREND: _AUDITS | {_P.WRITE, _P.SUBJECT},
    Role.AUDITOR: _AUDITS,
    Role.PRIVACYFUNCTIONARIS: frozenset({_P.HOME, _P.POLICIES, _P.FIGURES, _P.DECISION}),
    Role.BEHEERDER: frozenset({_P.HOME, _P.HEALTH}),
    Role.MEDEWERKER_CONTACTPUNT: frozenset({_P.HOME, _P.SUBJECT}),
}

COORDINATED: Mapping[Tenant, tuple[Tenant, ...]] = {Tenant.ZVH: (Tenant.ZVH, Tenant.GEMEENTE)}
"""The tenants of a samenwerkingsverband. One deployment serves one ZVH and the municipality in it."""


def grants(entries: object) -> Mapping[Tenant, Role]:
    """Which role somebody has at which tenant, of a claim with `role:tenant` entries. What is not understood grants
    nothing; of two entries for one tenant the first counts.
    """
    found: dict[Tenant, Role] = {}
    for entry in entries if isinstance(entries, list) else []:
        name, _, place = entry.partition(":") if isinstance(entry, str) else ("", "", "")
        if name not in set(Role) or place not in set(Tenant):
            continue
        role, tenant = Role(name), Tenant(place)
        coordinated = COORDINATED.get(tenant, ()) if role is Role.FG_COORDINEREND else (tenant,)
        for each in coordinated:
            found.setdefault(each, role)
    return found
