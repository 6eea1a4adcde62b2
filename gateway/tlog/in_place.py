"""A log where it stands, for the judge that also judges exports (`gateway.verify.archive.judge`).

Rules:
- Nothing is interpreted here: what is stored is handed over. Whatever the store raises means that it cannot be read.
- It is read as its checkpoint says while a gateway may add to it: tiles and records beyond it are not looked at.
- What stands beside a record to find it by and to keep it until is no part of the tree: it has to be what the record
  and its case's key say.
- A body with keys is opened; one of which a key is gone must be in a tombstone, of this year's log or a later one's.
- It can be pickled where its logs can, so that several processes read; each opens files of its own.

Trust: whoever can run this can read every body that is not erased. Nothing of one is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import Any

from gateway.errors import Fault
from gateway.tlog.at_rest import PAGE, LogsAtRest, ReadableKeys, ReadableLog, all_statements
from gateway.tlog.erasing.tombstones import erased_keys
from gateway.verify.archive.errors import RecordMisfiled, Unreadable
from gateway.verify.archive.source import KeptStamp
from gateway.verify.archive.tiles import WIDTH, SealedBody
from gateway.verify.keys import VerifierKey


class LogInPlace:
    """`verify.archive.source.LogReader`. `published`: judge what was published last, with its witnesses, instead of
    what is committed; `named`: the keys of whoever signs it, witnesses too, None where they are not known.
    """

    holds_keys = True

    def __init__(
        self,
        logs: LogsAtRest,
        stream: str,
        year: int,
        *,
        published: bool = False,
        named: Sequence[VerifierKey] | None = None,
    ) -> None:
        self._named = named
        self._logs, self._stream, self._year, self._published = logs, stream, year, published
        self._size = 0
        self._log: ReadableLog | None = None
        self._found: dict[bytes, bytes | None] = {}
        self._keys: ReadableKeys | None = None

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_log": None, "_keys": None, "_found": {}}

    def close(self) -> None:
        """Let go of the files."""
        for each in (self._log, self._keys):
            if each is not None:
                each.close()
        self._log = self._keys = None

    def checkpoint(self) -> str:
        with self._reading() as log:
            published, head = log.published(), log.state()
        if head is None:
            raise Unreadable("nothing was ever recorded")
        judged = published if self._published and published is not None else head
        self._size = judged.size
        return judged.checkpoint

    def entries(self, bundle: int, width: int) -> Sequence[bytes]:
        with self._reading() as log:
            return log.entries(bundle * WIDTH, width)

    def tile(self, level: int, index: int, width: int) -> bytes:
        with self._reading() as log:
            return (log.tile(level, index) or b"")[: 32 * width]

    def bodies(self, bundle: int, width: int) -> Sequence[SealedBody] | None:
        start = bundle * WIDTH
        with self._reading() as log:
            rows = log.bodies(start, width)
        self._found.clear()
        return [self._body(*rows.get(index, (b"", None, bytes(16)))) for index in range(start, start + width)]

    def statements(self) -> Iterator[tuple[int, bytes]]:
        with self._reading() as log:
            yield from (row for row in all_statements(log) if row[0] < self._size)

    def stamps(self) -> Iterator[KeptStamp]:
        with self._reading() as log:
            stamps = log.stamps()
        for stamp in stamps:
            yield KeptStamp(f"stamps/{stamp.day.isoformat()}", stamp.checkpoint, stamp.token)

    def named_keys(self) -> Sequence[VerifierKey] | None:
        return self._named

    def erased_elsewhere(self) -> Set[bytes]:
        erased: set[bytes] = set()
        for year in self._logs.years(self._stream):
            if year > self._year:
                with _told():
                    log = self._logs.storage(self._stream, year)
                    try:
                        erased |= erased_keys(log)
                    finally:
                        log.close()
        return erased

    def require_nothing_else(self, size: int) -> None:
        """A database holds what it holds; records beyond `size` may be coming in."""

    def require_sums(self) -> bool:
        """What is under no hash, held against what is: by which ids a record is found, and until when it is kept."""
        for start in range(0, self._size, PAGE):
            count = min(PAGE, self._size - start)
            with self._reading() as log:
                wrong, days = log.misfiled(start, count), log.days(start, count)
            if wrong is not None:
                raise RecordMisfiled("other ids, or it is not found by them").at(record=wrong)
            known = self._days([key_id for _, key_id, _ in days])
            wrong = next((record for record, key_id, day in days if known.get(key_id, day) != day), None)
            if wrong is not None:
                raise RecordMisfiled("another day than that of its key").at(record=wrong)
        return True

    def _days(self, key_ids: Sequence[bytes]) -> Mapping[bytes, str]:
        with _told():
            self._keys = self._keys or self._logs.keys(self._stream)
            return self._keys.days(key_ids)

    def _body(self, sealed: bytes, subject_id: bytes | None, case_id: bytes) -> SealedBody:
        subject, case = None if subject_id is None else self._key(subject_id), self._key(case_id)
        whole = case is not None and (subject is not None or subject_id is None)
        return SealedBody(sealed, subject_id, case_id, (subject, case) if whole else None)

    def _key(self, key_id: bytes) -> bytes | None:
        if key_id not in self._found:
            with _told():
                self._keys = self._keys or self._logs.keys(self._stream)
                self._found[key_id] = self._keys.find(key_id)
        return self._found[key_id]

    @contextmanager
    def _reading(self) -> Iterator[ReadableLog]:
        with _told():
            self._log = self._log or self._logs.storage(self._stream, self._year)
            yield self._log


@contextmanager
def _told() -> Iterator[None]:
    """Turn whatever a store raises into a verdict."""
    try:
        yield
    except (Fault, OSError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    except Exception as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(type(error).__name__) from error
