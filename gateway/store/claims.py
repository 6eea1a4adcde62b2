"""Idempotency keys that are being answered now, in the memory of one process: enough where one process serves.

A process that ends holds nothing any more.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.errors import InFlight


class MemoryClaims:
    """Satisfies `exchange.ports.Claims`."""

    def __init__(self) -> None:
        self.held: set[tuple[str, str]] = set()

    @asynccontextmanager
    async def hold(self, client: str, key: str) -> AsyncIterator[None]:
        """Hold the key while the block runs; `InFlight` when somebody else does."""
        claim = (client, key)
        if claim in self.held:
            raise InFlight("in-flight")
        self.held.add(claim)
        try:
            yield
        finally:
            self.held.discard(claim)
