"""A recipient that did not ask comes for what was sent to it; a requester may read its own answer again while it is
kept.
"""

from gateway.errors import NotFound
from gateway.exchange.authenticate import authenticate
from gateway.exchange.gate import Gate
from gateway.exchange.record import record_outcome
from gateway.exchange.release import release
from gateway.model.codes import Tenant
from gateway.model.counted import Counted, Passage
from gateway.model.disclosure import Answer
from gateway.model.parties import Credentials


async def collect(gate: Gate, credentials: Credentials, id: str, trace_id: str) -> Answer:
    """The answer of disclosure `id`. `NotFound` alike for what does not exist, what is no longer kept and what is
    another's.
    """
    viewer = (await authenticate(gate, credentials)).organisation.oin
    stored = await gate.records.disclosure(id)
    if (
        stored is None
        or viewer not in (stored.row.requester, stored.row.recipient)
        or (viewer != stored.row.requester and not stored.receipt.released_sha256)
    ):
        raise NotFound("not-found")
    if viewer != stored.row.requester:
        await record_outcome(gate, stored, viewer, trace_id)
        leaf = stored.receipt.leaf
        await gate.counters.count(Counted(Passage.COLLECTED, leaf.request_id, Tenant(leaf.tenant), viewer))
    return await release(gate, stored.receipt, stored.row, viewer=viewer, replayed=True)
