"""Pseudonyms of people and digests of request bodies: HMAC-SHA256 under a tenant's key, with the key's version in
front.

Rules: each tenant has its own key, so that the ZVH and the municipality cannot match their people by pseudonym (WGS
1.8(2), AVG 4(5)); a bare hash is never used, since a BSN has few enough values to try them all.
"""

import hmac

from gateway.crypto.compact import encode
from gateway.crypto.keystore import KeyStore
from gateway.model.codes import Tenant


class HmacPseudonyms:
    """Satisfies `exchange.ports.Pseudonyms`. `Fault` key-missing where the key is not there."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def of(self, tenant: Tenant, bsn: str) -> str:
        return self._mac(f"pseudonym-{tenant.value}", bsn.encode())

    def digest(self, body: bytes) -> str:
        return self._mac("digest", body)

    def _mac(self, purpose: str, data: bytes) -> str:
        version, key = self._keys.secret(purpose)
        return f"{version}.{encode(hmac.digest(key, data, 'sha256'))}"
