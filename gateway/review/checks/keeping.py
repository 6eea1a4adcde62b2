"""The seal that the FG takes along, so that nobody who can write the log can take anything back unseen.

Rules:
- It is what was published last, since that bears the signatures of witnesses and of the moment; else the signed head.
- As a QR code it keeps the signatures that fit: those of Ed25519 (64 bytes; of ML-DSA-44 one has 2420). It still is a
  note that the log signed, and that can be given back.

Specification: C2SP tlog-checkpoint; QR: ISO/IEC 18004.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

import segno

from gateway.model.codes import Tenant
from gateway.review.checks.seals import Trust, moment_of
from gateway.tlog.at_rest import LogsAtRest
from gateway.verify.checkpoint import Checkpoint
from gateway.verify.note import parse_note

LONGEST = 200
"""Bytes of a signature that goes into a QR code."""


@dataclass(frozen=True, slots=True)
class SealToKeep:
    """`note`: as it is kept in a file; `at`: when it was signed, None where no signature tells; `witnesses`: how many
    others signed it.
    """

    year: int
    checkpoint: Checkpoint
    note: str = field(repr=False)
    at: datetime | None
    witnesses: int

    @property
    def root(self) -> str:
        """The first eight digits of the root: what a person reads out."""
        return self.checkpoint.root.hex()[:8]


def seals_to_keep(logs: LogsAtRest, tenant: Tenant, trust: Trust) -> list[SealToKeep]:
    """Those of a tenant's logs, the newest year first. Raises the faults of the logs, and `VerificationError` where one
    cannot be read.
    """
    found = []
    for year in sorted(logs.years(tenant), reverse=True):
        with closing(logs.storage(tenant, year)) as log:
            head, published = log.state(), log.published()
            reader = trust(tenant, log)
        if head is None or not head.size:
            continue
        note = head.checkpoint if published is None else published.checkpoint
        checkpoint = Checkpoint.of(note)
        peers = {(peer.key.name, peer.key.id) for peer in reader.policy.witnesses.values()} if reader.policy else set()
        witnesses = {(each.name, each.key_id) for each in parse_note(note).signatures} & peers
        found.append(SealToKeep(year, checkpoint, note, moment_of(note, reader), len(witnesses)))
    return found


def short_note(note: str) -> str:
    """The same with its short signatures alone."""
    text, _, lines = note.rpartition("\n\n")
    parsed = parse_note(note).signatures
    kept = [line for line, each in zip(lines.splitlines(), parsed, strict=True) if len(each.value) <= LONGEST]
    return f"{text}\n\n" + "".join(f"{line}\n" for line in kept)


def qr_code(text: str, title: str) -> str:
    """A QR code as SVG to stand in a page: without style, script or anything from elsewhere."""
    code = segno.make(text, error="l", micro=False, encoding="utf-8")
    return str(code.svg_inline(scale=3, light="#fff", svgclass="sluis-qr", lineclass=None, title=title))
