"""The registers where they are kept: a SQLite file, or a database that many gateways share.

Rules: the gateway reads them and no more; what is entered comes in by `gateway registers import` and by nothing else.

Trust: whoever can write here can designate people, involve organisations and put in other keys: as good as deciding.
Whoever reads it learns which pseudonyms stand in which case, and with a pseudonym key also who they are.
"""

from __future__ import annotations

from pathlib import Path

import apsw

from gateway.store.migrations import steps
from gateway.store.postgres.database import Database
from gateway.store.registers.reader import RegisterReader
from gateway.store.registers.writer import RegisterWriter
from gateway.store.sqlite.database import Durability, open_database, unusable_as_fault
from gateway.store.statements import PostgresWriter, SqliteReader, SqliteWriter

UNAVAILABLE = "registers-unavailable"


class Registers(RegisterReader, RegisterWriter):
    """One file. Safe to use from one thread; any number of processes may read while one writes."""

    def __init__(self, connection: apsw.Connection) -> None:
        RegisterReader.__init__(self, SqliteReader(connection))
        RegisterWriter.__init__(self, SqliteWriter(connection))
        self._db = connection

    @classmethod
    def open(cls, path: Path) -> Registers:
        """Open the file, made where it is not there; `Fault` registers-unavailable where it cannot be used."""
        with unusable_as_fault(UNAVAILABLE, path):
            return cls(open_database(path, Durability.FULL, steps("sqlite-registers")))

    def close(self) -> None:
        self._db.close()


class SharedRegisters(RegisterWriter):
    """Those in PostgreSQL, for who enters: a session for each time."""

    def __init__(self, database: Database) -> None:
        super().__init__(PostgresWriter(database, UNAVAILABLE))

    def close(self) -> None:
        """Nothing stays open."""
