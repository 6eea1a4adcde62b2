"""How far a check is: five steps that a person can follow, each with how much of it is done.

Rules: written by the thread that judges, read by those who wait. Asking how far it is is also how it hears that it must
stop.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.verify.archive.records import Progress

RECORDS, TREE, SEAL, SEEN, WITNESSES = NAMES = ("records", "tree", "seal", "seen", "witnesses")


class Stopped(Exception):
    """The desk is closing."""


@dataclass(slots=True)
class Step:
    """`total` 0: there is nothing to do in it, or it is not known yet."""

    name: str
    done: int = 0
    total: int = 0

    @property
    def state(self) -> str:
        if self.total and self.done >= self.total:
            return "done"
        return "busy" if self.done else "waits"

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


class Steps:
    def __init__(self) -> None:
        self._steps = {name: Step(name) for name in NAMES}
        self._sizes: Mapping[tuple[str, int], int] = {}
        self._before = 0
        self.stop = False

    def __iter__(self) -> Iterator[Step]:
        return iter(self._steps.values())

    def expect(self, sizes: Mapping[tuple[str, int], int], seals: int) -> None:
        """How much there is to do: records by log, and seals that were kept."""
        self._sizes = sizes
        logs = sum(size > 0 for size in sizes.values())
        totals = (sum(sizes.values()), logs, logs, seals, logs)
        for name, total in zip(NAMES, totals, strict=True):
            self._steps[name].total = total

    def size(self, name: tuple[str, int]) -> int:
        return self._sizes[name]

    def of(self, name: tuple[str, int]) -> Progress:
        """The progress of one log. Raises `Stopped`."""
        before = self._before

        def told(done: int, _total: int, what: str) -> None:
            if self.stop:
                raise Stopped
            if what == "records":
                self._steps[RECORDS].done = before + done

        return told

    def sealed(self, name: tuple[str, int]) -> None:
        """A log was computed anew, and its root is the one that was signed."""
        self._before += self._sizes[name]
        self._steps[RECORDS].done = self._before
        self._steps[TREE].done += 1
        self._steps[SEAL].done += 1

    def seen(self) -> None:
        self._steps[SEEN].done += 1

    def witnessed(self) -> None:
        self._steps[WITNESSES].done += 1
