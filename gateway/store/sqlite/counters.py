"""What passed, counted outside the log, in a file of its own, so that a log that lost something can be found out.

Rules:
- A passage is counted before it happens: before a source is asked, before bytes leave. What cannot be counted does not
  pass (`counters-unavailable`).
- Once for each passage, request and party: asking again and coming again count no second time.
- A request id, a day and an OIN: nothing of a person, nothing that the public leaves do not say.
- `synchronous=NORMAL`: a killed process loses nothing. A power cut may lose the last moments, and so this file may be
  short where the log (FULL) is not; never the other way round. `workbench.reconcile` therefore raises no alarm for what
  is missing here.

Trust: whoever can write this file can hide what left. It lies apart from the log, so that it may have another keeper.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import apsw

from gateway.model.codes import Tenant
from gateway.model.counted import Counted, Passage
from gateway.store.sqlite.database import Durability, open_database, open_reader, told

FILE, UNAVAILABLE = "counters.sqlite", "counters-unavailable"
SCHEMA = (
    """
    CREATE TABLE counted (
        passage TEXT NOT NULL, request BLOB NOT NULL, party TEXT NOT NULL, tenant TEXT NOT NULL, day TEXT NOT NULL,
        source TEXT NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (passage, request, party)) STRICT, WITHOUT ROWID;
    CREATE INDEX counted_by_day ON counted (day);
    CREATE TABLE counting (one INTEGER PRIMARY KEY CHECK (one = 1), since INTEGER NOT NULL) STRICT;
    """,
)
_COUNT = "INSERT INTO counted VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_BEGIN = "INSERT INTO counting VALUES (1, ?) ON CONFLICT DO NOTHING"
_ALL = "SELECT passage, request, tenant, party, source, digest FROM counted"


class SqliteCounters:
    """Satisfies `exchange.ports.Counters`."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, state: Path, *, now: datetime) -> Self:
        """`state`: the state folder; `now`: since when it counts, if it never did. `Fault` where the file is no use."""
        with told(UNAVAILABLE):
            connection = open_database(state / FILE, Durability.NORMAL, SCHEMA)
            connection.execute(_BEGIN, (int(now.timestamp() * 1000),))
            return cls(connection)

    async def count(self, passing: Counted) -> None:
        row = (
            passing.passage,
            UUID(passing.request_id).bytes,
            passing.party,
            passing.tenant,
            passing.day.isoformat(),
            passing.source,
            bytes.fromhex(passing.digest),
        )
        with told(UNAVAILABLE):
            self._connection.execute(_COUNT, row)

    def close(self) -> None:
        with told(UNAVAILABLE):
            self._connection.close()


@dataclass(frozen=True, slots=True)
class Tally:
    """`since`: the moment from which was counted, None where nobody ever did."""

    since: datetime | None
    counted: Sequence[Counted]


def read_counters(state: Path, day: date | None = None) -> Tally:
    """What was counted, of one day or ever, read beside a gateway that may be counting."""
    if not (state / FILE).exists():
        return Tally(None, ())
    with told(UNAVAILABLE):
        connection = open_reader(state / FILE)
        try:
            (since,) = connection.execute("SELECT since FROM counting").fetchone()
            counted = [_counted(*row) for row in _rows(connection, day)]
            return Tally(datetime.fromtimestamp(since / 1000, UTC), counted)
        finally:
            connection.close()


def _rows(connection: apsw.Connection, day: date | None) -> Iterator[tuple[Any, ...]]:
    if day is None:
        return connection.execute(_ALL)
    return connection.execute(f"{_ALL} WHERE day = ?", (day.isoformat(),))


def _counted(passage: str, request: bytes, tenant: str, party: str, source: str, digest: bytes) -> Counted:
    return Counted(Passage(passage), str(UUID(bytes=request)), Tenant(tenant), party, source, digest.hex())
