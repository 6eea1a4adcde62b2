"""Receipts: one file that proves that a record stands in the log, and to which answer it belongs.

Specification: C2SP tlog-proof (https://c2sp.org/tlog-proof), first line `c2sp.org/tlog-proof@v1`.

Rules:
- The `extra` line carries the leaf's bytes and is not authenticated: they are hashed again, always, and only what the
  signed root covers is believed.
- A receipt belongs to one answer: the SHA-256 of the released bytes stands in the leaf.
- The checkpoint is that of the log of the leaf's tenant: an origin reads `<host>/<tenant>/<year>`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from .checkpoint import Checkpoint, open_checkpoint
from .encoding import decode_base64, decode_decimal
from .errors import MalformedReceipt, NothingReleased, OtherAnswer, WrongOrigin
from .leaf import LoggedLeaf, parse_leaf
from .merkle import HASH_SIZE, leaf_hash, verify_inclusion
from .note import VerifierKey

HEADER = "c2sp.org/tlog-proof@v1"
MAX_RECEIPT_BYTES = 1_500_000
MAX_PROOF = 63


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt taken apart, nothing of it verified: the leaf's bytes, its place, the path to the root, the note."""

    leaf: bytes
    index: int
    proof: tuple[bytes, ...]
    checkpoint: str

    def to_text(self) -> str:
        """The file's text."""
        proof = [base64.b64encode(each).decode() for each in self.proof]
        return format_receipt(self.leaf, self.index, proof, self.checkpoint)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take a receipt apart. Raises `MalformedReceipt`."""
        if len(text) > MAX_RECEIPT_BYTES:
            raise MalformedReceipt("too large")
        head, gap, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if not gap or lines[0] != HEADER:
            raise MalformedReceipt(f"the first line is not {HEADER}, or the checkpoint is missing")
        if len(lines) < 3 or not lines[1].startswith("extra ") or not lines[2].startswith("index "):
            raise MalformedReceipt("the second line is not 'extra …' or the third is not 'index …'")
        if len(lines) - 3 > MAX_PROOF:
            raise MalformedReceipt("the proof is too long")
        try:
            leaf = decode_base64(lines[1].removeprefix("extra "))
            index = decode_decimal(lines[2].removeprefix("index "))
            proof = tuple(decode_base64(line) for line in lines[3:])
        except ValueError as error:
            raise MalformedReceipt(str(error)) from error
        if any(len(each) != HASH_SIZE for each in proof):
            raise MalformedReceipt("a hash of the proof is not 32 bytes")
        return cls(leaf, index, proof, checkpoint)


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """What a receipt proves. `answer_checked` says whether the released bytes were there to be compared."""

    leaf: LoggedLeaf
    index: int
    checkpoint: Checkpoint
    answer_checked: bool


def format_receipt(leaf: bytes, index: int, proof: Sequence[str], checkpoint: str) -> str:
    """Write a receipt; `proof` are hashes in base64, leaf's sibling first, `checkpoint` a signed note."""
    extra = base64.b64encode(leaf).decode()
    return "\n".join((HEADER, f"extra {extra}", f"index {index}", *proof, "", checkpoint))


def verify_receipt(
    receipt: str | bytes,
    keys: Iterable[VerifierKey | str],
    *,
    released: bytes | None = None,
    origin: str | None = None,
) -> VerifiedReceipt:
    """Check a receipt against the verifier keys that the reader trusts.

    `released`: the exact bytes that were received (a compact JWE), to check that this receipt is theirs. `origin`: the
    log that the reader expects. Returns what is proved; raises the `VerificationError` that says what is wrong.
    """
    parsed = Receipt.parse(_decode(receipt))
    trusted = [VerifierKey.parse(key) if isinstance(key, str) else key for key in keys]
    checkpoint = open_checkpoint(parsed.checkpoint, trusted, origin=origin)
    verify_inclusion(parsed.index, checkpoint.size, leaf_hash(parsed.leaf), parsed.proof, checkpoint.root)
    leaf = parse_leaf(parsed.leaf)
    if checkpoint.origin.split("/")[-2:-1] != [leaf.tenant]:
        raise WrongOrigin(f"a record of tenant {leaf.tenant} in the log {checkpoint.origin}")
    if released is not None:
        _require_own_answer(leaf, released)
    return VerifiedReceipt(leaf, parsed.index, checkpoint, answer_checked=released is not None)


def _require_own_answer(leaf: LoggedLeaf, released: bytes) -> None:
    if leaf.released_sha256 is None:
        raise NothingReleased(f"record {leaf.id} is a {leaf.kind}")
    if hashlib.sha256(released).hexdigest() != leaf.released_sha256:
        raise OtherAnswer(f"record {leaf.id} is of another answer")


def _decode(receipt: str | bytes) -> str:
    if isinstance(receipt, str):
        return receipt
    try:
        return receipt.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedReceipt("not UTF-8") from error
