"""A form that waits until somebody proved again who they are.

Rules: it is kept in memory alone, for ten minutes, and for the same person and place; it counts once. A form can hold
what may stand on no disk and in no address.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.datastructures import FormData

PATIENCE = timedelta(minutes=10)
MOST = 1_000
FIELD = "held"
"""The field of a form that stands for a form that was held."""


@dataclass(frozen=True, slots=True)
class Held:
    """`place`: path and query that were asked for; `form`: None where it was no form."""

    who: str = field(repr=False)
    place: str = field(repr=False)
    form: FormData | None = field(repr=False)
    since: datetime


class HeldForms:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}

    def keep(self, held: Held) -> str:
        """The number by which it is found again. Beyond `MOST` the oldest are dropped."""
        self._held = {key: each for key, each in self._held.items() if held.since - each.since < PATIENCE}
        while len(self._held) >= MOST:
            del self._held[next(iter(self._held))]
        key = secrets.token_urlsafe(16)
        self._held[key] = held
        return key

    def find(self, key: object, who: str, now: datetime) -> Held | None:
        held = self._held.get(key) if isinstance(key, str) else None
        return held if held is not None and held.who == who and now - held.since < PATIENCE else None

    def take(self, key: object, who: str, place: str, now: datetime) -> FormData | None:
        """The form that was held for this person at this place, once."""
        held = self.find(key, who, now)
        if held is None or held.place != place:
            return None
        del self._held[str(key)]
        return held.form
