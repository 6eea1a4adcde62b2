"""The bases of a revision as a table: what each rests on, from when to when, who may ask whom what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.pdp.bundle import Bundle

PARTIES = ("requester", "holder", "recipient")


@dataclass(frozen=True, slots=True)
class Row:
    """A basis on the day from which this version of it counts. `since`, `until`: days in force, None where it is not,
    or has no end; `allowed`: who may be a party, as the rules call it (`deelnemer`, `publiek`, `ieder`, `soorten`, …),
    `kinds`: of organisation, both by party; `roles`: which list of roles may ask (`any`: whoever).
    """

    basis: str
    begins: str
    title: str
    articles: tuple[str, ...]
    since: date | None
    until: date | None
    activities: tuple[str, ...]
    categories: tuple[str, ...]
    allowed: Mapping[str, str]
    kinds: Mapping[str, tuple[str, ...]]
    roles: str
    obligations: tuple[str, ...]


def rows(bundle: Bundle) -> list[Row]:
    """Every version of every basis, by basis and date."""
    return list(_rows(json.loads(bundle.data).get("bases", {})))


def _rows(bases: Mapping[str, Any]) -> Iterator[Row]:
    for basis in sorted(bases):
        for begins in sorted(bases[basis]):
            said = bases[basis][begins]
            parties = said.get("parties") or {}
            yield Row(
                basis=basis,
                begins=begins,
                title=said.get("title", ""),
                articles=_texts(said, "articles"),
                since=_day(said, "since"),
                until=_day(said, "until"),
                activities=_texts(said, "activities"),
                categories=_texts(said, "categories"),
                allowed={each: (parties.get(each) or {}).get("allowed") or "" for each in PARTIES},
                kinds={each: _texts(parties.get(each) or {}, "kinds") for each in PARTIES},
                roles=said.get("roles") or "",
                obligations=_texts(said, "obligations"),
            )


def _day(said: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(said[name]) if said.get(name) else None


def _texts(said: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(each for each in said.get(name) or () if isinstance(each, str))
