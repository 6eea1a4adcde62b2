"""Pseudonyms of people and digests of request bodies: HMAC-SHA256 under a tenant's key, with the key's version in
front.

Rules: each tenant has its own key, so that the ZVH and the municipality cannot match their people by pseudonym (WGS
1.8(2), AVG 4(5)); a bare hash is never used, since a BSN has few enough values to try them all.
"""

import hmac
from collections.abc import Sequence

from gateway.crypto.compact import encode
from gateway.crypto.keystore import KeyStore
from gateway.model.codes import Tenant


class HmacPseudonyms:
    """Satisfies `exchange.ports.Pseudonyms`. `Fault` key-missing where the key is not there."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def of(self, tenant: Tenant, bsn: str) -> str:
        return self._mac(f"pseudonym-{tenant.value}", bsn.encode())

    def every(self, tenant: Tenant, bsn: str) -> Sequence[str]:
        """Under each version of the tenant's key that is still there, the one in use last. `Fault` key-missing."""
        purpose = f"pseudonym-{tenant.value}"
        held = self._keys.held(purpose, "pending", "retiring", "active")
        keys = [(each.metadata.kid, each.material) for each in held if isinstance(each.material, bytes)]
        used = self.of(tenant, bsn)
        return (*({_pseudonym(version, key, bsn.encode()) for version, key in keys} - {used}), used)

    def digest(self, body: bytes) -> str:
        return self._mac("digest", body)

    def _mac(self, purpose: str, data: bytes) -> str:
        return _pseudonym(*self._keys.secret(purpose), data)


def _pseudonym(version: str, key: bytes, data: bytes) -> str:
    return f"{version}.{encode(hmac.digest(key, data, 'sha256'))}"
