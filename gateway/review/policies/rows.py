"""The bases of a revision as a table: what each rests on, from when to when, who may ask whom what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.pdp.bundle import Bundle

PARTIES = ("requester", "holder", "recipient")


@dataclass(frozen=True, slots=True)
class Row:
    """A basis on the day from which this version of it counts. `since`, `until`: days in force, None where it is not,
    or has no end; `kinds`: of organisation, by party; `roles`: which list of roles may ask (`any`: whoever).
    """

    basis: str
    date: str
    title: str
    articles: tuple[str, ...]
    since: str | None
    until: str | None
    activities: tuple[str, ...]
    categories: tuple[str, ...]
    kinds: Mapping[str, tuple[str, ...]]
    roles: str
    obligations: tuple[str, ...]


def rows(bundle: Bundle) -> list[Row]:
    """Every version of every basis, by basis and date."""
    return list(_rows(json.loads(bundle.data).get("bases", {})))


def _rows(bases: Mapping[str, Any]) -> Iterator[Row]:
    for basis in sorted(bases):
        for date in sorted(bases[basis]):
            said = bases[basis][date]
            parties = said.get("parties") or {}
            yield Row(
                basis=basis,
                date=date,
                title=said.get("title", ""),
                articles=_texts(said, "articles"),
                since=said.get("since"),
                until=said.get("until"),
                activities=_texts(said, "activities"),
                categories=_texts(said, "categories"),
                kinds={each: _texts(parties.get(each) or {}, "kinds") for each in PARTIES},
                roles=said.get("roles") or "",
                obligations=_texts(said, "obligations"),
            )


def _texts(said: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(each for each in said.get(name) or () if isinstance(each, str))
