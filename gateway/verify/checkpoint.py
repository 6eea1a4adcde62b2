"""Checkpoints: the signed head of a log.

Specification: C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint).

Rules:
- Three lines and no extension: origin, size, root.
- A log signs under its own name, with a kind of key that logs sign with: the key that vouches for a checkpoint is
  called as the checkpoint's origin, so that the key of one log cannot speak for another, nor a witness for a log.
- One good signature of the log is enough: who wants that of ML-DSA-44 for certain trusts that key alone.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from .encoding import decode_base64, decode_decimal
from .errors import MalformedCheckpoint, WrongOrigin
from .keys import OF_LOGS, VerifierKey
from .merkle import EMPTY_ROOT, HASH_SIZE
from .note import parse_note, verify_note


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the log `origin` when it held `size` leaves: `root` is its RFC 6962 root, 32 bytes."""

    origin: str
    size: int
    root: bytes

    def to_text(self) -> str:
        """The text of the note, ready to be signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a note as a checkpoint. Raises `MalformedCheckpoint`."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0]:
            raise MalformedCheckpoint("a checkpoint has three lines")
        try:
            size, root = decode_decimal(lines[1]), decode_base64(lines[2])
        except ValueError as error:
            raise MalformedCheckpoint(str(error)) from error
        if len(root) != HASH_SIZE or (size == 0 and root != EMPTY_ROOT):
            raise MalformedCheckpoint("the root is not one of a tree of this size")
        return cls(lines[0], size, root)

    @classmethod
    def of(cls, note: str) -> Self:
        """The checkpoint of a signed note, whoever signed it. Raises `MalformedNote` and `MalformedCheckpoint`."""
        return cls.parse(parse_note(note).text)


def open_checkpoint(note: str, keys: Iterable[VerifierKey], *, origin: str | None = None) -> Checkpoint:
    """Read a signed checkpoint and check that the log that it speaks of signed it.

    `origin`, where given, is the log that the reader expects. Raises the errors of `verify_note`, `MalformedCheckpoint`
    and `WrongOrigin`.
    """
    parsed, signed = verify_note(note, keys)
    checkpoint = Checkpoint.parse(parsed.text)
    if all(key.name != checkpoint.origin or key.kind not in OF_LOGS for key in signed):
        raise WrongOrigin(f"a checkpoint of {checkpoint.origin} is signed by {signed[0].name}")
    if origin is not None and checkpoint.origin != origin:
        raise WrongOrigin(f"a checkpoint of {checkpoint.origin}, not of {origin}")
    return checkpoint
