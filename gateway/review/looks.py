"""Who looked at the log: the looks that were recorded in the audit logs, oldest first. Reading them opens their bodies,
and so is a look too.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from gateway.model.amsterdam import day_of
from gateway.model.codes import Tenant
from gateway.review.acts import Acts, Looked
from gateway.tlog.at_rest import LogsAtRest


class Looks:
    """`opened` counts by tenant, `skipped` what could not be read (`tlog.sealed.ERASED`, `DAMAGED`)."""

    def __init__(self, logs: LogsAtRest) -> None:
        self._acts = {tenant: Acts(logs, tenant) for tenant in Tenant}
        self.opened: Counter[Tenant] = Counter()
        self.skipped: Counter[str] = Counter()

    def all(self, day: date | None = None) -> list[Looked]:
        """Those of a day in Amsterdam, or ever."""
        found: list[Looked] = []
        self.skipped = Counter()
        for tenant, acts in self._acts.items():
            looks = acts.looks()
            self.opened[tenant], self.skipped = len(looks), self.skipped + acts.skipped
            found += [each for each in looks if day is None or day_of(each.at) == day]
        return sorted(found, key=lambda each: each.at)


@dataclass(frozen=True, slots=True)
class Watched:
    """Which looks are meant: of a day in Amsterdam, of somebody (`who`: their `tail`), at something (`what`); empty
    means any.
    """

    day: date | None = None
    who: str = ""
    what: str = ""

    def of(self, looks: Iterable[Looked]) -> list[Looked]:
        """Those that are meant, newest first."""
        found = [
            each
            for each in looks
            if (self.day is None or day_of(each.at) == self.day)
            and self.who in ("", tail(each.look.who))
            and self.what in ("", each.look.what)
        ]
        return found[::-1]


def tail(who: str) -> str:
    """What stands for somebody in an address, where their own name would tell: 8 digits of its hash."""
    return sha256(who.encode()).hexdigest()[:8]
