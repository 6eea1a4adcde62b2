"""What is counted outside the log, so that the log can be held against it: who was asked, what left, who came for it.

Rule: everybody who counts counts a disclosure on the same day, whatever its own clock says: the day in Amsterdam on
which its request id was made (UUIDv7, RFC 9562 section 5.7). So counts of two parties can be compared to the last one.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from gateway.model.amsterdam import day_of
from gateway.model.codes import Tenant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Passage(StrEnum):
    """Where it was counted: before a source is asked for values, before sealed bytes leave, before a recipient that did
    not ask gets them.
    """

    ASKED = "asked"
    RELEASED = "released"
    COLLECTED = "collected"


@dataclass(frozen=True, slots=True)
class Counted:
    """One passage of one disclosure. `party`: OIN of the source's holder or of the recipient; `source`: its name, empty
    for a recipient; `digest`: SHA-256 of the bytes that left, 64 hexadecimal digits, empty where none did.
    """

    passage: Passage
    request_id: str
    tenant: Tenant
    party: str
    source: str = ""
    digest: str = ""

    @property
    def day(self) -> date:
        return day_of_request(self.request_id)


def moment_of(request_id: str) -> datetime:
    """When a UUIDv7 was made, UTC, to the millisecond."""
    return _EPOCH + timedelta(milliseconds=UUID(request_id).int >> 80)


def day_of_request(request_id: str) -> date:
    """The day of a disclosure, in Amsterdam."""
    return day_of(moment_of(request_id))
