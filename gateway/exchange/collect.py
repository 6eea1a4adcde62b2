"""A recipient that did not ask comes for what was sent to it; a requester may read its own answer again while it is
kept.
"""

from gateway.exchange.gate import Gate
from gateway.exchange.receipt import kept_for
from gateway.exchange.record import record_outcome
from gateway.exchange.release import release
from gateway.model.codes import Tenant
from gateway.model.counted import Counted, Passage
from gateway.model.disclosure import Answer
from gateway.model.parties import Credentials


async def collect(gate: Gate, credentials: Credentials, id: str, trace_id: str) -> Answer:
    """The answer of disclosure `id`. Raises as `kept_for`."""
    viewer, stored = await kept_for(gate, credentials, id)
    if viewer != stored.row.requester:
        await record_outcome(gate, stored, viewer, trace_id)
        leaf = stored.receipt.leaf
        await gate.counters.count(Counted(Passage.COLLECTED, leaf.request_id, Tenant(leaf.tenant), viewer))
    return await release(gate, stored.receipt, stored.row, viewer=viewer, replayed=True)
