"""An idempotency key names one request of one client: the same question gets the same answer, and nothing is
disclosed twice.

The key is scoped to the client. While it is being answered a second arrival is told so (409); the same key with
another body, compared by HMAC, is refused (422); an answer that was recorded in the last hours is given again, byte for
byte, which cures a crash between record and answer. What is in flight is known by the claims, in every process; what
was answered is known by the log.
"""

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gateway.errors import KeyReused
from gateway.exchange.gate import Gate
from gateway.exchange.release import release
from gateway.model.disclosure import Answer
from gateway.model.parties import Requester
from gateway.model.request import Call


@dataclass(frozen=True, slots=True)
class Claim:
    """One request, claimed by its client under a key. `key` and `body` are HMACs."""

    client: str
    key: str
    body: str


@asynccontextmanager
async def claimed(gate: Gate, requester: Requester, call: Call) -> AsyncIterator[Claim]:
    """Hold the key of a call while the block runs; `InFlight` when somebody else does."""
    claim = Claim(
        requester.client_id,
        gate.pseudonyms.digest(call.idempotency_key.encode()),
        gate.pseudonyms.digest(call.body),
    )
    async with gate.claims.hold(claim.client, claim.key):
        yield claim


async def recall(gate: Gate, claim: Claim) -> Answer | None:
    """The answer that this claim was given before, if any; `KeyReused` when the key was used for another body."""
    stored = await gate.records.answered(claim.client, claim.key)
    if stored is None:
        return None
    if not hmac.compare_digest(stored.row.body_hmac, claim.body):
        raise KeyReused("key-reused")
    return await release(gate, stored.receipt, stored.row, viewer=stored.row.requester, replayed=True)
