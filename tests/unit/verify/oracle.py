"""A second, naive reading of RFC 6962 and of the formats: what the tests compare with, sharing no code with us."""

import base64
import hashlib
import json
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

ORIGIN = "log.example/zvh/2026"
RELEASED = b"eyJ.made-up.compact.JWE.bytes"


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def mth(leaves: list[bytes]) -> bytes:
    """Merkle Tree Hash, section 2.1, over leaf hashes."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return hashlib.sha256(b"\1" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]), section 2.1.1."""
    if len(leaves) <= 1:
        return []
    k = split(len(leaves))
    return [*path(m, leaves[:k]), mth(leaves[k:])] if m < k else [*path(m - k, leaves[k:]), mth(leaves[:k])]


def proof(m: int, leaves: list[bytes]) -> list[bytes]:
    """PROOF(m, D[n]), section 2.1.2; empty for m = 0, which the RFC leaves out."""
    return subproof(m, leaves, True) if 0 < m < len(leaves) else []


def subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


class Key:
    """An Ed25519 note key, its verifier key and its signatures, written out from the C2SP text."""

    def __init__(self, name: str = ORIGIN, seed: bytes = bytes(32)) -> None:
        self.name, self.kind = name, 1
        self.private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.private.public_key().public_bytes_raw()
        self.id = hashlib.sha256(name.encode() + b"\n\x01" + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        return vkey(self.name, self.id.hex(), b"\x01" + self.public)

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)

    def line(self, text: str) -> str:
        return f"— {self.name} {b64(self.id + self.sign(text.encode()))}\n"


class Cosigner:
    """A witness's key of either kind, or a log's of ML-DSA-44, written out from the C2SP text. `seed`: 32 bytes."""

    def __init__(self, name: str = "witness.example/w1", kind: int = 6, seed: bytes = bytes(32), at: int = 0) -> None:
        self.name, self.kind, self.at = name, kind, at
        self.private = (MLDSA44PrivateKey.from_seed_bytes if kind == 6 else Ed25519PrivateKey.from_private_bytes)(seed)
        self.public = self.private.public_key().public_bytes_raw()
        self.id = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        return vkey(self.name, self.id.hex(), bytes([self.kind]) + self.public)

    def message(self, text: bytes, at: int) -> bytes:
        if self.kind == 4:
            return f"cosignature/v1\ntime {at}\n".encode() + text
        origin, size, root = text.split(b"\n")[:3]
        names = [struct.pack("B", len(each)) + each for each in (self.name.encode(), origin)]
        whole = struct.pack(">QQ", 0, int(size)) + base64.b64decode(root)
        return b"subtree/v1\n\0" + names[0] + struct.pack(">Q", at) + names[1] + whole

    def sign(self, message: bytes) -> bytes:
        return struct.pack(">Q", self.at) + self.private.sign(self.message(message, self.at))

    def line(self, text: str, at: int | None = None) -> str:
        self.at = self.at if at is None else at
        return f"— {self.name} {b64(self.id + self.sign(text.encode()))}\n"


def vkey(name: str, key_id: str, material: bytes) -> str:
    return f"{name}+{key_id}+{b64(material)}"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def leaf(number: int = 0, **members: object) -> bytes:
    """The bytes of a leaf that stands for itself."""
    document = {
        "version": 1,
        "id": f"01999999-0000-7000-8000-{number:012x}",
        "time": "2026-11-25T21:00:00.123Z",
        "tenant": "zvh",
        "class": "verstrekking",
        "simulation": False,
        "request_id": f"01999999-0000-7000-9000-{number:012x}",
        "revision": "sha256:0a1b",
        "commitment": hashlib.sha256(b"c%d" % number).hexdigest(),
        "body_sha256": hashlib.sha256(b"b%d" % number).hexdigest(),
        "released_sha256": hashlib.sha256(RELEASED).hexdigest(),
    } | members
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def checkpoint(leaves: list[bytes], *keys: Key, origin: str = ORIGIN) -> str:
    text = f"{origin}\n{len(leaves)}\n{b64(mth([leaf_hash(each) for each in leaves]))}\n"
    return text + "\n" + "".join(key.line(text) for key in keys or (Key(),))


def receipt(leaves: list[bytes], index: int, note: str | None = None) -> str:
    lines = ["c2sp.org/tlog-proof@v1", f"extra {b64(leaves[index])}", f"index {index}"]
    lines += [b64(each) for each in path(index, [leaf_hash(each) for each in leaves])]
    return "\n".join([*lines, "", note or checkpoint(leaves)])
