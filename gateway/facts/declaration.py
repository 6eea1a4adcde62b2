"""What only a requester can know, and under which basis it may say so (BGS 2.20; AVG 9(2)(c)).

Rules: a closed object for each basis; it is recorded as the requester's own word; whatever is not declarable under
the claimed basis, or has another type, is as not said.
"""

from collections.abc import Mapping
from typing import Any

Members = Mapping[str, type]

EMERGENCY: Members = {"threat": str, "person_conscious": bool, "refuses": bool}
INTAKE: Members = {
    "problemen": bool,
    "leefgebieden_criminogeen": bool,
    "overlast_criminaliteit_onveiligheid": bool,
    "meerdere_domeinen_nodig": bool,
}
"""The four grounds of BGS 2.20."""

_DECLARABLE: Mapping[str, Mapping[str, Members]] = {
    "vitaal_belang": {"emergency": EMERGENCY},
    "wgs.zvh.aanmelding": {"intake": INTAKE},
}


def declarable(basis: str) -> Mapping[str, Members]:
    """What may be declared under a basis: member → its own members with their types. Empty for most bases."""
    return _DECLARABLE.get(basis, {})


def declared(basis: str, declaration: Mapping[str, Any], member: str) -> dict[str, Any] | None:
    """A member of a declaration as far as it may be declared; None where it may not be, or was not."""
    allowed, said = declarable(basis).get(member), declaration.get(member)
    if allowed is None or not isinstance(said, Mapping):
        return None
    return {name: said[name] for name, kind in allowed.items() if type(said.get(name)) is kind}
