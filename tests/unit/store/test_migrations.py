"""From each version forward to the newest, with a row in every table, and everything is still there: both engines.

A row is made by the types of its columns alone: every text is the same, so that each reference points to the one row of
the other table. What a step moves elsewhere on purpose stands in `MOVED`.
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import apsw
import psycopg
import pytest

from gateway.cli import main
from gateway.errors import Fault
from gateway.model.facts import Involvement, LinkedCase, Participant
from gateway.store.migrations import pending, steps
from gateway.store.postgres import schema as postgres_schema
from gateway.store.postgres.database import Database, Schema
from gateway.store.postgres.schema import SERIES, migrate, newest, require_current, version
from gateway.store.registers.both import Registers
from gateway.store.sqlite import bodykeys, counters, log, witness
from gateway.store.sqlite.database import Durability, open_database
from tests.support.postgres import GATEWAY, Server

POSTGRESQL = pytest.mark.part("postgresql")
SQLITE = {
    "registers": steps("sqlite-registers"),
    "replay": steps("sqlite-replay"),
    "log": log.SCHEMA,
    "body keys": bodykeys.SCHEMA,
    "counters": counters.SCHEMA,
    "witness": witness.SCHEMA,
}
MOVED = {("body keys", 1, "keys"): "undated"}
"""(series, version, table) → where its rows are after the next step."""
LEFT_EMPTY = {("key_sets", "uri")}
"""Of a set of keys either the address or the keys."""
SOME: Mapping[str, Any] = {
    "text": "x",
    "integer": 1,
    "bigint": 1,
    "smallint": 1,
    "boolean": True,
    "bytea": b"\1",
    "ARRAY": [b"\1"],
    "uuid": "00000000-0000-7000-8000-000000000001",
    "date": "2026-11-21",
    "timestamp with time zone": "2026-11-21T12:00:00Z",
    "blob": b"\1",
}
Tables = Mapping[str, Mapping[str, str]]
Execute = Callable[[str, tuple[Any, ...]], list[Any]]


def fill(tables: Tables, execute: Execute) -> None:
    """One row in every table, references first: what cannot go in yet comes again."""
    waiting = {name: columns for name, columns in tables.items() if not execute(f"SELECT 1 FROM {name}", ())}
    while waiting:
        before = len(waiting)
        for name, columns in list(waiting.items()):
            used = [column for column in columns if (name, column) not in LEFT_EMPTY]
            values = tuple(SOME[columns[column]] for column in used)
            marks = ", ".join("?" * len(used))
            try:
                execute(f"INSERT INTO {name} ({', '.join(used)}) VALUES ({marks})", values)
            except (apsw.ConstraintError, psycopg.IntegrityError):
                continue
            del waiting[name]
        assert len(waiting) < before, f"no row fits in {sorted(waiting)}"


def rows(name: str, columns: Mapping[str, str], execute: Execute) -> list[Any]:
    return execute(f"SELECT {', '.join(columns)} FROM {name} ORDER BY 1", ())


def in_sqlite(connection: apsw.Connection) -> tuple[Tables, Execute]:
    def execute(sql: str, values: tuple[Any, ...]) -> list[Any]:
        return connection.execute(sql, values).fetchall()

    names = [name for (name,) in execute("SELECT name FROM sqlite_schema WHERE type = 'table'", ())]
    tables = {
        name: {row[1]: row[2].lower() for row in execute(f"PRAGMA table_info({name})", ())}
        for name in names
        if not name.startswith("sqlite_")
    }
    return tables, execute


def in_postgresql(connection: psycopg.Connection, schema: Schema) -> tuple[Tables, Execute]:
    def execute(sql: str, values: tuple[Any, ...]) -> list[Any]:
        with connection.transaction():
            cursor = connection.execute(sql.replace("?", "%s").encode(), values)
            return cursor.fetchall() if cursor.description else []

    columns = """
        SELECT table_name, column_name, data_type FROM information_schema.columns
        WHERE table_schema = ? AND is_identity = 'NO' AND table_name <> 'schema_steps'
    """
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in execute(columns, (schema.value,)):
        tables.setdefault(table, {})[column] = kind
    return tables, execute


def versions(series: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(name, n) for name, each in series.items() for n in range(1, len(each) + 1)]


@pytest.mark.parametrize(("name", "n"), versions(SQLITE))
def test_a_file_of_each_version_keeps_everything(tmp_path: Path, name: str, n: int) -> None:
    path = tmp_path / "file.sqlite"
    old = open_database(path, Durability.NORMAL, SQLITE[name][:n])
    tables, execute = in_sqlite(old)
    fill(tables, execute)
    held = {table: rows(table, columns, execute) for table, columns in tables.items()}
    assert all(held.values())
    old.close()
    new = open_database(path, Durability.NORMAL, SQLITE[name])
    assert new.pragma("user_version") == len(SQLITE[name])
    now, execute = in_sqlite(new)
    if n < len(SQLITE[name]):
        moved = {table: MOVED.get((name, n, table), table) for table in tables}
    else:
        moved = {table: table for table in tables}
    assert {table: rows(moved[table], columns, execute) for table, columns in tables.items()} == held
    fill(now, execute)


@POSTGRESQL
@pytest.mark.parametrize(("schema", "n"), versions({each: steps(SERIES[each]) for each in Schema}))
def test_a_database_of_each_version_keeps_everything(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch, schema: Schema, n: int
) -> None:
    database = Database.read(fresh_database, schema, development=False)
    every = steps(SERIES[schema])
    monkeypatch.setattr(postgres_schema, "steps", lambda _: every[:n])
    assert migrate(database) == (0, n)
    monkeypatch.setattr(postgres_schema, "steps", lambda _: every)
    with database.connect() as connection:
        tables, execute = in_postgresql(connection, schema)
        fill(tables, execute)
        held = {table: rows(table, columns, execute) for table, columns in tables.items()}
        assert all(held.values())
        assert migrate(database) == (n, len(every))
        assert {table: rows(table, columns, execute) for table, columns in tables.items()} == held
        now, execute = in_postgresql(connection, schema)
        fill(now, execute)
        require_current(database, connection)


async def test_a_register_of_the_first_version_keeps_its_order(tmp_path: Path) -> None:
    """It was the order of SQLite's own row numbers."""
    path = tmp_path / "store.sqlite"
    old = open_database(path, Durability.FULL, steps("sqlite-registers")[:1])
    old.execute("""
        INSERT INTO organisations VALUES ('b', 'B', 'reclassering', 0), ('a', 'A', 'college', 1);
        INSERT INTO cases VALUES ('c', 'zvh', 'aangemeld', 3, NULL, NULL, NULL, NULL, '{}');
        INSERT INTO cases VALUES ('e', 'zvh', 'aangemeld', 3, NULL, NULL, NULL, NULL, '{}');
        INSERT INTO cases VALUES ('d', 'zvh', 'aangemeld', 3, NULL, NULL, NULL, NULL, '{}');
        INSERT INTO participants VALUES ('c', 'b', 1), ('c', 'a', 0);
        INSERT INTO linked VALUES ('c', 'e'), ('c', 'd');
        INSERT INTO persons VALUES ('p', '1992-04-11', 1, 0);
        INSERT INTO consents VALUES
            ('p', 'z', '[]', '2026-01-01', NULL, 'zelf'), ('p', 'y', '[]', '2026-01-01', NULL, 'zelf');
        INSERT INTO involvements VALUES ('c', 'p', 'betrokkene', 1);
    """)
    old.close()
    known = await Registers.open(path).known("c", "p")
    assert known.case.participants == (
        Participant("b", "reclassering", False, True),
        Participant("a", "college", True, False),
    )
    assert known.case.linked == (LinkedCase("e", "zvh", "aangemeld"), LinkedCase("d", "zvh", "aangemeld"))
    assert [consent.basis for consent in known.person.consents] == ["z", "y"]
    assert known.involvement == Involvement("betrokkene", True)


def test_steps_are_numbered_without_a_gap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert pending(("one", "two", "three"), 1) == [(2, "two"), (3, "three")]
    for name in ("0001-a.sql", "0003-c.sql"):
        (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(ValueError, match="without a gap"):
        steps(str(tmp_path))


@POSTGRESQL
def test_two_that_migrate_at_once_do_the_work_of_one(fresh_database: str) -> None:
    database, together = Database.read(fresh_database, Schema.STORE, development=False), threading.Barrier(4)

    def run(_: int) -> tuple[int, int]:
        together.wait()
        return migrate(database)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(run, range(4)))
    assert {after for _, after in done} == {newest(Schema.STORE)}
    with database.connect() as connection:
        counted = connection.execute("SELECT version FROM schema_steps ORDER BY version").fetchall()
    assert counted == [(n,) for n in range(1, newest(Schema.STORE) + 1)]


@POSTGRESQL
def test_a_step_that_fails_leaves_the_version_before_it(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database.read(fresh_database, Schema.STORE, development=False)
    broken = ("CREATE TABLE one (n integer)", "CREATE TABLE two (n integer); SELECT 1 / 0")
    monkeypatch.setattr(postgres_schema, "steps", lambda _: broken)
    with pytest.raises(Fault, match=r"store-unavailable: .*22012"):
        migrate(database)
    with database.connect() as connection:
        assert version(connection) == 1
        assert connection.execute("SELECT to_regclass('one') IS NULL, to_regclass('two') IS NULL").fetchone() == (
            False,
            True,
        )


@pytest.fixture
def settings(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A development gateway on an empty database, by its environment."""
    for name, value in {
        "DEVELOPMENT": "true",
        "STATE": str(tmp_path / "state"),
        "DATABASE": fresh_database,
        "BODYKEYS_DATABASE": fresh_database,
        "PORT": "0",
    }.items():
        monkeypatch.setenv(f"SLUIS_{name}", value)
    return fresh_database


@POSTGRESQL
def test_who_serves_is_told_which_command_it_needs(settings: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve"]) == 3
    need = newest(Schema.STORE)
    assert capsys.readouterr().err == (
        f"gateway: store-schema: sluis is at version 0, this program needs {need}: gateway store migrate\n"
    )
    assert main(["store", "migrate", "--check"]) == 1
    assert f"sluis: version 0, this program needs {need}" in capsys.readouterr().out
    assert main(["store", "migrate"]) == 0
    assert f"sluis: version {need}, from 0" in capsys.readouterr().out
    assert main(["store", "migrate", "--check"]) == 0
    assert main(["store", "migrate"]) == 0
    assert f"sluis: version {need}, as it was" in capsys.readouterr().out


@POSTGRESQL
def test_a_database_of_a_newer_program_is_left_alone(settings: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "migrate"]) == 0
    with psycopg.connect(settings, autocommit=True) as connection:
        connection.execute("INSERT INTO sluis.schema_steps (version) VALUES (99)")
    capsys.readouterr()
    database = Database.read(settings, Schema.STORE, development=False)
    with pytest.raises(Fault, match="store-schema"):
        migrate(database)
    with database.connect() as connection, pytest.raises(Fault, match="store-schema"):
        require_current(database, connection)
    for command in (["serve"], ["store", "migrate"]):
        assert main(command) == 3
        told = capsys.readouterr().err
        assert told.startswith("gateway: store-schema: sluis is at version 99, of a newer program")


def test_with_sqlite_there_is_nothing_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLUIS_DEVELOPMENT", "true")
    assert main(["store", "migrate"]) == 0
    assert capsys.readouterr().out.startswith("store: SQLite")


@POSTGRESQL
def test_what_is_only_added_to_the_gateways_role_cannot_change(postgres_server: Server) -> None:
    """Each statement is refused for want of a privilege, before PostgreSQL looks at rows."""
    forbidden = {
        Schema.STORE: [
            *(
                f"{verb} {table}"
                for table in ("entries", "bodies", "logs", "counted")
                for verb in ("DELETE FROM", "TRUNCATE")
            ),
            "UPDATE entries SET leaf = ''",
            "UPDATE bodies SET sealed = ''",
            "UPDATE logs SET stream = ''",
            "UPDATE counted SET party = ''",
            "UPDATE seen SET expires = 0",
            "DELETE FROM stamps",
            "CREATE TABLE mine (n integer)",
            "DROP TABLE entries",
            "INSERT INTO schema_steps VALUES (99)",
        ],
        Schema.KEYS: [
            "UPDATE keys SET key = ''",
            "DELETE FROM erasures",
            "TRUNCATE keys",
            "UPDATE erasures SET keys = '{}'",
        ],
    }
    url = postgres_server.granted()
    assert f"//{GATEWAY}@" in url
    for schema, statements in forbidden.items():
        with Database.read(url, schema, development=False).connect() as connection:
            require_current(Database.read(url, schema, development=False), connection)
            for statement in statements:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.encode())
