"""Recorded bodies as they stand sealed, with their keys, read beside whoever serves: of files and of PostgreSQL.

Rules:
- Nothing is written, nothing is locked. Records come a page at a time, so that no long transaction stands in the way
  of a gateway that erases.
- A body's keys are looked up with its page and kept no longer.

Trust: whoever can run this can read every body that is not erased; who shows one records the look first.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import orjson

from gateway.model.codes import Tenant
from gateway.model.record import Leaf
from gateway.tlog.at_rest import Body, Keys, LogsAtRest, ReadableLog
from gateway.verify.body import body_key, open_body

PAGE = 256
ERASED, DAMAGED = "erased", "damaged"
"""Why a body cannot be read: a key was destroyed, or it is not the one its leaf speaks of."""


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A record as it stands: the leaf's bytes and the sealed body. `keys`: of the subject, None where the body has
    none, and of the case; None where one of them was destroyed. A body that is not there is empty and never opens.
    `key_ids`: by which tombstones name its keys, in the same order.
    """

    stream: str
    year: int
    index: int
    leaf: bytes
    sealed: bytes = field(repr=False)
    keys: Keys | None = field(repr=False)
    key_ids: tuple[bytes | None, bytes | None] = (None, None)

    def open(self, leaf: Leaf) -> Any:
        """The body as it was recorded (JSON), None where it was erased; `leaf`: what stands in `self.leaf`. Raises
        `VerificationError` where it is not the logged one, `ValueError` where it is no JSON.
        """
        if self.keys is None:
            return None
        return orjson.loads(open_body(body_key(*self.keys, leaf.id), leaf, self.sealed))


class SealedRecords:
    def __init__(self, logs: LogsAtRest) -> None:
        self._logs = logs

    def names(self, streams: Sequence[str] = tuple(Tenant)) -> list[tuple[str, int]]:
        """The logs that are there, by stream and year: those of the tenants, unless others are named."""
        return sorted((stream, year) for stream in streams for year in self._logs.years(stream))

    def of(self, stream: str, year: int, start: int = 0) -> Iterator[SealedRecord]:
        """The records of a log from `start`, in its order, up to what is committed when its page is read."""
        with closing(self._logs.storage(stream, year)) as log:
            while leaves := log.entries(start, PAGE):
                yield from self._sealed(stream, year, log, start, leaves)
                start += len(leaves)

    def at(self, stream: str, year: int, index: int) -> SealedRecord | None:
        """The record at a place; None where the log has none there."""
        if year not in self._logs.years(stream) or index < 0:
            return None
        with closing(self._logs.storage(stream, year)) as log:
            return next(iter(self._sealed(stream, year, log, index, log.entries(index, 1))), None)

    def named(self, identifier: str, streams: Sequence[str] = tuple(Tenant)) -> Iterator[SealedRecord]:
        """The records of a request, or the one record, of this id."""
        for stream, year in self.names(streams):
            with closing(self._logs.storage(stream, year)) as log:
                index = log.index_of(identifier)
                for each in log.indexes_of_request(identifier) if index is None else [index]:
                    yield from self._sealed(stream, year, log, each, log.entries(each, 1))

    def _sealed(
        self, stream: str, year: int, log: ReadableLog, start: int, leaves: Sequence[bytes]
    ) -> list[SealedRecord]:
        bodies = log.bodies(start, len(leaves))
        wanted = {key for _, subject, case in bodies.values() for key in (subject, case) if key is not None}
        with closing(self._logs.keys(stream)) as keys:
            found = {each: key for each in wanted if (key := keys.find(each)) is not None}
        return [
            SealedRecord(
                stream,
                year,
                index,
                leaf,
                *_opened_by(found, body := bodies.get(index)),
                (None, None) if body is None else body[1:],
            )
            for index, leaf in enumerate(leaves, start)
        ]


def _opened_by(found: dict[bytes, bytes], body: Body | None) -> tuple[bytes, Keys | None]:
    if body is None:
        return b"", (None, b"")
    sealed, subject, case = body
    if case not in found or (subject is not None and subject not in found):
        return sealed, None
    return sealed, (None if subject is None else found[subject], found[case])
