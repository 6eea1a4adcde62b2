"""The logs of a state folder, read beside a gateway that may be serving them: nothing is made, written or locked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.store.sqlite.key_reader import BodyKeyReader
from gateway.store.sqlite.log_reader import SqliteLogReader


class LogFolder:
    """As `tlog.ports.Shelf` names the logs, and what can be read of each."""

    def __init__(self, folder: Path) -> None:
        self._logs, self._keys = folder / "log", folder / "bodykeys"

    def years(self, stream: str) -> Sequence[int]:
        """The years of which a log exists; none where there is no state folder yet."""
        names = (path.stem.removeprefix(f"{stream}-") for path in self._logs.glob(f"{stream}-*.sqlite"))
        return sorted(int(name) for name in names if name.isdigit())

    def storage(self, stream: str, year: int) -> SqliteLogReader:
        """Raises the faults of `SqliteLogReader.beside`."""
        return SqliteLogReader.beside(self._logs / f"{stream}-{year}.sqlite")

    def keys(self, stream: str) -> BodyKeyReader:
        """Raises the faults of `BodyKeyReader`."""
        return BodyKeyReader(self._keys / f"{stream}.sqlite")

    def close(self) -> None:
        """Nothing is held."""
