"""Cosignatures: what a witness, or a log for itself, signs over a checkpoint, together with the moment.

Specification: C2SP tlog-cosignature (https://c2sp.org/tlog-cosignature): `cosignature/v1` for Ed25519, `subtree/v1` for
ML-DSA-44 (FIPS 204, no context, hedged).

Rules:
- The value in a signature line is the moment (seconds since 1970, eight bytes big-endian, below 2**63) and then the
  signature.
- Ed25519 signs the moment and the whole text, not the cosigner's name: one pair of keys serves one name. ML-DSA-44
  signs names, moment, size and root: the whole tree from leaf 0, never extension lines.
- A moment of zero says nothing of time: such a signature proves that the tree was seen, never that it is fresh.
"""

from __future__ import annotations

from .encoding import decode_base64, decode_decimal

ED25519_COSIGNATURE = 0x04
MLDSA44_COSIGNATURE = 0x06
MAX_NAME = 255
_LABEL = b"subtree/v1\n\x00"
_ROOT_BYTES = 32


def cosigned_message(kind: int, name: str, timestamp: int, text: bytes) -> bytes:
    """The bytes that the cosigner `name` signs at `timestamp` (seconds since 1970) for the checkpoint `text`.

    `kind`: 0x04 or 0x06. `ValueError` where the text is no checkpoint, a moment is outside 0..2**63-1, or a name is
    longer than its 255 bytes.
    """
    if not 0 <= timestamp < 1 << 63:
        raise ValueError("no moment of a cosignature")
    origin, size, root = _tree_head(text)
    if kind == ED25519_COSIGNATURE:
        return b"cosignature/v1\ntime %d\n" % timestamp + text
    if kind == MLDSA44_COSIGNATURE:
        moment, start, end = timestamp.to_bytes(8), bytes(8), size.to_bytes(8)
        return _LABEL + _counted(name.encode()) + moment + _counted(origin) + start + end + root
    raise ValueError("no kind of cosignature")


def join_timestamp(timestamp: int, signature: bytes) -> bytes:
    """The value of a signature line: the moment and the signature."""
    return timestamp.to_bytes(8) + signature


def split_timestamp(value: bytes) -> tuple[int, bytes]:
    """The moment and the signature in the value of a signature line; `ValueError` where there is no moment."""
    if len(value) < 8:
        raise ValueError("no moment")
    return int.from_bytes(value[:8]), value[8:]


def _tree_head(text: bytes) -> tuple[bytes, int, bytes]:
    """Origin, size and root of a checkpoint, whatever follows them."""
    lines = text.split(b"\n")
    if len(lines) < 4 or not lines[0] or lines[-1]:
        raise ValueError("not a checkpoint")
    size, root = decode_decimal(lines[1].decode()), decode_base64(lines[2].decode())
    if len(root) != _ROOT_BYTES:
        raise ValueError("not a root")
    return lines[0], size, root


def _counted(name: bytes) -> bytes:
    if not 1 <= len(name) <= MAX_NAME:
        raise ValueError(f"a name has 1 to {MAX_NAME} bytes")
    return bytes([len(name)]) + name
