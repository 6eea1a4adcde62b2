"""The log's files, read beside a gateway that may be serving them.

Rules:
- Nothing is written, nothing is locked: the connections can only read, and the shelf's lock is not asked for.
- Rows come a page at a time and each page is read whole at once, so that no snapshot stands in the way of the gateway
  when it erases answers and empties its WAL.
- A body's keys are looked up with its page and kept no longer.

Trust: whoever can run this on the state folder can read every body that is not erased.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.store.sqlite import BUSY_TIMEOUT_MS, unusable_as_fault

PAGE = 256
_ROWS = "SELECT idx, leaf, sealed, subject_key, case_key FROM entries JOIN bodies USING (idx)"
_PAGE = f"{_ROWS} WHERE idx >= ? ORDER BY idx LIMIT {PAGE}"
_NAMED = f"{_ROWS} WHERE request_id = ?1 OR record_id = ?1 ORDER BY idx"


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A record as it stands: the leaf's bytes and the sealed body. `keys`: of the subject, None where the body has
    none, and of the case; None where one of them was destroyed.
    """

    tenant: Tenant
    year: int
    index: int
    leaf: bytes
    sealed: bytes = field(repr=False)
    keys: tuple[bytes | None, bytes] | None = field(repr=False)


class LogFiles:
    """`folder`: the state folder. Every method raises `Fault` `log-damaged` where a file cannot be used."""

    def __init__(self, folder: Path) -> None:
        self._logs, self._keys = folder / "log", folder / "bodykeys"

    def names(self) -> list[tuple[Tenant, int]]:
        """The logs that are there, by tenant and year; none where there is no state folder yet."""
        found = (
            (tenant, path.stem.removeprefix(f"{tenant}-"))
            for tenant in Tenant
            for path in self._logs.glob(f"{tenant}-*.sqlite")
        )
        return sorted((tenant, int(year)) for tenant, year in found if year.isdigit())

    def records(self, tenant: Tenant, year: int) -> Iterator[SealedRecord]:
        """Every record of a log, in its order, up to what is committed when its page is read."""
        start = 0
        while rows := self._read(tenant, year, _PAGE, start):
            yield from rows
            start = rows[-1].index + 1

    def named(self, identifier: str) -> Iterator[SealedRecord]:
        """The records of a request, or the one record, of this id."""
        for tenant, year in self.names():
            yield from self._read(tenant, year, _NAMED, identifier)

    def _read(self, tenant: Tenant, year: int, sql: str, value: int | str) -> list[SealedRecord]:
        log, keys = self._logs / f"{tenant}-{year}.sqlite", self._keys / f"{tenant}.sqlite"
        rows = _all(log, sql, [(value,)])
        wanted = {key for *_, subject, case in rows for key in (subject, case) if key is not None}
        found = dict(_all(keys, "SELECT id, key FROM keys WHERE id = ?", [(key,) for key in wanted]))
        return [
            SealedRecord(tenant, year, index, leaf, sealed, _keys(found, subject, case))
            for index, leaf, sealed, subject, case in rows
        ]


def _keys(found: dict[bytes, bytes], subject: bytes | None, case: bytes) -> tuple[bytes | None, bytes] | None:
    if case not in found or (subject is not None and subject not in found):
        return None
    return (None if subject is None else found[subject]), found[case]


def _all(path: Path, sql: str, values: list[tuple[Any, ...]]) -> list[Any]:
    if not values:
        return []
    if not path.exists():
        raise Fault("log-damaged", retry_after=3600, log=f"{path} is not there")
    with unusable_as_fault("log-damaged", path):
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            connection.set_busy_timeout(BUSY_TIMEOUT_MS)
            return [row for each in values for row in connection.execute(sql, each).fetchall()]
        finally:
            connection.close()
