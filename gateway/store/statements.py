"""One text of SQL for both engines: what the registers say to a database, and how SQLite and PostgreSQL hear it.

Rules:
- Values are `?`. Truth is 0 or 1, a document is JSON as text, a moment is text of RFC 3339.
- A read is one statement, so it is one snapshot, and one round trip where the database is elsewhere.
- SQLite is read where it is called: it answers in some tens of microseconds, less than a change of thread takes.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any, Protocol

import apsw
import psycopg
from psycopg_pool import AsyncConnectionPool

from gateway.store.postgres.database import Database, told
from gateway.store.sqlite.database import transaction

Row = tuple[Any, ...]
Run = Callable[..., None]
"""`run(sql, *values)` in a transaction that is open."""


class UnknownReference(ValueError):
    """What was entered names something that the registers do not hold. Nothing was entered."""

    def __init__(self) -> None:
        super().__init__("a reference is unknown, or a name stands twice")


class Reader(Protocol):
    async def all(self, sql: str, *values: Any) -> list[Row]:
        """Every row. `Fault` where the database cannot be read."""


class SqliteReader:
    def __init__(self, connection: apsw.Connection) -> None:
        self._db = connection

    async def all(self, sql: str, *values: Any) -> list[Row]:
        return self._db.execute(sql, values).fetchall()


class PostgresReader:
    """`code`: of the fault where it cannot be read. A connection that was lost is one fault and then made anew."""

    def __init__(self, pool: AsyncConnectionPool, code: str) -> None:
        self._pool, self._code = pool, code

    async def all(self, sql: str, *values: Any) -> list[Row]:
        with told(self._code):
            async with self._pool.connection() as connection:
                return await (await connection.execute(_translated(sql), values)).fetchall()


class Writer(Protocol):
    def transaction(self) -> AbstractContextManager[Run]:
        """All of the block or nothing. `UnknownReference` where a constraint fails."""


class SqliteWriter:
    def __init__(self, connection: apsw.Connection) -> None:
        self._db = connection

    @contextmanager
    def transaction(self) -> Iterator[Run]:
        try:
            with transaction(self._db):
                yield lambda sql, *values: self._db.execute(sql, values) and None
        except apsw.ConstraintError:
            raise UnknownReference from None


class PostgresWriter:
    """One import at a time, whoever runs it; who reads is not held up. Statements go out without waiting for each."""

    def __init__(self, database: Database, code: str) -> None:
        self._database, self._code = database, code

    @contextmanager
    def transaction(self) -> Iterator[Run]:
        with told(self._code), self._database.connect() as connection:
            try:
                with connection.transaction():
                    connection.execute("LOCK TABLE organisations IN SHARE ROW EXCLUSIVE MODE")
                    with connection.pipeline():
                        yield lambda sql, *values: connection.execute(_translated(sql), values) and None
            except psycopg.IntegrityError:
                raise UnknownReference from None


@cache
def _translated(sql: str) -> bytes:
    return sql.replace("?", "%s").encode()
