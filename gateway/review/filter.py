"""Which lines are meant: the state of a list, as it stands in its URL. Names are Dutch, as on screen.

Rules:
- Values of one facet widen each other, facets narrow each other: any of these bases, and any of these requesters.
- Without a class (`soort`) the requests are meant: what was disclosed, refused, tried and what failed.
- Days are those of Amsterdam, both of them included.
- One filter has one URL: `query` writes names in one order, and values sorted.
- What is not known is refused by the name of its member, and never repeated: whoever made the URL could have put
  anything in it. So is what could be the number of a person: what a list was chosen by is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Self
from urllib.parse import urlencode

from gateway.model.bsn import is_bsn
from gateway.model.record import RecordClass
from gateway.review.line import REQUESTS

FACETS = (
    "besluit",
    "soort",
    "grondslag",
    "doel",
    "aanvrager",
    "bronhouder",
    "ontvanger",
    "fase",
    "gegevens",
    "verstrekt",
    "reden",
    "beleid",
    "tijd",
    "opgehaald",
    "beoordeeld",
    "vlag",
)
"""`doel`: the activity; `gegevens`: the categories that were asked, `verstrekt`: those that were given; `tijd`: whether
in office hours."""
MEMBERS = (*FACETS, "vanaf", "tot", "na", "casus", "betrokkene", "regel")
MOST_VALUES, MOST_RECORDS = 100, 1000
_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}", re.ASCII)
CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
ALIAS = re.compile(r"[A-Z2-7]{8}", re.ASCII)
RECORD = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_DAY = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_CLOSED: Mapping[str, frozenset[str]] = {
    "besluit": frozenset({"toegestaan", "gedeeltelijk", "geweigerd", "geen", "gewist", "beschadigd"}),
    "soort": frozenset(RecordClass),
    "fase": frozenset({"1", "2", "3", "4", "geen"}),
    "tijd": frozenset({"kantoortijd", "buiten-kantoortijd"}),
    "opgehaald": frozenset({"ja", "nee", "direct"}),
    "beoordeeld": frozenset({"ja", "nee"}),
    "vlag": frozenset({"ja", "nee"}),
}


class WrongFilter(ValueError):
    """`name`: the member that is wrong, empty where it is one that nobody knows."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the filter has a wrong {name or 'member'}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Filter:
    """`values`: by facet, sorted; `since`, `until`: days, included; `after`: a moment (aware), itself not; `case`: as
    registered; `subject`: an alias; `records`: ids, of which any is meant.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    after: datetime | None = None
    case: str = ""
    subject: str = ""
    records: tuple[str, ...] = ()

    @classmethod
    def of(cls, **values: str | Sequence[str]) -> Self:
        """A filter of facets alone: `Filter.of(besluit="geweigerd")`."""
        return cls.read({name: [value] if isinstance(value, str) else value for name, value in values.items()})

    @classmethod
    def read(cls, query: Mapping[str, Sequence[str]]) -> Self:
        """The filter that a query names; members without any value are as absent. Raises `WrongFilter`."""
        given = {name: [each for each in values if each] for name, values in query.items()}
        given = {name: values for name, values in given.items() if values}
        if given.keys() - set(MEMBERS):
            raise WrongFilter("")
        found = cls(
            values={name: _codes(name, given[name]) for name in FACETS if name in given},
            since=_day("vanaf", given),
            until=_day("tot", given),
            after=_moment("na", given),
            case=_one("casus", given, CASE),
            subject=_one("betrokkene", given, ALIAS),
            records=_records(given.get("regel", [])),
        )
        if found.since and found.until and found.since > found.until:
            raise WrongFilter("tot")
        return found

    def pairs(self) -> list[tuple[str, str]]:
        """Its members, in their one order."""
        single = {
            "vanaf": self.since and self.since.isoformat(),
            "tot": self.until and self.until.isoformat(),
            "na": self.after and self.after.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "casus": self.case,
            "betrokkene": self.subject,
        }
        return [
            *((name, value) for name in FACETS for value in self.values.get(name, ())),
            *((name, value) for name, value in single.items() if value),
            *(("regel", each) for each in self.records),
        ]

    def query(self) -> str:
        """As it stands in a URL, empty where everything is meant; `Filter.read` reads it back."""
        return urlencode(self.pairs())

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of record that are meant."""
        return self.values.get("soort") or REQUESTS

    def adding(self, facet: str, *values: str) -> Self:
        """With these values of a facet beside those that it has."""
        return self._with(facet, tuple(sorted({*self.values.get(facet, ()), *values})))

    def without(self, facet: str, value: str | None = None) -> Self:
        """Without a value of a facet, or without any of it."""
        return self._with(facet, tuple(each for each in self.values.get(facet, ()) if value not in (None, each)))

    def within(self, since: date | None, until: date | None) -> Self:
        """Of these days, whatever its days were."""
        return replace(self, since=since, until=until)

    def _with(self, facet: str, values: tuple[str, ...]) -> Self:
        others = {name: each for name, each in self.values.items() if name != facet}
        return replace(self, values=others | ({facet: values} if values else {}))


def _codes(name: str, values: Sequence[str]) -> tuple[str, ...]:
    known = _CLOSED.get(name)
    fits = all(each in known if known else _FORM.fullmatch(each) and not is_bsn(each) for each in values)
    if not fits or len(values) > MOST_VALUES:
        raise WrongFilter(name)
    return tuple(sorted(set(values)))


def _one(name: str, given: Mapping[str, Sequence[str]], form: re.Pattern[str]) -> str:
    values = given.get(name, [""])
    if len(values) > 1 or is_bsn(values[0]) or not (values[0] == "" or form.fullmatch(values[0])):
        raise WrongFilter(name)
    return values[0]


def _day(name: str, given: Mapping[str, Sequence[str]]) -> date | None:
    try:
        return date.fromisoformat(text) if (text := _one(name, given, _DAY)) else None
    except ValueError:
        raise WrongFilter(name) from None


def _moment(name: str, given: Mapping[str, Sequence[str]]) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if (text := _one(name, given, _MOMENT)) else None
    except ValueError:
        raise WrongFilter(name) from None


def _records(values: Sequence[str]) -> tuple[str, ...]:
    if len(values) > MOST_RECORDS or not all(RECORD.fullmatch(each) for each in values):
        raise WrongFilter("regel")
    return tuple(sorted(set(values)))
