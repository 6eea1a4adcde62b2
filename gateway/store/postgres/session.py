"""One session with PostgreSQL for whoever asks from a thread: opened when it is needed, and again after it was lost.

Rules:
- One caller at a time; a session that failed is not used again.
- What only reads is asked a second time when the connection was lost; what writes is not, since nobody knows what came
  of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import psycopg

from gateway.store.postgres.database import Database, Trouble, trouble_of

R = TypeVar("R")


class Session:
    """Raises `psycopg.Error` and the faults of `Database.connect`: whoever holds it tells them in its own words."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: psycopg.Connection | None = None
        self._alone = threading.Lock()

    def read(self, sql: str, *values: Any) -> list[Any]:
        """The rows of a statement that changes nothing."""
        with self._alone:
            try:
                return self._run(sql, values)
            except psycopg.Error as error:
                if trouble_of(error) is not Trouble.LOST:
                    raise
            return self._run(sql, values)

    def first(self, sql: str, *values: Any) -> Any:
        """The first row of a statement that changes nothing, or None."""
        rows: Sequence[Any] = self.read(sql, *values)
        return rows[0] if rows else None

    def write(self, change: Callable[[psycopg.Cursor[Any]], R]) -> R:
        """Call `change` in one transaction, durable on return."""
        with self._alone, self._connected().transaction(), self._connected().cursor(binary=True) as cursor:
            return change(cursor)

    def close(self) -> None:
        with self._alone:
            if self._connection is not None:
                self._connection.close()

    def _run(self, sql: str, values: tuple[Any, ...]) -> list[Any]:
        with self._connected().cursor(binary=True) as cursor:
            return cursor.execute(sql.encode(), values).fetchall()

    def _connected(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed or self._connection.broken:
            self._connection = self._database.connect()
        return self._connection
