"""Connections that do not wait for ever for a server that says nothing.

The server ends its own statements (`statement_timeout`), as long as it runs: one that was stopped, or whose machine
hangs, does not, and on a unix socket no network notices. So whoever asks gives up a little later by itself, and lets go
of the connection: what came of the statement is not known.

Specification: https://www.psycopg.org/psycopg3/docs/api/connections.html (`wait`).
"""

from typing import Any

import psycopg
from psycopg.errors import _WaitTimeout

SILENCE = 15.0
"""Seconds; more than any statement may take."""


class PatientConnection(psycopg.Connection):
    """For one thread. `silence` None: for what may take long, as a migration."""

    silence: float | None = SILENCE

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.silence)
        except _WaitTimeout:
            self.close()
            raise psycopg.OperationalError("the server said nothing") from None


class PatientAsyncConnection(psycopg.AsyncConnection):
    """For the event loop."""

    async def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None:
            return await super().wait(gen, interval, timeout)
        try:
            return await super().wait(gen, interval, SILENCE)
        except _WaitTimeout:
            await self.close()
            raise psycopg.OperationalError("the server said nothing") from None
