"""How a BSN reaches a holder: sealed to the holder's key, and answered with a proof that it was read, not with the
number.

Rules: the number stands in a JWE and nowhere else; the nonce is 32 fresh random bytes, so
that a proof says nothing to anyone who does not know it (a bare hash of a BSN falls to brute force in minutes);
proofs are compared in constant time.
"""

import hmac
import re
import secrets

import orjson

from gateway.crypto.compact import decode, encode, json_object
from gateway.crypto.encryption import decrypt, encrypt
from gateway.crypto.errors import CryptoError
from gateway.crypto.keys import PrivateKey
from gateway.model.parties import PublicKey

CONTENT_TYPE = "application/sluis-subject+json"
LIMIT = 4 * 1024
_BSN = re.compile(r"[0-9]{9}")


def seal_subject(bsn: str, key: PublicKey) -> tuple[str, str]:
    """A compact JWE for the holder, and the nonce in it (base64url) with which the proof of its reply is checked."""
    nonce = encode(secrets.token_bytes(32))
    return encrypt(orjson.dumps({"bsn": bsn, "nonce": nonce}), key, cty=CONTENT_TYPE), nonce


def open_subject(jwe: str | bytes, key: PrivateKey) -> tuple[str, str]:
    """The BSN and the nonce, as the holder reads them. `CryptoError` when they are not that."""
    document = json_object(decrypt(jwe, key, cty=CONTENT_TYPE, limit=LIMIT))
    bsn, nonce = document.get("bsn"), document.get("nonce")
    if (
        not isinstance(bsn, str)
        or _BSN.fullmatch(bsn) is None
        or not isinstance(nonce, str)
        or len(decode(nonce)) != 32
    ):
        raise CryptoError("not a subject")
    return bsn, nonce


def subject_proof(nonce: str, bsn: str) -> str:
    """HMAC-SHA256 of the BSN under the nonce, base64url: what a holder signs to say whom its reply is about."""
    return encode(hmac.digest(decode(nonce), bsn.encode(), "sha256"))


def proves_subject(proof: object, *, nonce: str, bsn: str) -> bool:
    """Whether a reply is about this person."""
    return isinstance(proof, str) and hmac.compare_digest(
        proof.encode(errors="replace"), subject_proof(nonce, bsn).encode()
    )
