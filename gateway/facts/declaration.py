"""What only a requester can know, and under which basis it may say so (BGS 2.20; AVG 9(2)(c); WGS 1.7(2), 2.31(9)).

Rules: a closed object for each basis; it is recorded as the requester's own word; whatever is not declarable under
the claimed basis, or has another type, is as not said. A circumstance is either declared or registered, never both:
`DECLARED` are those of a requester, and no register can say them.
"""

from collections.abc import Callable, Mapping
from typing import Any

Members = Mapping[str, Callable[[Any], bool]]
"""Name → whether a value has its type."""


def _truth(value: Any) -> bool:
    return isinstance(value, bool)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(_text(one) for one in value)


EMERGENCY: Members = {"threat": _text, "person_conscious": _truth, "refuses": _truth}
INTAKE: Members = {
    "problemen": _truth,
    "leefgebieden_criminogeen": _truth,
    "overlast_criminaliteit_onveiligheid": _truth,
    "meerdere_domeinen_nodig": _truth,
}
"""The four grounds of BGS 2.20."""
THIRD_PARTY: Members = {
    "objection_by": _texts,
    "rac_checked": _truth,
    "basis": _text,
    "secrecy_signed": _truth,
    "expertise": _text,
}
"""What must stand before a third party gets anything. `objection_by`: OINs of participants that object."""
_CIRCUMSTANCE: Mapping[str, str] = {
    "wmo.veilig_thuis": "redelijk_vermoeden",
    "wvggz.melding": "vermoeden_zorgnoodzaak",
    "wams.onderzoek_zonder_hulpvraag": "verzoek_professional",
    "wgs.zvh.naar_pga": "vermoeden_radicalisering",
    "wpg.burgemeester": "openbare_orde",
}
DECLARED = frozenset(_CIRCUMSTANCE.values())

_DECLARABLE: Mapping[str, Mapping[str, Members]] = {
    "vitaal_belang": {"emergency": EMERGENCY},
    "wgs.zvh.aanmelding": {"intake": INTAKE},
    "wgs.zvh.lijst": {"intake": INTAKE},
    "wams.aanmelding_zvh": {"intake": INTAKE},
    "wgs.zvh.verstrekking_derden": {"third_party": THIRD_PARTY},
    "wgs.zvh.incidentele_derde": {"third_party": THIRD_PARTY},
    **{basis: {"circumstances": {name: _truth}} for basis, name in _CIRCUMSTANCE.items()},
}


def declarable(basis: str) -> Mapping[str, Members]:
    """What may be declared under a basis: member → its own members with their types. Empty for most bases."""
    return _DECLARABLE.get(basis, {})


def declared(basis: str, declaration: Mapping[str, Any], member: str) -> dict[str, Any] | None:
    """A member of a declaration as far as it may be declared; None where it may not be, or was not."""
    allowed, said = declarable(basis).get(member), declaration.get(member)
    if allowed is None or not isinstance(said, Mapping):
        return None
    return {name: said[name] for name, fits in allowed.items() if name in said and fits(said[name])}
