"""Compact JWE (RFC 7516) to a P-256 key: ECDH-ES+A256KW, A256GCM, and nothing else.

Rules: both algorithms are pinned; every call has a header of its own, because the library writes `epk` into it; no
compression; whatever is wrong on opening is `CryptoError`.
"""

from joserfc import jwe

from gateway.crypto.compact import TOKEN_LIMIT, read, refusing
from gateway.crypto.errors import CryptoError, InvalidKey
from gateway.crypto.keys import ENCRYPTION, PrivateKey, native
from gateway.model.parties import PublicKey

CONTENT = "A256GCM"
LARGE = 64 * 1024 * 1024


class _Registry(jwe.JWERegistry):
    max_protected_header_length = TOKEN_LIMIT
    max_ciphertext_length = LARGE


_REGISTRY = _Registry(algorithms=(ENCRYPTION, CONTENT), strict_check_header=False)


@refusing("encryption")
def encrypt(plaintext: bytes, key: PublicKey, *, cty: str) -> str:
    """A compact JWE; its `kid` is the recipient's own name of the key, or the thumbprint. `CryptoError` for any key
    but P-256 that may encrypt.
    """
    if key.jwk.get("crv") != "P-256" or key.jwk.get("alg", ENCRYPTION) != ENCRYPTION:
        raise InvalidKey("a key to which nothing is sealed here")
    header = {"alg": ENCRYPTION, "enc": CONTENT, "cty": cty, "kid": key.jwk.get("kid", key.thumbprint)}
    return jwe.encrypt_compact(header, plaintext, native(key), registry=_REGISTRY)


@refusing("decryption")
def decrypt(token: str | bytes, key: PrivateKey, *, cty: str, limit: int = LARGE) -> bytes:
    """Open a compact JWE of that content type."""
    compact = read(token, segments=5, limit=limit)
    if compact.algorithm != ENCRYPTION or compact.header.get("enc") != CONTENT or compact.header.get("cty") != cty:
        raise CryptoError("sealed in another way")
    plaintext = jwe.decrypt_compact(b".".join(compact.segments), key.native, registry=_REGISTRY).plaintext
    if plaintext is None:
        raise CryptoError("nothing inside")
    return plaintext
