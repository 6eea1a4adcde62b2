"""The sealed body of a record: its format in one place, both directions.

    key        = HKDF-SHA-256(subject key || case key, info = "sluis body v1" || record id), RFC 5869 without salt
    sealed     = nonce (12) || AES-256-GCM(key, nonce, salt (32) || body, record id), NIST SP 800-38D
    commitment = SHA-256(salt || body)

Rules:
- AES-GCM does not commit to its key, so the leaf holds both SHA-256(sealed) and the salted commitment, and opening
  checks both.
- Without either key nothing can be read: destroying one erases. The salt lies inside, so the commitment says nothing
  about the body once the key is gone.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import WrongBody
from .leaf import LoggedLeaf

KEY_SIZE = 32
NONCE_SIZE = 12
SALT_SIZE = 32
_INFO = b"sluis body v1"
_NO_SALT = bytes(32)


def body_key(subject_key: bytes | None, case_key: bytes, record_id: str) -> bytes:
    """Derive the key of one body: 32 bytes, never used for another."""
    extracted = hmac.digest(_NO_SALT, (subject_key or b"") + case_key, "sha256")
    return hmac.digest(extracted, _INFO + record_id.encode() + b"\x01", "sha256")


def seal_body(key: bytes, record_id: str, body: bytes, nonce: bytes, salt: bytes) -> bytes:
    """Seal `body` for storage. `nonce` and `salt` are fresh random bytes of their sizes."""
    return nonce + AESGCM(key).encrypt(nonce, salt + body, record_id.encode())


def commitment(salt: bytes, body: bytes) -> bytes:
    """What the leaf says of a body: 32 bytes."""
    return hashlib.sha256(salt + body).digest()


def open_body(key: bytes, leaf: LoggedLeaf, sealed: bytes) -> bytes:
    """Open a sealed body and check that it is the one that `leaf` speaks of. Raises `WrongBody`."""
    return open_salted(key, leaf, sealed)[1]


def open_salted(key: bytes, leaf: LoggedLeaf, sealed: bytes) -> tuple[bytes, bytes]:
    """The same, with the salt before the body: whoever has both can hold them against the leaf, without any key."""
    if hashlib.sha256(sealed).hexdigest() != leaf.body_sha256:
        raise WrongBody("the sealed bytes are not those that were logged")
    try:
        plain = AESGCM(key).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], leaf.id.encode())
    except (InvalidTag, ValueError) as error:
        raise WrongBody("this key does not open it") from error
    if hashlib.sha256(plain).hexdigest() != leaf.commitment:
        raise WrongBody("what was opened is not what was committed to")
    return plain[:SALT_SIZE], plain[SALT_SIZE:]
