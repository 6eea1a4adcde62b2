"""A log of which the keys may be gone, and which bodies nobody can open though no tombstone says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from gateway.tlog.at_rest import PAGE, ReadableKeys, ReadableLog
from gateway.tlog.in_place import LogInPlace
from gateway.tlog.ports import BodyKeys


class SealedLog(LogInPlace):
    """`verify.archive.source.LogReader` where no body is opened: keys are neither asked for nor missed."""

    holds_keys = False

    def _days(self, key_ids: Sequence[bytes]) -> Mapping[bytes, str]:
        return {}

    def _key(self, key_id: bytes) -> bytes | None:
        return None


def destroy(keys: BodyKeys, erased: Iterable[bytes]) -> int:
    """Destroy those of the keys that are there, as nobody may have them back; how many there were."""
    there = [key_id for key_id in erased if keys.find(key_id) is not None]
    keys.destroy(there)
    keys.compact()
    return len(there)


def lost(log: ReadableLog, keys: ReadableKeys, erased: Set[bytes]) -> int:
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
