"""The time of the year that is made up: each request has a moment of its own, and so has each record.

Rules:
- Requests that run beside each other do not share a moment: it goes with the task (`contextvars`). Outside of any it is
  the moment to which the clock was set last.
- A record's id is of the moment of its request. The log takes ids on a thread of its own, in the order in which records
  were handed over; so the moments wait in that order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from gateway.app.clock import uuid7

_last: ContextVar[str] = ContextVar("last")
_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


class MovedClock:
    """Satisfies every port that tells the time. `base`: the moment outside of any request (aware, UTC)."""

    def __init__(self, base: datetime) -> None:
        self.base = base

    def now(self) -> datetime:
        return _moment.get() or self.base

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let it be `moment` for this task."""
        token = _moment.set(moment)
        try:
            yield
        finally:
            _moment.reset(token)


class MovedIds:
    """Fresh UUIDv7 of the clock's moment. `last`: the newest of this task."""

    def __init__(self, clock: MovedClock) -> None:
        self._clock = clock

    def new(self) -> str:
        _last.set(fresh := uuid7(self._clock.now()))
        return fresh

    @property
    def last(self) -> str:
        return _last.get()


class RecordIds:
    """Ids of the moments that were put in front, in their order; of the clock's moment where none waits."""

    def __init__(self, clock: MovedClock) -> None:
        self._clock = clock
        self._moments: deque[datetime] = deque()

    def expect(self, moment: datetime) -> None:
        self._moments.append(moment)

    def new(self) -> str:
        return uuid7(self._moments.popleft() if self._moments else self._clock.now())
