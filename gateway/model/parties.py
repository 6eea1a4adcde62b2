"""The parties of an exchange: organisations, the people whom they designated, their systems and their keys.

A party is what the directory holds, never what a request says of itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.model.codes import Tenant


@dataclass(frozen=True, slots=True)
class Organisation:
    """`oin`: 20 digits. `kind`: one of the contract, e.g. `college`. `public`: a public participant (WGS 2.27(1))."""

    oin: str
    name: str
    kind: str
    public: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """A person on whose behalf a partner asks: the partner's own id, no name. Designated and screened: WGS 1.8(2), BGS
    1.11.
    """

    id: str
    role: str
    designated: bool
    screened: bool
    mandates: tuple[str, ...] = ()

    @classmethod
    def unknown(cls, id: str) -> "Actor":
        """Somebody whom the register does not hold: no role that means anything, not designated, not screened."""
        return cls(id=id, role="onbekend", designated=False, screened=False)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public JWK (RFC 7517) and its thumbprint (RFC 7638, SHA-256, base64url)."""

    jwk: Mapping[str, Any]
    thumbprint: str


@dataclass(frozen=True, slots=True)
class Client:
    """A partner's system. `keys`: its public signature keys; `profile`: the client profile, today `fapi2` alone."""

    id: str
    oin: str
    keys: tuple[PublicKey, ...]
    profile: str = "fapi2"


@dataclass(frozen=True, slots=True)
class Source:
    """One system of a holder. `url`: where it answers; `keys`: how its answers are signed; `encryption`: to whom the
    BSN is sealed.
    """

    oin: str
    name: str
    label: str
    url: str
    secrecy_bound: bool
    keys: tuple[PublicKey, ...]
    encryption: PublicKey


@dataclass(frozen=True, slots=True)
class Requester:
    """Who stands at the gate, after authentication: the system and the organisation that answers for it."""

    client_id: str
    organisation: Organisation


@dataclass(frozen=True, slots=True)
class Parties:
    """Those of one request, each None where the directory does not hold it. `holder`: whose source it is."""

    holder: Organisation | None
    source: Source | None
    recipient: Organisation | None
    actor: Actor | None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What arrived to prove who asks: header values as they came (None: absent), the method, and the canonical URL (RFC
    9449 `htu`).
    """

    authorization: str | None
    dpop: str | None
    method: str
    url: str


def tenant_of(basis: str) -> Tenant:
    """The tenant that answers for a basis: the ZVH for `wgs.zvh.*`, the municipality for all else."""
    return Tenant.ZVH if basis.startswith("wgs.zvh.") else Tenant.GEMEENTE
