"""Receipts in COSE: a record's inclusion proof, signed over the root of the tree (RFC 9942 section 5.2, RFC 9052).

    18([<<{1: -8, 4: kid, 15: {1: origin}, 395: 1, "size": size}>>,
        {396: {-1: [<<[size, index, [hash…]]>>]}, "leaf": leaf}, nil, signature])

Rules:
- The payload is the root and is left out: whoever checks reckons it from leaf and path, so that a good signature
  under another proof is worth nothing. The tree is RFC 9162's with SHA-256 (`vds` 1).
- Origin (`iss`, RFC 9597) and size are signed too: one key signs the logs of several years, and a bare root says
  neither of which log it is nor, to whoever reckons it from a path, of how many records.
- `leaf` is the record whose receipt it is, for whoever has nothing else; like the `extra` line of a tlog-proof it is
  not authenticated, and always hashed again.
- The algorithm is EdDSA (-8), which every verifier reads; RFC 9864 has -19 for Ed25519 beside it. `kid` is the COSE
  key thumbprint (RFC 9679).
- The log's own key signs. What it signs here begins with 0x84 and so is no UTF-8: it never passes for a checkpoint.
- A tree of one record has an empty path, for which the RFC's grammar (`[+ bstr]`) has no form; it is written `[]`.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Protocol

import cbor2

ALG, KID, CWT_CLAIMS, VDS, VDP = 1, 4, 15, 395, 396
LEAF, SIZE = "leaf", "size"
EDDSA, RFC9162_SHA256, INCLUSION, ISSUER = -8, 1, -1, 1
SIGN1 = 18
MEDIA_TYPE = 'application/cose; cose-type="cose-sign1"'


class Signer(Protocol):
    """`name`: the log's origin; `public`: an Ed25519 key, 32 bytes."""

    @property
    def name(self) -> str: ...

    @property
    def public(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes:
        """64 bytes, RFC 8032."""


def inclusion_receipt(signer: Signer, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bytes:
    """The receipt of `leaf` at `index` in the tree of `size`, whose root is `root`; hashes have 32 bytes."""
    claims = {ISSUER: signer.name}
    kid = key_thumbprint(signer.public)
    protected = _encode({ALG: EDDSA, KID: kid, CWT_CLAIMS: claims, VDS: RFC9162_SHA256, SIZE: size})
    signature = signer.sign(_encode(["Signature1", protected, b"", root]))
    unprotected = {VDP: {INCLUSION: [_encode([size, index, list(path)])]}, LEAF: leaf}
    return _encode(cbor2.CBORTag(SIGN1, [protected, unprotected, None, signature]))


def key_thumbprint(public: bytes) -> bytes:
    """RFC 9679 with SHA-256, of an Ed25519 key: kty OKP (1), crv Ed25519 (6), x."""
    return sha256(_encode({1: 1, -1: 6, -2: public})).digest()


def _encode(value: object) -> bytes:
    return cbor2.dumps(value, canonical=True)
