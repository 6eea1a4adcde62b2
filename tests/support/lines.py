"""Lines of a log, as many as wanted, made up by a seed: for the review's index and the pages over it."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from gateway.model.codes import Tenant
from gateway.model.indexed import IndexedRow, Readable, ReadSoFar
from gateway.model.record import RecordClass
from gateway.review.alias import Aliases
from gateway.review.index import Index
from gateway.review.line import Line, packed
from gateway.review.sets import located, place_of
from gateway.store.review.index import SqliteIndexFile

SECRET = bytes(range(32))
BEGIN = datetime(2024, 1, 2, 6, tzinfo=UTC)
BASES = (
    "wgs.zvh.casusoverleg",
    "wgs.zvh.resultaat_deelnemer",
    "wgs.zvh.aanmelding",
    "wgs.zvh.riec",
    "wams.gecoordineerde_aanpak",
    "wmo.hergebruik_sociaal_domein",
    "avg.vitaal_belang",
)
ACTIVITIES = ("opvragen", "verstrekken", "aanmelden", "resultaat-delen", "derde-verstrekken")
CATEGORIES = ("ident_contact", "woonsituatie", "financieel", "inkomen", "gezondheid", "hulpverlening", "relaties")
REASONS = ("niet-betrokken-bij-casus", "geen-deelnemer", "niet-noodzakelijk", "casus-gesloten", "feit-ontbreekt")
ORGANISATIONS = tuple(f"0000000180000{number:04d}000" for number in range(1, 41))
REVISIONS = tuple(f"sha256:{number:064x}" for number in range(1, 7))
KINDS = {
    RecordClass.VERSTREKKING: 55,
    RecordClass.WEIGERING: 20,
    RecordClass.PROEF: 5,
    RecordClass.STORING: 1,
    RecordClass.OUTCOME: 17,
    RecordClass.ACT: 2,
}
PAGE = 4096


def made_up(count: int, *, seed: int = 6, years: float = 2.9) -> Iterator[list[IndexedRow]]:
    """Pages of rows in the order of their places, over so many years from 2024 on; none of them holds a year's turn."""
    chance, numbers, page = random.Random(seed), dict[int, int](), list[IndexedRow]()
    waiting: list[tuple[str, str]] = []
    for each in range(count):
        at = BEGIN + timedelta(days=365 * years * each / count, hours=12 * chance.random() ** 1.5)
        number = numbers.get(at.year, 0)
        if at.year < max(numbers, default=0):
            at, number = datetime(max(numbers), 1, 1, tzinfo=UTC), numbers[max(numbers)]
        if page and located(page[-1].place)[0] != at.year:
            yield page
            page = []
        numbers[at.year] = number + 1
        page.append(_row(chance, place_of(at.year, number), at, waiting))
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


def like_these(pages: Sequence[list[IndexedRow]], count: int) -> Iterator[list[IndexedRow]]:
    """So many rows that are quick to make: those of `pages` over and over, at places and with ids and keys of their
    own, in the year of the first.
    """
    chance, rows = random.Random(count), [row for page in pages for row in page]
    year, _ = located(rows[0].place)
    for start in range(0, count, PAGE):
        page = []
        for number in range(start, min(start + PAGE, count)):
            like, ids = rows[number % len(rows)], chance.randbytes(64)
            at = rows[0].at + (rows[-1].at - rows[0].at) * number // count
            place = place_of(year, number)
            record, request = str(UUID(bytes=ids[:16])), str(UUID(bytes=ids[16:32]))
            keys = {"subject_key": ids[32:48], "case_key": ids[48:]}
            page.append(like._replace(place=place, record=record, request=request, at=at, **keys))
        yield page


def _row(chance: random.Random, place: int, at: datetime, waiting: list[tuple[str, str]]) -> IndexedRow:
    [kind] = chance.choices(list(KINDS), KINDS.values())
    record, request = (str(UUID(int=chance.getrandbits(128))) for _ in range(2))
    content: dict[str, object] = {}
    if kind is RecordClass.OUTCOME:
        of, request = waiting.pop(chance.randrange(len(waiting))) if waiting else (record, request)
        content = {"of": of}
    elif kind is not RecordClass.ACT:
        content = _request(chance, kind)
        if kind is RecordClass.VERSTREKKING and content["recipient"] != content["requester"]:
            waiting.append((record, request))
    readable = Readable.ERASED if chance.random() < 0.02 else Readable.YES
    return IndexedRow(
        place,
        record,
        request,
        round(at.timestamp() * 1000),
        str(kind),
        False,
        chance.choice(REVISIONS) if kind is not RecordClass.ACT else "none",
        readable,
        packed(content) if readable is Readable.YES else b"",
        chance.randbytes(16),
        chance.randbytes(16),
    )


def _request(chance: random.Random, kind: RecordClass) -> dict[str, object]:
    requester, holder = chance.choice(ORGANISATIONS[:30]), chance.choice(ORGANISATIONS)
    fields = sorted(set(chance.choices(CATEGORIES, k=chance.randint(1, 4))))
    outcome = {RecordClass.WEIGERING: "geweigerd", RecordClass.STORING: ""}.get(kind)
    outcome = chance.choice(("toegestaan", "toegestaan", "gedeeltelijk")) if outcome is None else outcome
    granted = {"toegestaan": fields, "gedeeltelijk": fields[:1]}.get(outcome, [])
    person = chance.randrange(120_000)
    return {
        "outcome": outcome,
        "activity": chance.choice(ACTIVITIES),
        "basis": chance.choices(BASES, (40, 20, 10, 2, 15, 12, 1))[0],
        "requester": requester,
        "requester_kind": "college",
        "holder": holder,
        "holder_kind": "ggz",
        "source": "toezicht",
        "recipient": requester if chance.random() < 0.7 else chance.choice(ORGANISATIONS),
        "case": "" if chance.random() < 0.1 else f"ZVH-2026-{person // 2:05d}",
        "track": "zvh",
        "phase": chance.choice((None, 1, 2, 3, 4)),
        "fields": [f"veld_{name}" for name in fields],
        "granted": [f"veld_{name}" for name in granted],
        "categories": fields,
        "granted_categories": granted,
        "reasons": sorted(set(chance.choices(REASONS, k=2))) if outcome != "toegestaan" and outcome else [],
        "obligations": ["log-verwerking", "log-audit"],
        "subject": Aliases(SECRET).of(Tenant.ZVH, str(person)),
        "fault": "holder-unavailable" if kind is RecordClass.STORING else "",
    }


def progress_of(rows: Sequence[IndexedRow]) -> ReadSoFar:
    """How far a log was read when these are the last of it."""
    year, number = located(rows[-1].place)
    return ReadSoFar(year, number + 1, bytes(32), f"bench.localhost/zvh/{year}\n{number + 1}\n{'A' * 43}=\n")


def filled(path: Path, pages: Iterator[list[IndexedRow]]) -> Index:
    """An index over these, with its file at `path`."""
    index = Index(Tenant.ZVH, SqliteIndexFile(path), Aliases(SECRET))
    for page in pages:
        index.take(page, progress_of(page))
    return index


def all_lines(index: Index) -> list[Line]:
    """Every line that it has, oldest first."""
    with index._lock:
        return [index._line(row) for row in sorted(index._file.rows())]
