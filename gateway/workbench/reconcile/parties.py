"""What a party counted itself: a small JSON file that a holder or a recipient hands over.

    {"version": 1, "role": "recipient", "oin": "00000001800000001000", "requests": ["<request id>", …]}
    {"version": 1, "role": "holder", "oin": "00000001800000002000", "source": "toezicht", "days": {"2026-11-26": 12}}

A holder lists the requests for which it was asked for values; a recipient those of which it holds the sealed data with
a receipt. Who keeps no ids gives counts by day, the day of a request being that of its id (`model.counted`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import orjson

from gateway.model.counted import day_of_request

MAX_BYTES = 256 << 20
_OIN = re.compile(r"[0-9]{20}")
_SOURCE = re.compile(r"[^\s]{1,64}")


class Role(StrEnum):
    HOLDER = "holder"
    RECIPIENT = "recipient"


class WrongFile(ValueError):
    """Not such a file; a sentence in Dutch that says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class PartyCounts:
    """`requests`: None where the party gave counts by day alone, in `days`."""

    role: Role
    oin: str
    source: str
    requests: frozenset[str] | None
    days: Mapping[date, int] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, role: Role) -> Self:
        """Raises `WrongFile`; `OSError` where there is no such file."""
        data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
        try:
            document = orjson.loads(data)
            if not isinstance(document, dict) or document.get("version") != 1:
                raise WrongFile(f"{path} is geen telling van versie 1.")
            if document.get("role") != role:
                raise WrongFile(f"{path} is geen telling van een {role}.")
            return cls._of(document, role)
        except WrongFile:
            raise
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise WrongFile(f"{path} heeft niet de vorm van een telling.") from error

    @classmethod
    def _of(cls, document: Mapping[str, Any], role: Role) -> Self:
        oin, source = document["oin"], document["source"] if role is Role.HOLDER else ""
        if not _OIN.fullmatch(oin) or (role is Role.HOLDER and not _SOURCE.fullmatch(source)):
            raise ValueError("another oin or source")
        given = document.get("requests")
        if given is None:
            days = {date.fromisoformat(day): count for day, count in document["days"].items()}
            if not all(type(count) is int and count >= 0 for count in days.values()):
                raise ValueError("a count is no number")
            return cls(role, oin, source, None, days)
        requests = frozenset(str(UUID(each)) for each in given)
        if any(UUID(each).version != 7 for each in requests):
            raise ValueError("no request id")
        return cls(role, oin, source, requests)

    def of_day(self, day: date | None) -> Self:
        """The same counts, of that day alone."""
        if day is None:
            return self
        kept = (
            None if self.requests is None else frozenset(each for each in self.requests if day_of_request(each) == day)
        )
        days = {each: count for each, count in self.days.items() if each == day}
        return type(self)(self.role, self.oin, self.source, kept, days)

    @property
    def by_day(self) -> Mapping[date, int]:
        """How many by day, whichever way they were given."""
        if self.requests is None:
            return self.days
        counts: dict[date, int] = {}
        for each in self.requests:
            counts[day_of_request(each)] = counts.get(day_of_request(each), 0) + 1
        return counts
