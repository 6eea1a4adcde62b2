"""Last step: what was recorded, and nothing else, leaves. It takes a `CommittedReceipt`, which only the log makes.

The receipt is held against the very bytes that leave; the sealed data go to the recipient alone, and a recipient that
did not ask hears only of what it gets. What leaves is counted first, outside the log: only here, and only once.
"""

import hashlib

from gateway.errors import Fault
from gateway.exchange.gate import Gate
from gateway.exchange.kept import unmarked
from gateway.model.codes import Tenant
from gateway.model.counted import Counted, Passage
from gateway.model.disclosure import Answer
from gateway.model.record import CommittedReceipt, OutboxRow


async def release(
    gate: Gate, receipt: CommittedReceipt, row: OutboxRow, *, viewer: str, replayed: bool = False
) -> Answer:
    """The answer for `viewer` (an OIN). `Fault` when the bytes are not those of the record, or cannot be counted."""
    document = dict(unmarked(row))
    sealed = document["sealed"]
    digest = sealed and hashlib.sha256(sealed.encode()).hexdigest()
    if digest != receipt.released_sha256 or document["id"] != receipt.leaf.request_id:
        raise Fault("record-mismatch", log="an answer is not the one of its record")
    if viewer != row.recipient:
        document["sealed"] = None
    if viewer != row.requester:
        document |= {
            "fields": [f for f in document["fields"] if f["granted"]],
            "reasons": [],
            "missing": [],
            "hints": [],
        }
    if document["sealed"]:
        tenant, request_id = Tenant(receipt.leaf.tenant), receipt.leaf.request_id
        await gate.counters.count(Counted(Passage.RELEASED, request_id, tenant, viewer, digest=digest))
    return Answer(document | {"record": receipt.index, "at": receipt.leaf.time}, receipt.text, replayed)
