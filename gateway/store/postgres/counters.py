"""What passed, counted in PostgreSQL: one count for every gateway of a tenant. The rules are those of
`store/sqlite/counters.py`.

A count by itself does not wait for the disk (`synchronous_commit` off for it alone). Who commits after it and waits,
as the log does, waits for it too: a crash of the server may lose the last half second of what no record came after.

Trust: whoever can write this table can hide what left; a gateway's own role can add to it, and change or take away
nothing.
"""

from contextlib import closing
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from gateway.model.codes import Tenant
from gateway.model.counted import Counted, Passage
from gateway.store.postgres.database import Database, told
from gateway.store.sqlite.counters import UNAVAILABLE, Tally

_COUNT = """
    INSERT INTO counted SELECT %s, %s, %s, %s, %s, %s, %s WHERE set_config('synchronous_commit', 'off', true) = 'off'
    ON CONFLICT DO NOTHING
"""
_ALL = """
    SELECT passage, request, tenant, party, source, digest FROM counted
    WHERE %(day)s::date IS NULL OR day = %(day)s::date
"""


class PostgresCounters:
    """Satisfies `exchange.ports.Counters`."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    async def count(self, passing: Counted) -> None:
        row = (
            str(passing.passage),
            UUID(passing.request_id),
            passing.party,
            str(passing.tenant),
            passing.day,
            passing.source,
            bytes.fromhex(passing.digest),
        )
        with told(UNAVAILABLE):
            async with self._pool.connection() as connection:
                await connection.execute(_COUNT, row)


def read_shared_counters(database: Database, day: date | None = None) -> Tally:
    """What was counted, of one day or ever, beside gateways that may be counting."""
    with told(UNAVAILABLE), closing(database.connect()) as connection:
        since: Any = connection.execute("SELECT since FROM counting").fetchone()
        rows = connection.execute(_ALL, {"day": day}).fetchall()
    moment: datetime | None = since and since[0]
    return Tally(moment, [_counted(*row) for row in rows])


def _counted(passage: str, request: UUID, tenant: str, party: str, source: str, digest: bytes) -> Counted:
    return Counted(Passage(passage), str(request), Tenant(tenant), party, source, digest.hex())
