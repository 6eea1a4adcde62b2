"""ML-DSA-44 keys (FIPS 204) in the shape that the other kinds have: `keys.PrivateKey` holds one of either.

Specification: RFC 9964 (kind `AKP`: `alg`, `pub`, `priv`), RFC 9881 (PKCS #8, the seed alone).

Rules: made and kept as the seed of 32 bytes; for notes of our own logs and witnesses alone, never for JOSE: no key of a
partner is of this kind.
"""

from dataclasses import dataclass, field
from typing import Any, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from gateway.crypto.compact import encode
from gateway.crypto.errors import InvalidKey

ML_DSA_44 = "ML-DSA-44"


@dataclass(frozen=True, slots=True)
class AkpKey:
    private_key: MLDSA44PrivateKey = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        return cls(MLDSA44PrivateKey.generate())

    @classmethod
    def import_key(cls, der: bytes) -> Self:
        """Read PKCS #8; `InvalidKey` for another kind of key."""
        key = serialization.load_der_private_key(der, None)
        if not isinstance(key, MLDSA44PrivateKey):
            raise InvalidKey("not an ML-DSA-44 key")
        return cls(key)

    @property
    def public_key(self) -> MLDSA44PublicKey:
        return self.private_key.public_key()

    def as_dict(self, private: bool) -> dict[str, Any]:
        """The JWK, with the seed where `private`."""
        public = {"kty": "AKP", "alg": ML_DSA_44, "pub": encode(self.public_key.public_bytes_raw())}
        return {**public, "priv": encode(self.private_key.private_bytes_raw())} if private else public
