"""Idempotency keys that are being answered now, told to every gateway of a tenant by a table.

Rules:
- A second arrival hears 409, whichever gateway it reaches, so that a holder is not asked twice. That it is not
  *answered* twice does not hang on this: the log takes one answer for a key, and no other.
- A claim is its gateway's as long as that lives: renewed every `RENEW` seconds, and let go of when the answer is there.
  When the gateway dies the claim ends by itself, at most `LIFE` seconds later, by the clock of the server.
- The table is unlogged: a claim costs no flush. After a crash of the server it is empty, as is what was on its way to
  the log: who asks again then may have a holder asked a second time.

Why a table and not advisory locks: those live by one session, so that a hiccup of the network would let go of all that
a gateway is answering; they need a pooler that keeps sessions, and share a fixed room in the server's memory.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg
from psycopg_pool import AsyncConnectionPool

from gateway.errors import Fault, InFlight
from gateway.store.claims import MemoryClaims
from gateway.store.postgres.database import told

LIFE, RENEW = 15.0, 5.0
UNAVAILABLE = "store-unavailable"
_TAKE = """
    INSERT INTO claims AS held (client, key, holder, expires)
    VALUES (%s, %s, %s, clock_timestamp() + make_interval(secs => %s))
    ON CONFLICT (client, key) DO UPDATE SET holder = excluded.holder, expires = excluded.expires
    WHERE held.expires < clock_timestamp() OR held.holder = excluded.holder RETURNING 1
"""
_RENEW = """
    UPDATE claims AS held SET expires = clock_timestamp() + make_interval(secs => %s)
    FROM unnest(%s::text[], %s::text[]) AS mine (client, key)
    WHERE held.client = mine.client AND held.key = mine.key AND held.holder = %s
"""
_RELEASE = "DELETE FROM claims WHERE client = %s AND key = %s AND holder = %s"
_FORGET = "DELETE FROM claims WHERE expires < clock_timestamp()"


class PostgresClaims:
    """Satisfies `exchange.ports.Claims`. One a process: what it holds itself it knows without asking."""

    def __init__(self, pool: AsyncConnectionPool, *, life: float = LIFE) -> None:
        self._pool, self._life = pool, life
        self._mine, self._holder = MemoryClaims(), secrets.token_bytes(16)

    @asynccontextmanager
    async def hold(self, client: str, key: str) -> AsyncIterator[None]:
        """Hold the key while the block runs; `InFlight` when any gateway does."""
        async with self._mine.hold(client, key):
            with told(UNAVAILABLE):
                async with self._pool.connection() as connection:
                    taken = await connection.execute(_TAKE, (client, key, self._holder, self._life))
                    if await taken.fetchone() is None:
                        raise InFlight("in-flight")
            try:
                yield
            finally:
                with suppress(psycopg.Error):  # it ends by itself then
                    async with self._pool.connection() as connection:
                        await connection.execute(_RELEASE, (client, key, self._holder))

    async def renew(self) -> None:
        """Say once that what is held is held, and forget what others left behind."""
        with told(UNAVAILABLE):
            async with self._pool.connection() as connection:
                if mine := sorted(self._mine.held):
                    clients, keys = map(list, zip(*mine, strict=True))
                    await connection.execute(_RENEW, (self._life, clients, keys, self._holder))
                await connection.execute(_FORGET)

    async def keep(self) -> None:
        """Renew for ever; a database that is away is told by whoever asks it for something."""
        while True:
            await asyncio.sleep(RENEW)
            with suppress(Fault):
                await self.renew()
