"""Whoever asked for a disclosure, and whoever may collect it, gets a receipt anew while the answer is kept: under a
newer checkpoint, or in another form. It holds nothing that was released.
"""

import asyncio
from collections.abc import Callable

from gateway.errors import NotFound
from gateway.exchange.authenticate import authenticate
from gateway.exchange.gate import Gate
from gateway.model.parties import Credentials
from gateway.model.record import CommittedReceipt, StoredAnswer

Make = Callable[[CommittedReceipt], bytes | None]


async def kept_for(gate: Gate, credentials: Credentials, id: str) -> tuple[str, StoredAnswer]:
    """Who comes (an OIN), and the answer of disclosure `id`. `NotFound` alike for what does not exist, what is not
    kept any more and what is another's; a refusal is its requester's alone.
    """
    viewer = (await authenticate(gate, credentials)).organisation.oin
    stored = await gate.records.disclosure(id)
    if (
        stored is None
        or viewer not in (stored.row.requester, stored.row.recipient)
        or (viewer != stored.row.requester and not stored.receipt.released_sha256)
    ):
        raise NotFound("not-found")
    return viewer, stored


async def receipt(gate: Gate, make: Make, credentials: Credentials, id: str) -> bytes:
    """The receipt of disclosure `id` as `make` makes it, away from the event loop. Raises as `kept_for`."""
    _, stored = await kept_for(gate, credentials, id)
    made = await asyncio.to_thread(make, stored.receipt)
    if made is None:
        raise NotFound("not-found")
    return made
