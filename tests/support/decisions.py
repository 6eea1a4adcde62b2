"""A log of decisions as a test writes it down, one call a decision, and the review's index over it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from gateway.model.amsterdam import AMSTERDAM
from gateway.model.codes import Tenant
from gateway.model.indexed import IndexedRow, Readable, ReadSoFar
from gateway.model.record import RecordClass
from gateway.review.alias import Aliases
from gateway.review.index import Index
from gateway.review.line import packed
from gateway.review.sets import located, place_of
from gateway.store.review.index import SqliteIndexFile
from tests.support.lines import SECRET

POLITIE, GGZ, COLLEGE, OM = (f"0000000180000{number:04d}000" for number in (61, 62, 63, 64))
NEW, OLD = f"sha256:{'b' * 64}", f"sha256:{'a' * 64}"
GRANTED, PARTLY, REFUSED = "toegestaan", "gedeeltelijk", "geweigerd"
ALIASES = Aliases(SECRET)


def moment(day: date, hour: float = 10) -> datetime:
    """By the clock of Amsterdam; in office hours unless told otherwise."""
    return datetime.combine(day, time(), AMSTERDAM) + timedelta(hours=hour)


@dataclass
class Log:
    """Decisions in the order of their moments."""

    rows: list[IndexedRow] = field(default_factory=list)
    made: int = 0

    def add(
        self,
        day: date,
        outcome: str = GRANTED,
        *,
        hour: float = 10,
        person: str = "",
        revision: str = OLD,
        **content: Any,
    ) -> str:
        """One decision; its record's id. `person`: about whom."""
        kind = RecordClass.WEIGERING if outcome == REFUSED else RecordClass.VERSTREKKING
        requester = content.setdefault("requester", COLLEGE)
        stands = {
            "outcome": outcome,
            "activity": "opvragen",
            "basis": "wmo.hergebruik_sociaal_domein",
            "holder": GGZ,
            "recipient": requester,
            "fields": ["naam"],
            "categories": ["ident_contact"],
            "granted_categories": [] if outcome == REFUSED else ["ident_contact"],
            "reasons": ["niet-noodzakelijk"] if outcome == REFUSED else [],
            "subject": ALIASES.of(Tenant.GEMEENTE, person) if person else "",
        }
        return self._row(moment(day, hour), kind, revision, stands | content)

    def _row(self, at: datetime, kind: RecordClass, revision: str, content: dict[str, Any]) -> str:
        self.made += 1
        record = str(UUID(int=(7 << 76) | (2 << 62) | self.made))
        millis, kept = round(at.timestamp() * 1000), packed({name: value for name, value in content.items() if value})
        self.rows.append(
            IndexedRow(0, record, record, millis, kind, False, revision, Readable.YES, kept, None, record.encode())
        )
        return record

    def collected(self, day: date, record: str) -> None:
        """The recipient came for it."""
        self._row(moment(day), RecordClass.OUTCOME, OLD, {"of": record})
        self.rows[-1] = self.rows[-1]._replace(request=record)

    def index(self, path: Path) -> Index:
        """Over all of it, its file in the folder `path`."""
        index = Index(Tenant.GEMEENTE, SqliteIndexFile(path / "index.sqlite"), ALIASES)
        self.take(index, self.rows)
        return index

    def take(self, index: Index, rows: Iterable[IndexedRow], erased: Iterable[str] = ()) -> None:
        """Let the index read these too, and that the keys of these records are gone."""
        years: dict[int, list[IndexedRow]] = {}
        for row in sorted(rows, key=lambda row: row.at):
            years.setdefault(datetime.fromtimestamp(row.at / 1000, AMSTERDAM).year, []).append(row)
        for year, found in years.items():
            first = index.level.sizes.get(year, 0)
            placed = [row._replace(place=place_of(year, first + number)) for number, row in enumerate(found)]
            index.take(placed, _read(placed), [record.encode() for record in erased])


def _read(rows: list[IndexedRow]) -> ReadSoFar:
    year, number = located(rows[-1].place)
    return ReadSoFar(year, number + 1, bytes(32), f"test.localhost/gemeente/{year}\n{number + 1}\n{'A' * 43}=\n")
