"""From what the pipeline hands over to what is stored: keys, sealed body, leaf.

Rules:
- The body is sealed under a key of its own, derived from its subject's key and its case's; a request without a case has
  a key of its own in the case's place.
- Nothing of the body but a salted commitment and the hash of its ciphertext comes into the leaf.
- An answer that is kept is sealed by the same keys: erasing them erases it, wherever a trace of it may be left.
- A record that cannot be written down is refused by itself and spoils no other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gateway.crypto.kept import seal_answer
from gateway.errors import Fault
from gateway.model.log import LogRow
from gateway.model.record import Leaf, MalformedLeaf, NewRecord, OutboxRow
from gateway.tlog.ports import BodyKeys, Identifiers, Owner, Randomness
from gateway.verify.body import NONCE_SIZE, SALT_SIZE, body_key, commitment, seal_body
from gateway.verify.receipt import format_receipt


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record that is ready to be given a place."""

    new: NewRecord
    leaf: Leaf
    leaf_bytes: bytes
    sealed: bytes
    subject_key: bytes | None
    case_key: bytes
    outbox: OutboxRow | None

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The ids of the keys that open its body."""
        return (self.case_key,) if self.subject_key is None else (self.subject_key, self.case_key)

    def row(self, index: int, path: str, checkpoint: str) -> LogRow:
        """The row at `index`; `path` are the lines of its inclusion proof under `checkpoint`."""
        receipt = format_receipt(self.leaf_bytes, index, [path] if path else [], checkpoint)
        return LogRow(
            index,
            self.leaf.id,
            self.leaf.request_id,
            self.leaf_bytes,
            self.sealed,
            self.subject_key,
            self.case_key,
            self.outbox,
            receipt,
            self.new.retain_until,
            self.new.statement,
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """Prepares records of one stream, whose name stands in each leaf as its tenant."""

    stream: str
    keys: BodyKeys
    identifiers: Identifiers
    randomness: Randomness

    def prepare(self, records: Sequence[tuple[NewRecord, datetime]]) -> list[Prepared | Fault]:
        """Seal each record; its keys are durable when this returns. Raises what `BodyKeys.obtain` raises."""
        owners = [owner for new, _ in records for owner in _owners(new)]
        keys = self.keys.obtain(owners)
        return [self._prepare(new, at, keys) for new, at in records]

    def _prepare(self, new: NewRecord, at: datetime, keys: Mapping[Owner, tuple[bytes, bytes]]) -> Prepared | Fault:
        subject_id, subject = keys[_subject(new)] if new.subject is not None else (None, None)
        case_id, case = keys[_case(new)]
        record_id = self.identifiers.new()
        fresh = self.randomness(NONCE_SIZE + SALT_SIZE + NONCE_SIZE)
        nonce, salt, other = fresh[:NONCE_SIZE], fresh[NONCE_SIZE:-NONCE_SIZE], fresh[-NONCE_SIZE:]
        sealed = seal_body(body_key(subject, case, record_id), record_id, new.body, nonce, salt)
        leaf = Leaf(
            id=record_id,
            time=at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            tenant=self.stream,
            kind=new.kind,
            simulation=new.simulation,
            request_id=new.request_id,
            revision=new.revision,
            commitment=commitment(salt, new.body).hex(),
            body_sha256=hashlib.sha256(sealed).hexdigest(),
            released_sha256=None if new.gone_out is None else hashlib.sha256(new.gone_out).hexdigest(),
        )
        try:
            data = leaf.to_bytes()
        except MalformedLeaf as error:
            return Fault("log-unavailable", log=str(error))
        outbox = new.outbox
        if outbox is not None:
            outbox = replace(outbox, answer=seal_answer(subject, case, record_id, outbox.answer, other))
        return Prepared(new, leaf, data, sealed, subject_id, case_id, outbox)


def _subject(new: NewRecord) -> Owner:
    return ("subject", new.subject or "", _until(new))


def _case(new: NewRecord) -> Owner:
    return ("request", new.request_id, _until(new)) if new.case is None else ("case", new.case, _until(new))


def _until(new: NewRecord) -> str:
    return "" if new.retain_until is None else new.retain_until.isoformat()


def _owners(new: NewRecord) -> tuple[Owner, ...]:
    return (_case(new),) if new.subject is None else (_subject(new), _case(new))
