"""How a tenant's logs and what surrounds them are doing, for who keeps them running: no record, and nothing of anybody.

Rules:
- What needs somebody is a problem with a code; no news is said to be good only where it was looked at.
- Of keys one sees the purpose, the state and days, and of the keys that only another tenant has nothing.
- What cannot be read is a problem, never a fault: this page is for finding out why other pages fail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from gateway.crypto.keyfile import Metadata
from gateway.crypto.life import KEY_LIFE
from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.tlog.at_rest import LogsAtRest
from gateway.tlog.audit import audit_stream
from gateway.tlog.standing import Standing, standing
from gateway.verify.policy import Policy

PROMPT = timedelta(minutes=5)
"""How long what was recorded may wait for its checkpoint, and for the review to have read it."""


class Followed(Protocol):
    """How far the review has read: the number of lines by year."""

    @property
    def sizes(self) -> Mapping[int, int]: ...


@dataclass(frozen=True, slots=True)
class Problem:
    """`code`: a key of locale/health.yaml (`problem.…`); `of`: a log (`zvh/2026`) or a key's purpose."""

    code: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class KeyDates:
    """`until`: the day before which a key that signs is replaced; None for a secret and for one that signs no more."""

    purpose: str
    state: str
    since: datetime
    until: date | None


@dataclass(frozen=True, slots=True)
class Health:
    """`logs`: the tenant's, and those of who looked at it, newest year first; `witnessed`: whether witnesses are
    demanded; `lines`, `unread`: of the tenant's logs, and those that the review has not read yet; `free`: bytes.
    """

    logs: tuple[Standing, ...]
    witnessed: bool
    lines: int
    unread: int
    free: int
    keys: tuple[KeyDates, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Examiner:
    """`followed`: how far the review is with a tenant; `free`: bytes on the disk of the state folder; `least`: how many
    of them there must be; `oldest`: of what enough witnesses saw.
    """

    logs: LogsAtRest
    keys: Callable[[], Sequence[Metadata]] = field(repr=False)
    policy: Policy | None
    followed: Callable[[Tenant], Followed]
    free: Callable[[], int]
    least: int
    oldest: timedelta

    def examine(self, tenant: Tenant, now: datetime) -> Health:
        """Reads the heads of the logs: milliseconds. May be called by any thread."""
        problems: list[Problem] = []
        found = [each for stream in (tenant, audit_stream(tenant)) for each in self._standings(stream, now, problems)]
        own = [each for each in found if each.stream == tenant]
        for each in found:
            problems += self._of_a_log(each, max(other.year for other in found if other.stream == each.stream), now)
        if not any(each.size for each in own):
            problems.append(Problem("no-log"))
        lines, read = sum(each.size for each in own), self.followed(tenant).sizes
        unread = sum(max(each.size - read.get(each.year, 0), 0) for each in own)
        newest = max((each.recorded_at for each in own if each.recorded_at), default=None)
        if unread and newest is not None and now - newest > PROMPT:
            problems.append(Problem("index-behind"))
        free, keys = self.free(), self._keys(tenant)
        problems += [Problem("disk-full")] if free < self.least else []
        problems += [Problem("key-late", each.purpose) for each in keys if each.until and each.until < now.date()]
        return Health(tuple(found), self.policy is not None, lines, unread, free, keys, tuple(problems))

    def _standings(self, stream: str, now: datetime, problems: list[Problem]) -> list[Standing]:
        found = []
        try:
            for year in sorted(self.logs.years(stream), reverse=True):
                with closing(self.logs.storage(stream, year)) as log:
                    found.append(standing(log, stream, year, self.policy, now))
        except Fault as fault:
            problems.append(Problem("log-unreadable", f"{stream} ({fault.code})"))
        return found

    def _of_a_log(self, log: Standing, newest: int, now: datetime) -> list[Problem]:
        of = f"{log.stream}/{log.year}"
        if log.year < newest:
            return [] if log.closed or not log.size else [Problem("not-closed", of)]
        if log.closed or log.recorded_at is None:
            return []
        waits = now - log.recorded_at > PROMPT and (log.published or 0) < log.size
        stale = self.policy is not None and (log.witnessed_at is None or now - log.witnessed_at > self.oldest)
        return [Problem("not-published", of)] * waits + [Problem("witness-stale", of)] * stale

    def _keys(self, tenant: Tenant) -> tuple[KeyDates, ...]:
        others = tuple(f"-{each}" for each in Tenant if each is not tenant)
        return tuple(
            KeyDates(each.purpose, each.state, datetime.fromisoformat(each.since), _until(each))
            for each in self.keys()
            if not each.purpose.endswith(others)
        )


def _until(key: Metadata) -> date | None:
    signs = key.public is not None and key.state in ("pending", "active")
    return (datetime.fromisoformat(key.created) + KEY_LIFE).date() if signs else None
