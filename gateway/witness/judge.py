"""What a witness answers to `add-checkpoint`: whether a checkpoint is of a log that it knows, and only added to the
last one that it cosigned.

Specification: C2SP tlog-witness (https://c2sp.org/tlog-witness); consistency: RFC 6962 section 2.1.2.

Rules:
- The statuses are the protocol's: 400 cannot be read, 404 no log that is known here, 403 no good signature of it, 409
  not from the size that was cosigned last (that size is told), 422 no proof that it only grew, or another root at the
  same size (409 in version 1.0.0 of the specification, 422 since C2SP/C2SP#280, so that each 409 tells a size).
- What a stranger sends costs no signature to check: the origin is looked up first.
- A checkpoint with extension lines is refused: our logs write none, and nobody could audit them.
- Nothing here has a state or a clock: both are given.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gateway.verify.checkpoint import Checkpoint, open_checkpoint
from gateway.verify.cosignature import MAX_NAME
from gateway.verify.encoding import decode_base64, decode_decimal
from gateway.verify.errors import NotConsistent, VerificationError
from gateway.verify.keys import OF_LOGS, VerifierKey
from gateway.verify.merkle import EMPTY_ROOT, HASH_SIZE, verify_consistency
from gateway.verify.note import parse_note

MAX_BODY = 256 * 1024
MAX_PROOF = 63
PLAIN, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
_ZERO = re.compile(r"[^\n]+\n0\n[A-Za-z0-9+/]{43}=\n")
_YEARLY = re.compile(r"(.+)/([0-9]{4})")


class Refused(Exception):
    """What is answered in place of a cosignature. `fork`: the log signed another root for the size that is held."""

    def __init__(self, status: int, text: str, media: str = PLAIN, *, fork: bool = False) -> None:
        super().__init__(text)
        self.status, self.body, self.media, self.fork = status, f"{text}\n", media, fork


@dataclass(frozen=True, slots=True)
class TrustedLog:
    """A log that is witnessed: by its own `key`, or by every key of the same bytes under the name of a later year.

    With `every_year` the name ends in `/<year>`; its successors are those of the following years, up to the next one.
    """

    key: VerifierKey
    every_year: bool = False

    def __post_init__(self) -> None:
        if self.key.kind not in OF_LOGS:
            raise ValueError("a key of this type does not sign for a log")
        if self.every_year and _YEARLY.fullmatch(self.key.name) is None:
            raise ValueError("the name of a yearly log ends in a slash and a year")

    def key_of(self, origin: str, now: datetime) -> VerifierKey | None:
        """The key that signs for `origin`, where this log speaks for it."""
        if origin == self.key.name:
            return self.key
        own, asked = _YEARLY.fullmatch(self.key.name), _YEARLY.fullmatch(origin)
        if not self.every_year or own is None or asked is None or own[1] != asked[1]:
            return None
        if not int(own[2]) <= int(asked[2]) <= now.year + 1:
            return None
        return VerifierKey(origin, self.key.public, self.key.kind)


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was read, nothing of it believed yet. `old`: the size that `proof` starts from."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint
    note: str


def read(body: bytes) -> Request:
    """Read the body of a request. Raises `Refused` 400."""
    try:
        head, _, note = body.decode("utf-8").partition("\n\n")
        first, *lines = head.split("\n")
        if not first.startswith("old ") or len(lines) > MAX_PROOF:
            raise ValueError("no old size, or more than 63 hashes")
        old = decode_decimal(first.removeprefix("old "))
        proof = tuple(decode_base64(line) for line in lines)
        if any(len(each) != HASH_SIZE for each in proof):
            raise ValueError("a hash of the proof is not 32 bytes")
        checkpoint = _checkpoint(parse_note(note).text)
        if len(checkpoint.origin.encode()) > MAX_NAME:
            raise ValueError("a name that cannot be cosigned")
        return Request(old, proof, checkpoint, note)
    except (ValueError, VerificationError) as error:
        raise Refused(400, f"the request cannot be read: {_detail(error)}") from None


def authenticate(request: Request, logs: Iterable[TrustedLog], now: datetime) -> None:
    """Check that a log that is known here signed. Raises `Refused` 404 or 403."""
    origin = request.checkpoint.origin
    keys = [key for key in (log.key_of(origin, now) for log in logs) if key is not None]
    if not keys:
        raise Refused(404, "this log is not known here")
    try:
        open_checkpoint(request.note, keys, origin=origin)
    except VerificationError as error:
        raise Refused(403, f"the log did not sign this: {error.code}") from None


def judge(request: Request, seen: Checkpoint | None) -> None:
    """Hold an authentic request against the checkpoint of its log that was cosigned last. Raises `Refused`."""
    size, held = request.checkpoint.size, 0 if seen is None else seen.size
    if request.old > size:
        raise Refused(400, "the old size is larger than the checkpoint")
    if request.old != held:
        raise Refused(409, str(held), SIZE)
    root = EMPTY_ROOT if seen is None else seen.root
    if size == held and request.checkpoint.root != root:
        raise Refused(422, f"another root was cosigned at size {size}", fork=True)
    try:
        verify_consistency(held, size, root, request.checkpoint.root, request.proof)
    except NotConsistent as error:
        raise Refused(422, f"the proof does not hold: {error}") from None


def _checkpoint(text: str) -> Checkpoint:
    if _ZERO.fullmatch(text) and f"\n{b64encode(EMPTY_ROOT).decode()}\n" not in text:
        raise Refused(422, "the empty tree has another root")
    return Checkpoint.parse(text)


def _detail(error: Exception) -> str:
    """What is wrong, without what was sent."""
    return "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
