"""An erasure: which keys go, why, and on whose word. It never says whose they were.

Rules:
- The keys are named by their random ids, which say nothing once a key is gone.
- The reason is one of a closed list; each is a code of the catalogue, with the article that gives it, if one does.
- `by` is the id of the person who decided, or `bewaarplan` where the days that were set for the records did.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

RETENTION_PLAN = "bewaarplan"
_ACTOR = re.compile(r"[A-Za-z][A-Za-z0-9._@-]{1,63}", re.ASCII)


class ErasureReason(StrEnum):
    """Why a body may no longer be kept."""

    TERM_OVER = "bewaartermijn-voorbij"
    ON_REQUEST = "verzoek-betrokkene"
    COURT_ORDER = "rechterlijke-uitspraak"
    NO_INDICATIONS = "geen-aanwijzingen-meer"
    NOT_TAKEN_UP = "niet-in-behandeling-genomen"


@dataclass(frozen=True, slots=True)
class Erasure:
    """`id`: a UUIDv7, which its tombstone bears as request id, so that there is never a second one; `keys`: ids of 16
    bytes.
    """

    id: str
    reason: ErasureReason
    by: str
    at: datetime
    keys: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if _ACTOR.fullmatch(self.by) is None:
            raise ValueError("an actor begins with a letter and has 2 to 64 letters, digits and . _ @ -")

    def statement(self) -> dict[str, Any]:
        """What the tombstone states to everybody."""
        return {
            "act": "erased",
            "keys": sorted(key.hex() for key in self.keys),
            "reason": str(self.reason),
            "by": self.by,
            "at": self.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
