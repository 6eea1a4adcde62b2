"""Closed vocabularies. What the statute names is Dutch, what the software does is English."""

from enum import StrEnum


class Tenant(StrEnum):
    """Whose log and whose pseudonyms: kept apart because the ZVH is a samenwerkingsverband of its own (WGS 1.8(2))."""

    ZVH = "zvh"
    GEMEENTE = "gemeente"


class Profile(StrEnum):
    """A setting of the deployment. Only `simulatie` may use a basis that is not in force."""

    PRODUCTIE = "productie"
    SIMULATIE = "simulatie"


class Outcome(StrEnum):
    TOEGESTAAN = "toegestaan"
    GEDEELTELIJK = "gedeeltelijk"
    GEWEIGERD = "geweigerd"
