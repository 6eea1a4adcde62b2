"""Which keys the tombstones of a log name, as anybody who holds its statements can read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from gateway.model.record import Leaf, RecordClass
from gateway.tlog.at_rest import ReadableLog, all_statements


def erased_keys(log: ReadableLog) -> set[bytes]:
    """The ids of the keys in statements that are those of tombstones: what else stands beside the log counts not."""
    erased: set[bytes] = set()
    for index, statement in all_statements(log):
        [leaf] = map(Leaf.from_bytes, log.entries(index, 1))
        if leaf.kind is RecordClass.TOMBSTONE and leaf.released_sha256 == hashlib.sha256(statement).hexdigest():
            erased.update(keys_in(statement))
    return erased


def keys_in(statement: bytes | str) -> Iterator[bytes]:
    """The ids of the keys that a statement says were erased; none in one of another kind. `ValueError` in no JSON."""
    said = json.loads(statement)
    if isinstance(said, dict) and said.get("act") == "erased":
        yield from (bytes.fromhex(key) for key in said.get("keys", ()))
