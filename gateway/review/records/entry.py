"""One record opened, out of the log itself and not out of the index: what stands there, and how it stands.

Rules:
- A body is shown only if it is the one its leaf speaks of. One that nobody can open any more was erased if a tombstone
  names its key; if none does, somebody took the key away unseen, and that is told as such.
- A statement is shown only if its hash stands in the leaf.
- A record is of the tenant whose log it stands in: an id of another tenant finds nothing.
- Where the bytes at a place are no line of a log, that is an error of its own: it must not look like an empty place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

import orjson

from gateway.model.codes import Tenant
from gateway.model.record import Leaf, MalformedLeaf, RecordClass
from gateway.review.records.standing import Standing, stand
from gateway.tlog.at_rest import LogsAtRest, ReadableLog, all_statements
from gateway.tlog.sealed import SealedRecord, SealedRecords
from gateway.verify.errors import VerificationError
from gateway.verify.trust import Reader

Trust = Callable[[str, ReadableLog], Reader]
"""Whom the desk trusts to sign a stream's log."""


class Content(StrEnum):
    """READABLE: it was opened, and is the logged one. ERASED: a tombstone says that its key is gone. LOST: a key is
    gone and no tombstone says why. DAMAGED: not what was logged.
    """

    READABLE = "readable"
    ERASED = "erased"
    LOST = "lost"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Erased:
    """The tombstone that speaks of a record: its place, and what it states. `reason`: a code of the catalogue."""

    year: int
    number: int
    reason: str
    at: datetime
    by: str


class NoLine(Exception):
    """What stands at a place is no line of a log: somebody changed it. `raw`: its bytes."""

    def __init__(self, year: int, number: int, raw: bytes) -> None:
        super().__init__(f"no line at {year}/{number}")
        self.year, self.number, self.raw = year, number, raw


@dataclass(frozen=True, slots=True)
class Entry:
    """`raw`: the leaf's bytes; `body`: as it was recorded, None unless READABLE; `statement`: of an act or a tombstone,
    None where there is none or it is not the logged one.
    """

    tenant: Tenant
    year: int
    number: int
    leaf: Leaf
    raw: bytes = field(repr=False)
    content: Content
    standing: Standing
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    statement: Mapping[str, Any] | None = None
    erased: Erased | None = None

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.leaf.time)

    @property
    def place(self) -> tuple[int, int]:
        return self.year, self.number


class Entries:
    """Opens records of the logs at rest. All may be called by any thread; all may raise the faults of the logs."""

    def __init__(self, logs: LogsAtRest, trust: Trust, now: Callable[[], datetime]) -> None:
        self._logs, self._sealed, self._trust, self._now = logs, SealedRecords(logs), trust, now

    def at(self, tenant: Tenant, year: int, number: int) -> Entry | None:
        """The record at a place, None where there is none. Raises `NoLine`."""
        sealed = self._sealed.at(tenant, year, number)
        return None if sealed is None else self._open(tenant, sealed, _leaf(sealed))

    def named(self, tenant: Tenant, identifier: str) -> list[Entry]:
        """The record of this id, or all those of the request of this id, in their order: by what the leaves say."""
        found = []
        for sealed in self._sealed.named(identifier, (tenant,)):
            with suppress(NoLine):
                leaf = _leaf(sealed)
                found += [self._open(tenant, sealed, leaf)] if identifier in (leaf.id, leaf.request_id) else []
        return sorted(found, key=lambda each: each.place)

    def _open(self, tenant: Tenant, sealed: SealedRecord, leaf: Leaf) -> Entry:
        content, body = _content(sealed, leaf)
        with closing(self._logs.storage(tenant, sealed.year)) as log:
            standing = stand(log, sealed.index, sealed.leaf, self._trust(tenant, log), self._now())
            statement = _statement(log, sealed.index, leaf)
            ids = log.bodies(sealed.index, 1).get(sealed.index, (b"", None, b""))[1:]
        erased = None
        if content is Content.LOST:
            erased = self._tombstone(tenant, sealed.year, [each for each in ids if each])
            content = Content.LOST if erased is None else Content.ERASED
        return Entry(tenant, sealed.year, sealed.index, leaf, sealed.leaf, content, standing, body, statement, erased)

    def _tombstone(self, tenant: Tenant, since: int, keys: list[bytes]) -> Erased | None:
        """What the first tombstone states that names one of these keys."""
        wanted = [key.hex().encode() for key in keys]
        for year in (each for each in self._logs.years(tenant) if each >= since):
            with closing(self._logs.storage(tenant, year)) as log:
                for number, text in all_statements(log):
                    if any(key in text for key in wanted) and (said := _erasure(log, number, text, keys)):
                        at = datetime.fromisoformat(said["at"])
                        return Erased(year, number, str(said["reason"]), at, str(said["by"]))
        return None


def _leaf(sealed: SealedRecord) -> Leaf:
    try:
        return Leaf.from_bytes(sealed.leaf)
    except MalformedLeaf:
        raise NoLine(sealed.year, sealed.index, sealed.leaf) from None


def _content(sealed: SealedRecord, leaf: Leaf) -> tuple[Content, Mapping[str, Any] | None]:
    try:
        body = sealed.open(leaf)
    except (VerificationError, ValueError):
        return Content.DAMAGED, None
    if body is None:
        return Content.LOST, None
    return (Content.READABLE, body) if isinstance(body, dict) else (Content.DAMAGED, None)


def _statement(log: ReadableLog, index: int, leaf: Leaf) -> Mapping[str, Any] | None:
    if leaf.kind not in (RecordClass.ACT, RecordClass.TOMBSTONE):
        return None
    text = next((said for place, said in log.statements(index, 1) if place == index), None)
    return None if text is None else _logged(text, leaf)


def _erasure(log: ReadableLog, number: int, text: bytes, keys: list[bytes]) -> Mapping[str, Any] | None:
    [data] = log.entries(number, 1)
    leaf = Leaf.from_bytes(data)
    said = _logged(text, leaf) if leaf.kind is RecordClass.TOMBSTONE else None
    named = said is not None and not {key.hex() for key in keys}.isdisjoint(said.get("keys", ()))
    return said if named else None


def _logged(text: bytes, leaf: Leaf) -> Mapping[str, Any] | None:
    """A statement, if it is the one that the leaf speaks of."""
    if sha256(text).hexdigest() != leaf.released_sha256:
        return None
    said = orjson.loads(text)
    return said if isinstance(said, dict) else None
