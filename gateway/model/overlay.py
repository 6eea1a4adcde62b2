"""What partners' own policies say of a decision: each may refuse a field of it, none can do more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

LIMITED = "beperkt-door-partner"
BROKEN = "partnerbeleid-werkt-niet"


class OverlayFailure(StrEnum):
    """Why a partner's policy gave no answer. For the partner and the operator; the requester hears `BROKEN`."""

    MISSING = "missing"
    REJECTED = "rejected"
    UNDEFINED = "undefined"
    ERROR = "error"
    MALFORMED = "malformed"
    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    RESTING = "resting"


@dataclass(frozen=True, slots=True)
class Verdict:
    """On one field. `reasons`: texts that stand in the overlay itself. `broken`: it said something that means nothing,
    so it is a refusal."""

    granted: bool
    reasons: tuple[str, ...] = ()
    broken: bool = False


UNNAMED = Verdict(granted=False)
"""What an overlay says of a field that it does not name."""
WITHOUT_MEANING = Verdict(granted=False, broken=True)


@dataclass(frozen=True, slots=True)
class OverlayAnswer:
    """One partner's word on one decision. `revision`: of its overlay, None where there is none to be read.

    `provisional`: asked before the holder had spoken. `failure`: it gave no answer, and every field is refused.
    """

    oin: str
    revision: str | None
    provisional: bool
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    failure: OverlayFailure | None = None

    def of(self, name: str) -> Verdict:
        """The verdict on a field, whatever it is."""
        return WITHOUT_MEANING if self.failure else self.verdicts.get(name, UNNAMED)

    @property
    def document(self) -> dict[str, Any]:
        """As it stands in the record."""
        fields = {
            name: {"granted": verdict.granted, "reasons": list(verdict.reasons), "broken": verdict.broken}
            for name, verdict in self.verdicts.items()
        }
        return {
            "oin": self.oin,
            "revision": self.revision,
            "provisional": self.provisional,
            "fields": fields,
            "failure": self.failure,
        }
