"""The keys of bodies, read beside a gateway that may be serving: nothing is made, written or locked.

Trust: whoever can run this on the state folder can read every body that is not erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import apsw

from gateway.store.sqlite.bodykeys import DAYS, DUE, OWNED, digest, hexes
from gateway.store.sqlite.database import BUSY_TIMEOUT_MS, unusable_as_fault


class BodyKeyReader:
    """Finds keys in `bodykeys/<stream>.sqlite`. Raises `Fault` `log-damaged` where the file cannot be used."""

    def __init__(self, path: Path) -> None:
        with unusable_as_fault("log-damaged", path):
            self._connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
            self._connection.set_busy_timeout(BUSY_TIMEOUT_MS)
            self._connection.pragma("trusted_schema", False)

    def find(self, key_id: bytes) -> bytes | None:
        """A key, None when it was destroyed."""
        return self._connection.execute("SELECT key FROM keys WHERE id = ?", (key_id,)).get

    def days(self, key_ids: Sequence[bytes]) -> dict[bytes, str]:
        """Until which day what these keys seal is kept, by id; of none that was destroyed."""
        return dict(self._connection.execute(DAYS, (hexes(key_ids),)).fetchall())

    def due(self, day: date, limit: int) -> list[bytes]:
        """The ids of at most `limit` keys whose last day is `day` or earlier."""
        return [key_id for (key_id,) in self._connection.execute(DUE, (day.isoformat(), limit)).fetchall()]

    def owned(self, kind: str, name: str) -> list[bytes]:
        """The ids of the keys that somebody has, of every day."""
        return [key_id for (key_id,) in self._connection.execute(OWNED, (digest(kind, name),)).fetchall()]

    def close(self) -> None:
        self._connection.close()
