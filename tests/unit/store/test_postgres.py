"""How PostgreSQL is opened, and that nothing that it says of rows leaves the room."""

import traceback
from collections.abc import Iterator

import psycopg
import pytest

from gateway.errors import Fault
from gateway.store.postgres.database import Database, Schema, Trouble, answers, fault_of, told, trouble_of
from tests.support.postgres import Server, running_server

POSTGRESQL = pytest.mark.part("postgresql")
SECRET = "geheim-wachtwoord"


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No words of the environment about PostgreSQL."""
    for name in ("PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://db.example/sluis",
        "postgresql://db.example/sluis?sslmode=require",
        "postgresql://db.example/sluis?sslmode=verify-ca",
        "postgresql://127.0.0.1/sluis",
        "postgresql:///sluis?host=/run/postgresql,db.example",
        "postgresql:///sluis?host=/run/postgresql&hostaddr=192.0.2.1",
        "postgresql:///sluis?service=elsewhere",
        "postgresql:///sluis?nonsense=1",
        "host=db.example port=a b",
    ],
)
def test_in_production_a_network_needs_proof_of_whose_server_it_is(plain: None, url: str) -> None:
    with pytest.raises(Fault, match="store-unavailable"):
        Database.read(url, Schema.STORE, development=False)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://db.example/sluis?sslmode=verify-full",
        "postgresql://a.example,b.example/sluis?sslmode=verify-full",
        "postgresql:///sluis?host=/run/postgresql",
        "postgresql://%2Frun%2Fpostgresql/sluis",
        "postgresql:///sluis",
    ],
)
def test_in_production_proof_or_a_socket_will_do(plain: None, url: str) -> None:
    assert Database.read(url, Schema.STORE, development=False).name == "sluis"


def test_the_environment_counts_as_libpq_counts_it(plain: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.example")
    with pytest.raises(Fault, match="sslmode=verify-full"):
        Database.read("postgresql:///sluis", Schema.STORE, development=False)
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert Database.read("postgresql:///sluis", Schema.STORE, development=False)


def test_a_password_is_shown_nowhere(plain: None) -> None:
    database = Database.read(f"postgresql://sluis:{SECRET}@db.example/sluis", Schema.STORE, development=True)
    assert SECRET in database.conninfo
    assert SECRET not in repr(database)
    wrong = f"postgresql://sluis:{SECRET}@db.example/sluis?nonsense={SECRET}"
    with pytest.raises(Fault) as fault:
        Database.read(wrong, Schema.STORE, development=True)
    assert SECRET not in str(fault.value)


@pytest.fixture
def connection(postgres_server: Server) -> Iterator[psycopg.Connection]:
    with Database.read(postgres_server.migrated(), Schema.STORE, development=False).connect() as connection:
        yield connection


@POSTGRESQL
def test_a_session_sees_its_own_schema_alone_and_nothing_in_it_waits_for_ever(connection: psycopg.Connection) -> None:
    names = ("search_path", "TimeZone", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    shown = [connection.execute(f"SHOW {name}".encode()).fetchone() for name in names]
    assert shown == [("sluis,pg_temp",), ("UTC",), ("10s",), ("5s",), ("15s",)]
    assert connection.info.dsn
    assert connection.info.get_parameters()["application_name"] == "sluis"


@POSTGRESQL
@pytest.mark.parametrize(
    ("setting", "why"),
    [("fsync=off", "fsync is off"), ("full_page_writes=off", "full_page_writes is off")],
)
def test_a_server_that_forgets_is_not_used(setting: str, why: str) -> None:
    with running_server(setting) as server, pytest.raises(Fault, match=f"store-unavailable: .*{why}"):
        Database.read(server.url("postgres"), Schema.STORE, development=True).connect()


@POSTGRESQL
def test_a_session_that_forgets_is_not_used(postgres_server: Server) -> None:
    url = f"{postgres_server.migrated()}&options=-c%20synchronous_commit%3Doff"
    with pytest.raises(Fault, match="synchronous_commit is off"):
        Database.read(url, Schema.STORE, development=False).connect()


@POSTGRESQL
async def test_a_pool_that_cannot_be_filled_is_a_fault_and_one_that_lost_its_server_says_so() -> None:
    with running_server() as server:
        database = Database.read(server.url("postgres"), Schema.STORE, development=False)
        async with database.pool(most=1) as pool:
            assert await answers(pool)
            server.kill()
            assert not await answers(pool)
            server.start()
            assert await answers(pool) or await answers(pool), "a lost connection is made anew"
    absent = Database.read(f"{server.url('postgres')}&port=1", Schema.STORE, development=False)
    with pytest.raises(Fault, match="store-unavailable: PostgreSQL: the connection is lost or cannot be made"):
        await absent.pool(most=1).__aenter__()


TROUBLES = {
    "INSERT INTO seen VALUES ('\\x00', 1)": None,
    "SELECT * FROM nowhere": Trouble.SCHEMA,
    "SELECT nothing FROM seen": Trouble.SCHEMA,
    "SELECT pg_sleep(3)": Trouble.SLOW,
    "SELECT 1 / 0": Trouble.OTHER,
}


@POSTGRESQL
@pytest.mark.parametrize("statement", TROUBLES)
def test_troubles_are_told_apart(connection: psycopg.Connection, statement: str) -> None:
    connection.execute("SET statement_timeout = 50")
    trouble = None
    try:
        connection.execute(statement.encode())
    except psycopg.Error as error:
        trouble = trouble_of(error)
    assert trouble == TROUBLES[statement]


@POSTGRESQL
def test_a_server_that_only_reads_one_that_forbids_and_one_that_is_gone(postgres_server: Server) -> None:
    url = postgres_server.granted()
    with Database.read(url, Schema.STORE, development=False).connect() as connection:
        with pytest.raises(psycopg.Error) as forbidden:
            connection.execute("DELETE FROM entries")
        connection.execute("SET default_transaction_read_only = on")
        with pytest.raises(psycopg.Error) as reading:
            connection.execute("INSERT INTO seen VALUES ('\\x00', 1)")
        postgres_server.run(f"SELECT pg_terminate_backend({connection.info.backend_pid})")
        with pytest.raises(psycopg.Error) as lost:
            connection.execute("SELECT 1")
        with pytest.raises(psycopg.Error) as again:
            connection.execute("SELECT 1")
    raised = [trouble_of(each.value) for each in (forbidden, reading, lost, again)]
    assert raised == [Trouble.FORBIDDEN, Trouble.READ_ONLY, Trouble.LOST, Trouble.LOST]


@POSTGRESQL
def test_two_that_get_in_each_others_way(postgres_server: Server) -> None:
    database = Database.read(postgres_server.migrated(), Schema.STORE, development=False)
    with database.connect() as one, database.connect() as other:
        one.execute("INSERT INTO seen VALUES ('\\x01', 1), ('\\x02', 1)")
        for connection in (one, other):
            connection.execute("BEGIN ISOLATION LEVEL SERIALIZABLE")
            connection.execute("SELECT sum(expires) FROM seen")
        one.execute("UPDATE seen SET expires = 2 WHERE key = '\\x01'")
        one.execute("COMMIT")
        with pytest.raises(psycopg.Error) as raised:
            other.execute("UPDATE seen SET expires = 2 WHERE key = '\\x01'")
        assert trouble_of(raised.value) is Trouble.CONFLICT


@POSTGRESQL
def test_what_is_told_quotes_no_row(connection: psycopg.Connection) -> None:
    """PostgreSQL's own words hold the key that stood twice."""
    somebody = bytes(range(1, 33)).hex()
    statement = f"INSERT INTO seen VALUES ('\\x{somebody}', 1)".encode()
    connection.execute(statement)
    with pytest.raises(psycopg.Error, match=somebody):
        connection.execute(statement)
    with pytest.raises(Fault, match=r"^replay-unavailable: PostgreSQL: an error \(SQLSTATE 23505\)$") as fault:
        insert(connection, statement)
    assert somebody not in "".join(traceback.format_exception(fault.value))


def insert(connection: psycopg.Connection, statement: bytes) -> None:
    with told("replay-unavailable"):
        connection.execute(statement)


def test_a_full_disk_is_told_as_one() -> None:
    assert fault_of(psycopg.errors.DiskFull(), "registers-unavailable").code == "disk-full"
    assert fault_of(psycopg.errors.DataCorrupted(), "registers-unavailable").code == "registers-unavailable"
    assert trouble_of(psycopg.errors.DataCorrupted()) is Trouble.DAMAGED
