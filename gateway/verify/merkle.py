"""Merkle tree hashing and the verification of proofs.

Specification: RFC 6962 section 2.1 (hashing), RFC 9162 sections 2.1.3.2 and 2.1.4.2 (verification).

Rules:
- Every hash, root and proof element is exactly 32 bytes; anything else is refused before it is looked at.
- A proof has exactly the length that the sizes demand: nothing may be missing and nothing may follow.
- The root of the empty tree is SHA-256 of nothing, and only that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from .errors import NotConsistent, NotIncluded, VerificationError

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry of the log: SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees together: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf with hash `leaf` stands at `index` in the tree of `size` leaves with `root`.

    Raises `NotIncluded`.
    """
    _require_hashes(NotIncluded, (leaf, root, *proof))
    if not 0 <= index < size:
        raise NotIncluded(f"index {index} lies outside a tree of {size}")
    node, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise NotIncluded("the proof is too long")
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise NotIncluded("the proof is too short")
    if computed != root:
        raise NotIncluded("the proof leads to another root")


def verify_consistency(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of `size2` with `root2` only added leaves to the tree of `size1` with `root1`.

    Raises `NotConsistent`.
    """
    _require_hashes(NotConsistent, (root1, root2, *proof))
    if not 0 <= size1 <= size2:
        raise NotConsistent(f"a tree of {size1} cannot have grown into one of {size2}")
    if size1 == 0 and root1 != EMPTY_ROOT:
        raise NotConsistent("the first tree is empty, its root is not")
    if size1 in (0, size2):
        if proof:
            raise NotConsistent("the proof must be empty")
        if size1 == size2 and root1 != root2:
            raise NotConsistent("two trees of one size have two roots")
        return
    _verify_growth(size1, size2, root1, root2, proof)


def _verify_growth(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    hashes = [root1, *proof] if size1 & (size1 - 1) == 0 else list(proof)
    if not proof:
        raise NotConsistent("the proof is empty")
    node, last = size1 - 1, size2 - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    computed1 = computed2 = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise NotConsistent("the proof is too long")
        if node & 1 or node == last:
            computed1, computed2 = node_hash(sibling, computed1), node_hash(sibling, computed2)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            computed2 = node_hash(computed2, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise NotConsistent("the proof is too short")
    if computed1 != root1:
        raise NotConsistent("the proof leads to another first root")
    if computed2 != root2:
        raise NotConsistent("the proof leads to another second root")


def _require_hashes(error: type[VerificationError], hashes: Sequence[bytes]) -> None:
    if any(len(each) != HASH_SIZE for each in hashes):
        raise error("a hash is not 32 bytes")
