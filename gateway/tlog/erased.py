"""A log of which the keys may be gone: which keys its tombstones name, and which bodies nobody can open though none of
them says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Set

from gateway.model.record import Leaf, RecordClass
from gateway.tlog.export_files import ReadableLog
from gateway.tlog.in_place import FindsKeys, LogInPlace

PAGE = 4096


class SealedLog(LogInPlace):
    """`verify.archive_source.LogReader` where no body is opened: keys are neither asked for nor missed."""

    holds_keys = False

    def _key(self, key_id: bytes) -> bytes | None:
        return None


def erased_keys(log: ReadableLog) -> set[bytes]:
    """The ids of the keys in statements that are those of tombstones: what else stands beside the log counts not."""
    erased: set[bytes] = set()
    for index, statement in _statements(log):
        [leaf] = map(Leaf.from_bytes, log.entries(index, 1))
        if leaf.kind is RecordClass.TOMBSTONE and leaf.released_sha256 == hashlib.sha256(statement).hexdigest():
            erased.update(keys_in(statement))
    return erased


def keys_in(statement: bytes | str) -> Iterator[bytes]:
    """The ids of the keys that a statement says were erased; none in one of another kind. `ValueError` in no JSON."""
    said = json.loads(statement)
    if isinstance(said, dict) and said.get("act") == "erased":
        yield from (bytes.fromhex(key) for key in said.get("keys", ()))


def lost(log: ReadableLog, keys: FindsKeys, erased: Set[bytes]) -> int:
    """How many bodies lack a key that no tombstone names."""
    head = log.state()
    known: dict[bytes, bool] = {}

    def there(ids: Iterable[bytes | None]) -> bool:
        for key_id in ids:
            if key_id is not None and key_id not in known:
                known[key_id] = key_id in erased or keys.find(key_id) is not None
        return all(known[key_id] for key_id in ids if key_id is not None)

    size = 0 if head is None else head.size
    return sum(
        not there((subject, case))
        for start in range(0, size, PAGE)
        for _, subject, case in log.bodies(start, PAGE).values()
    )


def _statements(log: ReadableLog) -> Iterator[tuple[int, bytes]]:
    start = 0
    while rows := log.statements(start, PAGE):
        yield from rows
        start = rows[-1][0] + 1
