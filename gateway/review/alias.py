"""What stands for a person on the desk: eight characters that a secret of this desk makes of a pseudonym.

Rules: who sees an alias can tell that two lines are about one person and nothing else; another desk has other aliases.
40 bits tell a hundred thousand people apart (two of them share one with a chance of 1 in 200): whoever reports about
one person compares the pseudonym itself.
"""

import base64
import hmac
from dataclasses import dataclass, field

from gateway.model.codes import Tenant


@dataclass(frozen=True, slots=True)
class Aliases:
    """`secret`: 32 random bytes that stay with this desk."""

    secret: bytes = field(repr=False)

    def of(self, tenant: Tenant, pseudonym: str) -> str:
        """The alias: 8 characters of base32 (RFC 4648)."""
        mac = hmac.digest(self.secret, f"{tenant}\0{pseudonym}".encode(), "sha256")
        return base64.b32encode(mac[:5]).decode()
