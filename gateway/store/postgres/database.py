"""Opening PostgreSQL the one way this gateway does.

Rules:
- In production TLS that proves whose server it is (`sslmode=verify-full`), or a unix socket; nothing less connects.
- A session is refused where the server would acknowledge what is not on disk (`fsync`, `full_page_writes`,
  `synchronous_commit`), is a standby, is older than 14 or does not speak UTF-8.
- Nothing waits for ever: each statement, each lock, each connection, each silence of network or server has its limit.
- **An error of PostgreSQL never leaves this room**: it quotes rows. What leaves is a `Fault` that tells the trouble and
  the SQLSTATE. A lost connection, a full disk, a server that only reads, and two that got in each other's way are
  told apart.
- Each part of the store has a schema of its own, which is the whole search path: objects that others put in `public`
  are not seen.
- Sessions keep settings and prepared statements: a pooler between must keep sessions too.

Specification: https://www.postgresql.org/docs/15/libpq-connect.html and .../errcodes-appendix.html.

Trust: whoever can write in this database is trusted with what its tables hold; the log alone shows it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo
from psycopg_pool import AsyncConnectionPool

from gateway.errors import Fault
from gateway.store.postgres.patient import PatientAsyncConnection, PatientConnection

OLDEST = 140000
STATEMENT_TIMEOUT, LOCK_TIMEOUT, IDLE_TIMEOUT = "10s", "5s", "15s"
CONNECT: Mapping[str, str | int] = {
    "application_name": "sluis",
    "connect_timeout": 5,
    "target_session_attrs": "read-write",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
PATIENCE = 2.0
"""Seconds that a request waits for a connection of the pool."""
_CHECK = """
    SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),
    current_setting('server_encoding'), pg_is_in_recovery(), current_setting('server_version_num')::int
"""


class Schema(StrEnum):
    """A part of the store by the schema that is its own: it may stand in a database of its own."""

    STORE = "sluis"
    KEYS = "sluis_keys"


class Trouble(StrEnum):
    """What can be the matter with a database, in words for the operator."""

    LOST = "the connection is lost or cannot be made"
    FULL = "its disk is full"
    READ_ONLY = "it only reads"
    CONFLICT = "another transaction got in the way"
    SLOW = "it was too slow"
    FORBIDDEN = "it does not allow that"
    SCHEMA = "a table or column is not there"
    DAMAGED = "it found damage"
    OTHER = "an error"


_TROUBLES = {
    "53100": Trouble.FULL,
    "25006": Trouble.READ_ONLY,
    "40001": Trouble.CONFLICT,
    "40P01": Trouble.CONFLICT,
    "57014": Trouble.SLOW,
    "55P03": Trouble.SLOW,
    "25P03": Trouble.SLOW,
    "42501": Trouble.FORBIDDEN,
    "42P01": Trouble.SCHEMA,
    "42703": Trouble.SCHEMA,
    "3F000": Trouble.SCHEMA,
    "58030": Trouble.DAMAGED,
}  # 53100 disk_full, 25006 read_only_sql_transaction, 40P01 deadlock_detected, 57014 query_canceled and so on
_TROUBLES_OF_A_CLASS = {"08": Trouble.LOST, "57": Trouble.LOST, "28": Trouble.FORBIDDEN, "XX": Trouble.DAMAGED}


def trouble_of(error: psycopg.Error) -> Trouble:
    """What is the matter. Without a SQLSTATE the server said nothing: it is out of reach."""
    state = error.sqlstate
    if state is None:
        lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        return Trouble.LOST if lost else Trouble.OTHER
    return _TROUBLES.get(state) or _TROUBLES_OF_A_CLASS.get(state[:2], Trouble.OTHER)


def fault_of(error: psycopg.Error, code: str) -> Fault:
    """The fault for an error: `code`, or `disk-full`; nothing of what PostgreSQL said but the SQLSTATE."""
    trouble = trouble_of(error)
    said = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
    return Fault("disk-full" if trouble is Trouble.FULL else code, log=f"PostgreSQL: {trouble}{said}")


@contextmanager
def told(code: str) -> Iterator[None]:
    """Turn every error of PostgreSQL in the block into its `Fault`."""
    try:
        yield
    except psycopg.Error as error:
        raise fault_of(error, code) from None


@dataclass(frozen=True, slots=True)
class Database:
    """How a part of the store is reached. `name`: of the database. `conninfo` may hold a password: shown nowhere."""

    schema: Schema
    name: str
    conninfo: str = field(repr=False)

    @classmethod
    def read(cls, url: str, schema: Schema, *, development: bool) -> Self:
        """Read a `postgresql://` URL, its gaps filled by libpq's own environment and files. `Fault` store-unavailable
        where it is none, or where it would go over a network without proof of whose server it is.
        """
        try:
            given = conninfo_to_dict(url)
        except psycopg.Error:
            raise Fault("store-unavailable", log="the address of a database is not one of PostgreSQL") from None
        values = _defaults() | given
        if not (development or _by_socket(values) or values.get("sslmode") == "verify-full"):
            raise Fault("store-unavailable", log="a database over a network needs sslmode=verify-full in its address")
        options = f"{values.get('options') or ''} -c search_path={schema},pg_temp -c timezone=UTC"
        limits = {
            "statement_timeout": STATEMENT_TIMEOUT,
            "lock_timeout": LOCK_TIMEOUT,
            "idle_in_transaction_session_timeout": IDLE_TIMEOUT,
        }
        options += "".join(f" -c {name}={value}" for name, value in limits.items())
        return cls(schema, str(values.get("dbname") or ""), make_conninfo(url, **CONNECT, options=options.strip()))

    def connect(self) -> PatientConnection:
        """A session for one thread, checked; every statement is its own transaction unless `transaction()` says
        otherwise. Raises `psycopg.Error`, or `Fault` store-unavailable where the server may not be used.
        """
        connection = PatientConnection.connect(self.conninfo, autocommit=True)
        try:
            _require_fit(connection.execute(_CHECK).fetchone())
        except BaseException:
            connection.close()
            raise
        return connection

    @asynccontextmanager
    async def pool(self, *, most: int) -> AsyncIterator[AsyncConnectionPool]:
        """Sessions for the event loop, at most so many at once; the first is there when the block begins."""
        pool = AsyncConnectionPool(
            self.conninfo,
            connection_class=PatientAsyncConnection,
            min_size=1,
            max_size=most,
            kwargs={"autocommit": True},
            configure=_configure,
            timeout=PATIENCE,
            max_idle=300,
            reconnect_timeout=30,
            open=False,
        )
        try:
            with told("store-unavailable"):
                await pool.open(wait=True, timeout=float(CONNECT["connect_timeout"]))
            yield pool
        finally:
            await pool.close()


def read_both(store: str, keys: str, *, development: bool) -> tuple[Database, Database]:
    """The databases of the store and of the keys of erasure, as the settings name them."""
    return (
        Database.read(store, Schema.STORE, development=development),
        Database.read(keys, Schema.KEYS, development=development),
    )


async def answers(pool: AsyncConnectionPool) -> bool:
    """Whether the database answers within a second."""
    try:
        async with asyncio.timeout(1), pool.connection() as connection:
            await connection.execute("SELECT 1")
    except (psycopg.Error, TimeoutError):
        return False
    return True


async def _configure(connection: psycopg.AsyncConnection) -> None:
    _require_fit(await (await connection.execute(_CHECK)).fetchone())


def _require_fit(row: tuple[str, str, str, str, bool, int] | None) -> None:
    assert row is not None
    fsync, whole_pages, commit, encoding, standby, version = row
    unfit = {
        "fsync is off": fsync != "on",
        "full_page_writes is off": whole_pages != "on",
        "synchronous_commit is off": commit == "off",
        "its encoding is not UTF8": encoding != "UTF8",
        "it is a standby": standby,
        "it is older than PostgreSQL 14": version < OLDEST,
    }
    if reasons := [reason for reason, so in unfit.items() if so]:
        raise Fault("store-unavailable", retry_after=3600, log=f"this PostgreSQL may not be used: {', '.join(reasons)}")


def _defaults() -> dict[str, str]:
    return {each.keyword.decode(): each.val.decode() for each in Conninfo.get_defaults() if each.val is not None}


def _by_socket(values: Mapping[str, object]) -> bool:
    """Whether every host is a unix socket; a service may name others, so with one none counts as such."""
    hosts = str(values.get("host") or "").split(",")
    elsewhere = values.get("hostaddr") or (values.get("service") and hosts == [""])
    return not elsewhere and all(host == "" or host.startswith(("/", "@")) for host in hosts)
