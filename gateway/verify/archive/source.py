"""What the judge of a whole log reads, from an export or from the log in place: one judge, many sources.

Rules:
- A reader interprets nothing: it hands over bytes, or says which file it could not read (`Unreadable`).
- It can be pickled, so that more processes than one may read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Protocol

from ..keys import VerifierKey
from .tiles import SealedBody


@dataclass(frozen=True, slots=True)
class KeptStamp:
    """A time stamp as it is kept: the stamped note and the token (RFC 3161, DER). `name` is its file without ending."""

    name: str
    checkpoint: str
    token: bytes = field(repr=False)


class LogReader(Protocol):
    """One log. Every method raises `Unreadable`, or `MalformedEntries` where a bundle cannot be taken apart."""

    @property
    def holds_keys(self) -> bool:
        """Whether it knows which keys of bodies are still there."""

    def checkpoint(self) -> str:
        """The signed note."""

    def entries(self, bundle: int, width: int) -> Sequence[bytes]:
        """The `width` records of a bundle."""

    def tile(self, level: int, index: int, width: int) -> bytes:
        """`width` hashes of 32 bytes."""

    def bodies(self, bundle: int, width: int) -> Sequence[SealedBody] | None:
        """The `width` sealed bodies of a bundle, None where the source has no bodies at all."""

    def statements(self) -> Iterator[tuple[int, bytes]]:
        """Index and statement of each act and tombstone, in the log's order."""

    def stamps(self) -> Iterator[KeptStamp]:
        """The time stamps, by day."""

    def named_keys(self) -> Sequence[VerifierKey] | None:
        """Whom the log itself names as its signers: not trusted, yet held to. None where it names nobody."""

    def erased_elsewhere(self) -> Set[bytes]:
        """The ids of keys that tombstones in later years' logs of the same stream name, each as that log has it."""

    def require_nothing_else(self, size: int) -> None:
        """Check that nothing is there that a log of `size` does not have. Raises `StrayFile`."""

    def require_sums(self) -> bool:
        """Check the bytes that no hash of the tree covers against their sums, False where there are no sums. Raises
        `FileChanged`.
        """
