"""What is kept no longer, and erasing it: by itself, every day.

Rules:
- A body goes on the day that was set for it when it was recorded, and no body that has a later day goes with it: a key
  serves one day alone. Bodies without a day stay: acts, tombstones, and what was recorded before days were set.
- `plan` changes nothing. `Retention.run` erases in batches, each with a tombstone of its own and each finished by
  whoever comes next if it is cut off; what was not begun is due again.
- Between two batches it rests for several times as long as a batch took, so that whoever waits for a record goes first.
- What it tells is counts by log, class and day, and the ids of tombstones: nothing of anybody.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gateway.errors import Fault
from gateway.model.erasure import RETENTION_PLAN, ErasureReason
from gateway.tlog.at_rest import LogsAtRest
from gateway.tlog.erasing.erasure import MOST_KEYS, Erasing
from gateway.tlog.logs import Logs

ALL = 1 << 40
REST = 4
"""Times the duration of a batch between it and the next one."""

Tally = Counter[tuple[str, str, str]]
"""Log (`zvh/2026`), class and day → records."""


@dataclass(slots=True)
class Report:
    """What is due, or what became of it: `outcome` is `due`, `erased`, `nothing` or `failed`; `keys` how many keys;
    `tombstones` the ids of the records that say so; `records` what they opened.
    """

    stream: str
    day: date
    outcome: str = "nothing"
    keys: int = 0
    tombstones: list[str] = field(default_factory=list)
    records: Tally = field(default_factory=Counter)

    def document(self, at: datetime) -> dict[str, Any]:
        """As JSON."""
        return {
            "at": at.isoformat(timespec="seconds"),
            "stream": self.stream,
            "day": self.day.isoformat(),
            "outcome": self.outcome,
            "keys": self.keys,
            "tombstones": self.tombstones,
            "records": [
                {"log": log, "class": kind, "until": until, "count": count}
                for (log, kind, until), count in sorted(self.records.items())
            ],
        }


def plan(logs: LogsAtRest, stream: str, day: date) -> Report:
    """What is due by `day`, without changing anything."""
    keys = logs.keys(stream)
    try:
        due = keys.due(day, ALL)
    finally:
        keys.close()
    outcome = "due" if due else "nothing"
    return Report(stream, day, outcome, len(due), records=count(logs, stream, due))


def count(logs: LogsAtRest, stream: str, keys: Sequence[bytes]) -> Tally:
    """The records that these keys open, by log, class and day."""
    found: Tally = Counter()
    for year in logs.years(stream) if keys else ():
        log = logs.storage(stream, year)
        try:
            for at in range(0, len(keys), MOST_KEYS):
                for (kind, until), number in log.tally(keys[at : at + MOST_KEYS]).items():
                    found[f"{stream}/{year}", kind, until] += number
        finally:
            log.close()
    return found


class Retention:
    """Belongs to one event loop. `counted`: the same logs, to be read."""

    def __init__(self, logs: Logs, erasing: Erasing, counted: LogsAtRest) -> None:
        self._logs, self._erasing, self._counted = logs, erasing, counted

    async def run(self, day: date) -> list[Report]:
        """Erase what is due by `day`, a report a stream. What fails is told there, and is due again."""
        return [await self._run(stream, day) for stream in await self._logs.begun()]

    async def _run(self, stream: str, day: date) -> Report:
        report = Report(stream, day)
        try:
            keys = await self._logs.keys(stream)
            while due := await asyncio.to_thread(keys.due, day, MOST_KEYS):
                begun = time.monotonic()
                records = await asyncio.to_thread(count, self._counted, stream, due)
                report.tombstones += await self._erasing.erase(stream, due, ErasureReason.TERM_OVER, RETENTION_PLAN)
                report.outcome, report.keys, report.records = "erased", report.keys + len(due), report.records + records
                await asyncio.sleep(REST * (time.monotonic() - begun))
            await asyncio.to_thread(keys.compact)
        except Fault as fault:
            report.outcome = f"failed: {fault.code}"
        return report
