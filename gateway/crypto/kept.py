"""An answer that is kept to be asked for again, sealed by the keys of its record's body.

    key    = HKDF-SHA-256(subject key || case key, info = "sluis body v1" || "answer " || record id), as a body's
    sealed = nonce (12) || AES-256-GCM(key, nonce, answer, record id), NIST SP 800-38D

Rule: when the keys go, so does the answer, and so does whatever a database left of it where it once stood.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.crypto.errors import CryptoError
from gateway.verify.body import NONCE_SIZE, body_key


def seal_answer(subject: bytes | None, case: bytes, record_id: str, answer: bytes, nonce: bytes) -> bytes:
    """`nonce`: 12 bytes, fresh."""
    return nonce + AESGCM(_key(subject, case, record_id)).encrypt(nonce, answer, record_id.encode())


def open_answer(subject: bytes | None, case: bytes, record_id: str, sealed: bytes) -> bytes:
    """`CryptoError` where it is not what was sealed for this record."""
    try:
        return AESGCM(_key(subject, case, record_id)).decrypt(
            sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], record_id.encode()
        )
    except (InvalidTag, ValueError) as error:
        raise CryptoError("not the answer of this record") from error


def _key(subject: bytes | None, case: bytes, record_id: str) -> bytes:
    return body_key(subject, case, f"answer {record_id}")
