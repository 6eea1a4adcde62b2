"""How far the review has read: which lines a list or a figure was made of, and the seal that they stand under."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Seal:
    """A checkpoint as signed by the log, of exactly the lines that were read of its year. `checkpoint` is empty while
    more is being read: there is none of so many.
    """

    year: int
    size: int
    checkpoint: str = field(repr=False)

    @property
    def origin(self) -> str:
        return self.checkpoint.split("\n", 1)[0]

    @property
    def root(self) -> str:
        """The root hash, in hexadecimal: what a citation names. Empty where there is no checkpoint."""
        return "" if not self.checkpoint else base64.b64decode(self.checkpoint.split("\n", 3)[2]).hex()


@dataclass(frozen=True, slots=True)
class Level:
    """`seals`: by year; `at`: the moment (aware) of the newest line, None where there is none."""

    seals: Mapping[int, Seal] = field(default_factory=dict)
    at: datetime | None = None

    @property
    def sizes(self) -> dict[int, int]:
        """How many lines were read, by year."""
        return {year: seal.size for year, seal in self.seals.items()}

    @property
    def newest(self) -> Seal | None:
        """The seal of the latest year."""
        return self.seals[max(self.seals)] if self.seals else None
