"""The schema of a PostgreSQL database: brought forward by a command, required by whoever serves.

Rules:
- Each step is one transaction, under a lock, that looks anew at what is done: two at once do the work of one.
- Whoever serves neither migrates nor guesses: a schema that is behind or ahead is `store-schema`, with the command.
- The role that gateways use owns nothing. It gets what `grants.sql` lists and no more: what is only ever added to, it
  cannot change or take away.

Trust: the role that migrates owns the tables and can do anything with them. It is a person's, not a process's.
"""

from importlib.resources import files

import psycopg
from psycopg import sql

from gateway.errors import Fault
from gateway.store.migrations import pending, steps
from gateway.store.postgres.database import Database, Schema, told

SERIES = {Schema.STORE: "postgresql", Schema.KEYS: "postgresql-bodykeys"}
COMMAND = "gateway store migrate"
_LOCK = 0x5C1_0015
_VERSIONS = """
    CREATE TABLE IF NOT EXISTS schema_steps (
        version integer PRIMARY KEY CHECK (version > 0), taken_at timestamptz NOT NULL DEFAULT clock_timestamp())
"""


def newest(schema: Schema) -> int:
    """The version that this program needs."""
    return len(steps(SERIES[schema]))


def version(connection: psycopg.Connection) -> int:
    """How many steps a database has taken; 0 where it has none."""
    there = connection.execute("SELECT to_regclass('schema_steps') IS NOT NULL").fetchone()
    if not (there and there[0]):
        return 0
    row = connection.execute("SELECT coalesce(max(version), 0) FROM schema_steps").fetchone()
    return row[0] if row else 0


def migrate(database: Database, *, role: str | None = None) -> tuple[int, int]:
    """Bring a database to the version of this program; gives the version before and after. `role`: who is granted what
    a gateway needs. Raises `Fault` store-schema where it is ahead, store-unavailable where it cannot be used.
    """
    with told("store-unavailable"), database.connect() as connection:
        connection.silence = None
        connection.execute("SET statement_timeout = 0")
        with connection.transaction():
            _lock(connection)
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(database.schema)))
            connection.execute(_VERSIONS)
        before = version(connection)
        _require_not_ahead(database, before)
        for number, step in pending(steps(SERIES[database.schema]), before):
            with connection.transaction():
                _lock(connection)
                if version(connection) < number:
                    connection.execute(step.encode(), prepare=False)
                    connection.execute("INSERT INTO schema_steps (version) VALUES (%s)", (number,))
        if role is not None:
            _grant(connection, database.schema, role)
        return before, version(connection)


def require_current(database: Database, connection: psycopg.Connection) -> None:
    """`Fault` store-schema unless the database is at the version of this program."""
    with told("store-unavailable"):
        found = version(connection)
    _require_not_ahead(database, found)
    if found < newest(database.schema):
        raise Fault(
            "store-schema",
            retry_after=3600,
            log=f"{database.schema} is at version {found}, this program needs {newest(database.schema)}: {COMMAND}",
        )


def _require_not_ahead(database: Database, found: int) -> None:
    if found > newest(database.schema):
        log = f"{database.schema} is at version {found}, of a newer program: this one knows {newest(database.schema)}"
        raise Fault("store-schema", retry_after=3600, log=log)


def _lock(connection: psycopg.Connection) -> None:
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))


def _grant(connection: psycopg.Connection, schema: Schema, role: str) -> None:
    text = files("gateway.store.migrations").joinpath(SERIES[schema], "grants.sql").read_text("utf-8")
    with connection.transaction():
        _lock(connection)
        connection.execute(sql.SQL(text).format(role=sql.Identifier(role), schema=sql.Identifier(schema)))
