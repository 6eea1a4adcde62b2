"""Which figures may be made of which log.

Rules:
- The log of a Zorg- en Veiligheidshuis serves four things alone (WGS 1.8(4)): control of lawfulness, internal control,
  integrity and security, and proceedings before a court. One of them is named before anything is counted, and stands
  in the record of the look.
- So nothing is counted of it that tells how much a party does, or whether it does more than before: no figures by
  organisation, no comparison with an earlier period, no course in time. What is left tells on what ground, in which
  phase, about what kind of data and why or why not.
- The log of the municipality knows no such limit; it is the FG's own task to report on it (AVG 39(1)(b)).

Source: WGS 1.8(4). That counts by organisation and a course in time are no such control is our reading, a cautious one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateway.model.codes import Tenant


class Control(StrEnum):
    """What a look at figures of a ZVH is for."""

    RECHTMATIGHEID = "rechtmatigheid"
    INTERNE_CONTROLE = "interne-controle"
    INTEGRITEIT_EN_BEVEILIGING = "integriteit-en-beveiliging"
    GERECHTELIJKE_PROCEDURE = "gerechtelijke-procedure"


EVERYTHING = (
    "grondslag",
    "aanvrager",
    "bronhouder",
    "ontvanger",
    "fase",
    "doel",
    "gegevens",
    "verstrekt",
    "reden",
    "beleid",
)
LEFT_OUT = ("aanvrager", "bronhouder", "ontvanger")
_OF_A_ZVH: Mapping[Control, tuple[str, ...]] = {
    Control.RECHTMATIGHEID: ("grondslag", "fase", "doel", "gegevens", "verstrekt", "reden"),
    Control.INTERNE_CONTROLE: ("grondslag", "fase", "reden", "beleid"),
    Control.INTEGRITEIT_EN_BEVEILIGING: ("reden", "beleid"),
    Control.GERECHTELIJKE_PROCEDURE: ("grondslag", "reden"),
}


@dataclass(frozen=True, slots=True)
class Allowed:
    """`names`: of the tables; `in_time`: whether months and weeks are told apart, and the period before compared."""

    names: tuple[str, ...]
    in_time: bool


def needs_control(tenant: Tenant) -> bool:
    """Whether somebody has to say what the figures are for."""
    return tenant is Tenant.ZVH


def allowed(tenant: Tenant, control: Control | None) -> Allowed | None:
    """What may be counted; None where it has to be said first what for."""
    if not needs_control(tenant):
        return Allowed(EVERYTHING, in_time=True)
    return None if control is None else Allowed(_OF_A_ZVH[control], in_time=False)
