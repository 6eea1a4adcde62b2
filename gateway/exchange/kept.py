"""An answer as it waits to be asked for again or collected: behind a digest of itself and of whom it is for.

Rules: the leaf vouches for the sealed data alone; what else stands in the answer, and whose it is, is held against this
digest before it leaves, so that what a disk damaged is given to nobody. It is no defence against somebody who can write
the store: they can write a digest too.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gateway.errors import Fault
from gateway.model.canonical import canonical
from gateway.model.record import OutboxRow

MARK = hashlib.sha256().digest_size


def marked(row: OutboxRow) -> OutboxRow:
    """The row with its answer behind the digest."""
    return replace(row, answer=_mark(row, row.answer) + row.answer)


def unmarked(row: OutboxRow) -> Mapping[str, Any]:
    """The answer of a row. `Fault` where it is not the one that was put there."""
    mark, answer = row.answer[:MARK], row.answer[MARK:]
    if mark != _mark(row, answer):
        raise Fault("record-mismatch", log="an answer that was kept is not what it was")
    return json.loads(answer)


def _mark(row: OutboxRow, answer: bytes) -> bytes:
    whose = canonical([row.client, row.idempotency_hash, row.body_hmac, row.requester, row.recipient])
    return hashlib.sha256(whose + b"\n" + answer).digest()
