"""What the index needs of the file in which it keeps what it read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from gateway.model.indexed import IndexedRow, ReadSoFar


class IndexFile(Protocol):
    """Where the index keeps what it read. One process has it; calls take turns. Every method may raise `Fault`."""

    def rows(self) -> Iterator[IndexedRow]:
        """All of them, as they were added."""

    def progress(self) -> list[ReadSoFar]:
        """How far each year was read."""

    def add(
        self, rows: Sequence[IndexedRow], progress: ReadSoFar, erased: Collection[bytes]
    ) -> tuple[list[IndexedRow], list[int]]:
        """Keep all three or nothing; zeros stand for what the keys of these ids open, now and ever after. The rows as
        they are kept, and the places of earlier ones where zeros stand now.
        """

    def forget(self) -> bool:
        """Let nothing that was erased linger beside the file; False where that has to be tried again."""

    def at(self, places: Sequence[int]) -> dict[int, IndexedRow]: ...

    def place_of_record(self, record: str) -> int | None: ...

    def places_of_requests(self, requests: Collection[str]) -> list[int]: ...

    def clear(self) -> None: ...

    def close(self) -> None: ...
