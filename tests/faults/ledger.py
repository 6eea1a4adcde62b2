"""What callers were told, held against the log that came back.

Rules:
- `lost`: an acknowledged receipt whose record does not stand at its place, whose body no key opens any more, or whose
  answer is not kept although it has not expired and was not erased.
- `forks`: two histories were signed: another record stands at a receipt's place, or a checkpoint that somebody was
  shown is no beginning of today's tree.
- Receipts and checkpoints are verified by `gateway.verify`, with the keys alone.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.model.codes import Tenant
from gateway.model.record import CommittedReceipt, NewRecord
from gateway.tlog import Log, Logs
from gateway.verify import VerifierKey, open_checkpoint, verify_receipt
from gateway.verify.errors import VerificationError
from gateway.verify.merkle import verify_consistency
from gateway.verify.receipt import Receipt
from tests.unit.tlog.bench import Clock

YEAR, SAMPLE = 2026, 40


@dataclass(frozen=True, slots=True)
class Told:
    """One acknowledgement. `answer_until`: until when its answer is kept, None where it has none. `subject`: whose keys
    seal the body.
    """

    tenant: Tenant
    receipt: str
    body: bytes
    subject: str | None = None
    answer: bytes | None = None
    answer_until: datetime | None = None


@dataclass
class Ledger:
    clock: Clock = field(default_factory=Clock)
    """The time of the whole history, that no cut sets back."""
    told: list[Told] = field(default_factory=list)
    shown: set[tuple[Tenant, str]] = field(default_factory=set)
    """The checkpoints that somebody could read."""
    erasing: set[tuple[Tenant, str | None]] = field(default_factory=set)
    perhaps: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    """The receipts of bodies that may be erased, since nobody heard how it ended, and that must be."""
    _held: int = 0

    def write(self, tenant: Tenant, new: NewRecord, receipt: CommittedReceipt) -> None:
        kept = new.outbox
        until = kept and kept.expires_at
        self.told.append(Told(tenant, receipt.text, new.body, new.subject, kept and kept.answer, until))
        if (tenant, new.subject) in self.erasing:
            self.perhaps.add(receipt.text)

    def erase(self, tenant: Tenant, subject: str) -> set[str]:
        """An erasure begins: what was told of this person until it is over may be erased or not; the receipts that must
        be, once it succeeds.
        """
        wanted = {each.receipt for each in self.told if (each.tenant, each.subject) == (tenant, subject)}
        self.erasing.add((tenant, subject))
        self.perhaps |= wanted - self.gone
        return wanted

    def erased(self, tenant: Tenant, subject: str, receipts: set[str]) -> None:
        """It succeeded."""
        self.erasing.discard((tenant, subject))
        self.gone |= receipts
        self.perhaps -= receipts

    def pass_time(self, time: timedelta) -> None:
        self.clock.moment += time

    def look(self, logs: Logs) -> None:
        """Read the checkpoints as anyone may, at this moment."""
        self.shown |= {(name, log.checkpoint) for (name, _), log in logs.opened.items()}

    async def hold_against(self, logs: Logs, chance: random.Random | None = None) -> Counter[str]:
        """How many are `verified`, `lost`, `forks`, and `legible` though they were erased. With `chance`: of the new
        ones and some older ones.
        """
        counts = Counter[str](verified=0, lost=0, forks=0, legible=0)
        keys = [VerifierKey.parse(key) for key in logs.verifiers]
        told, shown = self.told, list(self.shown)
        if chance is not None:
            old, new = told[: self._held], told[self._held :]
            told = new + chance.sample(old, min(len(old), SAMPLE))
            shown = chance.sample(shown, min(len(shown), SAMPLE))
        self._held = len(self.told)
        for each in told:
            counts.update(await self._judge(logs, each, keys))
        for tenant, text in shown:
            counts["forks"] += not _begins(await logs.log(tenant, YEAR), text, keys)
        return counts

    async def _judge(self, logs: Logs, told: Told, keys: list[VerifierKey]) -> list[str]:
        log = await logs.log(told.tenant, YEAR)
        proof, leaf = verify_receipt(told.receipt, keys), Receipt.parse(told.receipt).leaf
        stands = log.entry(proof.index)
        if stands is not None and stands != leaf:
            return ["lost", "forks"]
        if stands is None:
            return ["lost"]
        body, kept = log.body(proof.index), await logs.disclosure(proof.leaf.request_id)
        if told.receipt in self.gone:
            return ["legible"] if body is not None or kept is not None else ["verified"]
        if told.receipt in self.perhaps and body is None:
            return ["verified"]
        expires = told.answer_until
        if body != told.body or (expires is not None and expires > self.clock.now() and kept is None):
            return ["lost"]
        if kept is not None and (kept.row.answer, kept.receipt.text) != (told.answer, told.receipt):
            return ["lost"]
        return ["verified" if _begins(log, told.receipt.split("\n\n", 1)[1], keys) else "forks"]


def _begins(log: Log, checkpoint: str, keys: list[VerifierKey]) -> bool:
    """Whether the tree of this checkpoint is a beginning of the log's tree, as its newest checkpoint signs it."""
    old, new = open_checkpoint(checkpoint, keys), open_checkpoint(log.checkpoint, keys)
    try:
        verify_consistency(old.size, new.size, old.root, new.root, log.consistency(old.size, new.size))
    except (ValueError, VerificationError):
        return False
    return True
