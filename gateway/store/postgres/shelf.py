"""Where the logs of many processes stand: one database for what is recorded, another for the keys that open it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from gateway.store.postgres.bodykeys import PostgresBodyKeys
from gateway.store.postgres.database import Database, told
from gateway.store.postgres.log import PostgresLogStorage
from gateway.store.postgres.session import Session


class PostgresShelf:
    """`tlog.ports.Shelf`. Both schemas must be current (`schema.require_current`)."""

    shared = True

    def __init__(self, logs: Database, keys: Database) -> None:
        self._logs, self._keys = logs, keys
        self._session = Session(logs)

    def years(self, stream: str) -> Sequence[int]:
        with told("log-unavailable"):
            rows = self._session.read("SELECT year FROM logs WHERE stream = %s AND epoch > 0 ORDER BY year", stream)
        return [year for (year,) in rows]

    def storage(self, stream: str, year: int) -> PostgresLogStorage:
        return PostgresLogStorage(self._logs, stream, year)

    def keys(self, stream: str) -> PostgresBodyKeys:
        return PostgresBodyKeys(self._keys, stream, os.urandom)

    def close(self) -> None:
        self._session.close()
