"""Last step: what was recorded, and nothing else, leaves. It takes a `CommittedReceipt`, which only the log makes.

The receipt is held against the very bytes that leave; the sealed data go to the recipient alone, and a recipient that
did not ask
hears only of what it gets.
"""

import hashlib
import json

from gateway.errors import Fault
from gateway.model.disclosure import Answer
from gateway.model.record import CommittedReceipt, OutboxRow


def release(receipt: CommittedReceipt, row: OutboxRow, *, viewer: str, replayed: bool = False) -> Answer:
    """The answer for `viewer` (an OIN). `Fault` when the bytes are not those of the record."""
    document = json.loads(row.answer)
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
    return Answer(document | {"record": receipt.index, "at": receipt.leaf.time}, receipt.text, replayed)
