"""Verifier keys: whom a reader trusts to sign notes, under which name, with which kind of signature.

Specification: C2SP signed-note (https://c2sp.org/signed-note@v1.0.0, verifier keys), C2SP tlog-cosignature
(https://c2sp.org/tlog-cosignature).

Rules:
- Three kinds: Ed25519 over the text (0x01), and two cosignatures that carry their moment, Ed25519 (0x04) and ML-DSA-44
  (0x06). A verifier key of any other kind is refused, not skipped.
- A log signs with 0x01 or 0x06, a witness with 0x04 or 0x06: what a key may say follows from its kind.
- The kind goes into the key's id: one pair of keys under one name is another key in another kind.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from .cosignature import ED25519_COSIGNATURE, MLDSA44_COSIGNATURE, cosigned_message, split_timestamp
from .encoding import decode_base64
from .errors import BadSignature, MalformedKey

ED25519 = 0x01
OF_LOGS = (ED25519, MLDSA44_COSIGNATURE)
OF_WITNESSES = (ED25519_COSIGNATURE, MLDSA44_COSIGNATURE)
_BYTES = {ED25519: 32, ED25519_COSIGNATURE: 32, MLDSA44_COSIGNATURE: 1312}


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key that is trusted to sign notes under `name`; its text form is `<name>+<8 hex>+<base64>`.

    `public`: 32 bytes of Ed25519 (RFC 8032) or 1312 of ML-DSA-44 (FIPS 204); `kind`: the signature type, see above.
    """

    name: str
    public: bytes
    kind: int = ED25519

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(each.isspace() or not each.isprintable() for each in self.name):
            raise MalformedKey("a key's name has no spaces and no plus")
        if self.kind not in _BYTES:
            raise MalformedKey("only keys of type 0x01, 0x04 and 0x06 are understood")
        if len(self.public) != _BYTES[self.kind]:
            raise MalformedKey(f"a key of type {self.kind:#04x} has {_BYTES[self.kind]} bytes")

    @property
    def id(self) -> bytes:
        """The key's id: SHA-256(name, newline, type, key), its first four bytes."""
        return hashlib.sha256(self.name.encode() + b"\n" + self._material).digest()[:4]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a verifier key. Raises `MalformedKey`."""
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise MalformedKey("a verifier key reads name+id+key")
        name, key_id, encoded = parts
        try:
            material = decode_base64(encoded)
        except ValueError as error:
            raise MalformedKey("the key is not base64") from error
        if not material:
            raise MalformedKey("the key is empty")
        key = cls(name, material[1:], material[0])
        if key.id.hex() != key_id:
            raise MalformedKey("the id does not belong to this name and key")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self._material).decode()}"

    def verify(self, signature: bytes, text: bytes) -> None:
        """Check what stands after the key id in a signature line against the note's text.

        Raises `BadSignature`; of a cosignature too when `text` is no checkpoint.
        """
        try:
            message = text
            if self.kind != ED25519:
                timestamp, signature = split_timestamp(signature)
                message = cosigned_message(self.kind, self.name, timestamp, text)
            public = MLDSA44PublicKey if self.kind == MLDSA44_COSIGNATURE else Ed25519PublicKey
            public.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise BadSignature(f"the signature of {self.name} is wrong") from error

    @property
    def _material(self) -> bytes:
        return bytes([self.kind]) + self.public
