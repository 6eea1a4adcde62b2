"""Seals that somebody kept: a signed checkpoint each, as text, in the keeping of whoever wants to see that nothing was
taken back.

Rules:
- A seal that this log's key did not sign proves nothing against it, and is not quietly passed over either: then the
  check says that it could not be made.
- The moment of a seal is that of the newest good signature on it that bears one; the log's own Ed25519 has none.

Specification: C2SP tlog-checkpoint, tlog-cosignature.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.model.codes import Tenant
from gateway.tlog.at_rest import ReadableLog
from gateway.tlog.audit import audit_stream
from gateway.verify.checkpoint import Checkpoint, open_checkpoint
from gateway.verify.cosignature import split_timestamp
from gateway.verify.errors import BadSignature, VerificationError
from gateway.verify.keys import ED25519, VerifierKey
from gateway.verify.note import parse_note
from gateway.verify.trust import Reader

Trust = Callable[[str, ReadableLog], Reader]
"""Whom the desk trusts to sign a stream's log."""
MAX_SEALS, MAX_TEXT = 50, 400_000
_START = re.compile(r"^(?=\S+/[a-z-]+/[0-9]{4}\n[0-9]+\n)", re.MULTILINE)


class NoSeal(ValueError):
    """What was given is no seal of this tenant's log. `why`: `empty`, `many`, `form` or `other-log`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal that was given, nothing of it trusted yet. `own`: whether a person kept it, and not this desk."""

    stream: str
    year: int
    note: str = field(repr=False)
    checkpoint: Checkpoint
    own: bool = True


def read_seals(text: str, tenant: Tenant) -> list[Seal]:
    """The seals in a text, as they were kept, one after another. Raises `NoSeal`."""
    if len(text) > MAX_TEXT:
        raise NoSeal("many")
    notes = [each for each in _START.split(text.replace("\r\n", "\n").lstrip("\ufeff")) if each.strip()]
    if not notes:
        raise NoSeal("empty")
    if len(notes) > MAX_SEALS:
        raise NoSeal("many")
    return [seal_of(each.strip() + "\n", tenant) for each in notes]


def seal_of(note: str, tenant: Tenant, *, own: bool = True) -> Seal:
    """Raises `NoSeal`."""
    try:
        checkpoint = Checkpoint.of(note)
        stream, year = checkpoint.origin.split("/")[-2:]
        seal = Seal(stream, int(year), note, checkpoint, own)
    except (VerificationError, ValueError):
        raise NoSeal("form") from None
    if stream not in (tenant, audit_stream(tenant)):
        raise NoSeal("other-log")
    return seal


def open_seal(seal: Seal, keys: Sequence[VerifierKey]) -> Checkpoint:
    """The checkpoint, signed by one of the log's `keys`. Raises the errors of `open_checkpoint`."""
    return open_checkpoint(seal.note, [_named(key, seal.checkpoint.origin) for key in keys])


def moment_of(note: str, reader: Reader) -> datetime | None:
    """When it was signed at the latest, as a signature says that the reader can check."""
    peers = reader.policy.witnesses.values() if reader.policy else ()
    origin = Checkpoint.of(note).origin
    keys = [*(_named(key, origin) for key in reader.keys), *(peer.key for peer in peers)]
    known = {(key.name, key.id): key for key in keys if key.kind != ED25519}
    parsed, moments = parse_note(note), [0]
    for signature in parsed.signatures:
        if key := known.get((signature.name, signature.key_id)):
            with suppress(BadSignature, ValueError):
                key.verify(signature.value, parsed.text.encode())
                moments.append(split_timestamp(signature.value)[0])
    return datetime.fromtimestamp(max(moments), UTC) if any(moments) else None


def _named(key: VerifierKey, origin: str) -> VerifierKey:
    """The same key as it signs another year's log of the same stream."""
    return VerifierKey(origin, key.public, key.kind)
