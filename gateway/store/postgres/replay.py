"""What was shown once and counts only once, in PostgreSQL: one memory for every gateway of a tenant.

Rules:
- Look and remember are one statement, committed durably before it is believed: of many gateways one is told "first".
- So an unclean stop, of a gateway or of the server, loses nothing that was accepted, and nothing has to be refused for
  its age afterwards (`refuses_until` is 0). What could lose it is a standby that takes over behind: let the server wait
  for that one (`synchronous_standby_names`).
- Only a SHA-256 of kind, issuer and `jti` is kept, until it would be refused for its age anyway. Whoever comes by
  forgets what expired, a little at a time and without waiting for another that does so, and counts: above `MAX_ROWS`
  nothing is accepted by this gateway until it counts less, which it does once a second.

Trust: whoever can delete from this table can have the proofs of the last minutes accepted a second time.
"""

from psycopg_pool import AsyncConnectionPool

from gateway.errors import Fault
from gateway.store.postgres.database import told
from gateway.store.sqlite.replay import MAX_ROWS, PURGE_EVERY, PURGE_MOST, UNAVAILABLE, key_of

_REMEMBER = "INSERT INTO seen (key, expires) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING 1"
_PURGE = """
    WITH turn AS (SELECT pg_try_advisory_xact_lock(hashtext('sluis.seen')) AS mine)
    DELETE FROM seen WHERE (SELECT mine FROM turn) AND key IN (
        SELECT key FROM seen WHERE expires < %s ORDER BY expires LIMIT %s)
"""
_COUNT = "SELECT count(*) FROM seen"


class PostgresReplay:
    """Satisfies `oauth.ports.Replay`."""

    refuses_until = 0

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool
        self._until_purge, self._room, self._counted = 0, True, 0

    async def first(self, kind: str, issuer: str, jti: str, *, expires: int, now: int) -> bool:
        """Whether this is the first time that it is shown; remembered until `expires` (Unix seconds)."""
        self._until_purge -= 1
        if self._until_purge < 0 or (not self._room and now > self._counted):
            await self.purge(now=now)
        if not self._room:
            raise Fault(UNAVAILABLE, log="more proofs are remembered than there is room for")
        with told(UNAVAILABLE):
            async with self._pool.connection() as connection:
                remembered = await connection.execute(_REMEMBER, (key_of(kind, issuer, jti), expires))
                return await remembered.fetchone() is not None

    async def purge(self, *, now: int) -> None:
        """Forget what expired, at most `PURGE_MOST` at once, and count what is left."""
        self._until_purge, self._counted = PURGE_EVERY, now
        with told(UNAVAILABLE):
            async with self._pool.connection() as connection:
                await connection.execute(_PURGE, (now, PURGE_MOST))
                row = await (await connection.execute(_COUNT)).fetchone()
        self._room = row is not None and row[0] < MAX_ROWS
