"""What the log needs from those who vouch for it: witnesses of its growth, and an authority of time.

Trust: none of them can add to the log or read a body. A witness by itself can stop releases, by silence where the
quorum needs it, or by claiming to know more of the log than there is: an operator who does not believe it takes it out
of the policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Silent(Exception):
    """No answer that counts: not reached, late, too large, not what was asked. The text names no one's data."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: an HTTP status and a small body."""

    status: int
    body: bytes


class WitnessDoor(Protocol):
    async def add_checkpoint(self, prefix: str, body: bytes) -> Reply:
        """Hand in `body` (C2SP tlog-witness) at the witness with this submission prefix. Raises `Silent`."""


class StampAuthority(Protocol):
    async def stamp(self, note: bytes) -> bytes:
        """A time stamp over `note`, verified: TimeStampResp of RFC 3161, DER. Raises `Silent`."""
