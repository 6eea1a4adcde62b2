"""Time and fresh names: the ports that everything else is given."""

import secrets
from datetime import UTC, datetime
from uuid import UUID


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Uuid7:
    """Fresh ids of now."""

    def new(self) -> str:
        return uuid7(datetime.now(UTC))


def uuid7(moment: datetime) -> str:
    """A fresh id that sorts by time (RFC 9562 section 5.7): 48 bits of milliseconds, the rest random."""
    milliseconds = round(moment.timestamp() * 1_000_000) // 1_000
    value = milliseconds << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return str(UUID(int=value & ~(0x3 << 62) | 0x2 << 62))
