"""Who looked at the log: the looks that were recorded in the audit logs, oldest first. Reading them opens their bodies,
and so is a look too.
"""

from collections import Counter
from datetime import date

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
