"""What a report tells of one record: who asked whom for what, what for, on which ground, and what was given. Never a
value, and of what a caller wrote down only what has the form of an article.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from gateway.model.bsn import names_somebody
from gateway.model.codes import Tenant
from gateway.model.record import Leaf, RecordClass
from gateway.review.line import Line, content_of, packed, unpacked
from gateway.review.subject.lists import Ground

POLICE = frozenset({"politie", "om"})
POLICE_DATA = frozenset({"politie_art8_13", "politie_art9_10", "justitieel_strafvorderlijk"})
TELLING: Mapping[str, Ground] = {
    "pga-overgedragen": Ground.INVESTIGATION,
    "geen-overeenstemming-bevoegd-gezag": Ground.INVESTIGATION,
    "zwaarwegende-redenen": Ground.SAFETY,
}
"""Reasons of a refusal that say more than that it was refused."""
SUBJECT = "betrokkene"
_STATUTES = "AVG|BGS|BW|Jw|PGA-wet|PW|Sr|Sv|UAVG|WGS|Wams|Wet BIG|Wfz|Wgs|Wjsg|Wlz|Wmo|Wpg|Wvggz|Wzd|Zvw"
_ARTICLE = re.compile(
    rf"(?:{_STATUTES}) \d{{1,3}}[a-z]{{0,3}}(?:[.:]\d{{1,2}}[a-z]?)*(?:\(\w{{1,2}}\)){{0,2}}", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Told:
    """`line`: without an alias; `relation`: of the person in the case; `third`: whether facts of a third party were
    looked at; `tasks`: for which data were needed, where these are articles; `articles`: behind the decision;
    `collected_at`: when a recipient that did not ask itself came for the data.
    """

    line: Line
    recipient_kind: str
    relation: str
    third: bool
    tasks: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    collected_at: datetime | None = None

    @property
    def given(self) -> bool:
        """Whether data were made available to somebody."""
        return self.line.kind is RecordClass.VERSTREKKING and bool(self.line.granted)

    @property
    def fetched(self) -> bool:
        """Whether the recipient has them: whoever asked for itself got them with the answer."""
        return self.given and (self.line.recipient == self.line.requester or self.collected_at is not None)

    @property
    def oins(self) -> tuple[str, ...]:
        """The parties, each once."""
        return tuple(dict.fromkeys((self.line.requester, self.line.holder, self.line.recipient)))

    @property
    def proposed(self) -> Ground | None:
        """The ground on which this is not shown unless somebody decides so."""
        parties = {self.line.requester_kind, self.line.holder_kind, self.recipient_kind}
        if parties & POLICE or POLICE_DATA.intersection(self.line.categories):
            return Ground.INVESTIGATION
        if self.third or self.relation != SUBJECT:
            return Ground.OTHERS
        return next((ground for reason, ground in TELLING.items() if reason in self.line.reasons), None)


def told_of(
    leaf: Leaf, year: int, number: int, body: Mapping[str, Any], collected_at: datetime | None = None
) -> tuple[str, Told]:
    """The pseudonym that a record is about, and what is told of it. Raises `KeyError`, `TypeError`, `ValueError` where
    the body is not one of a request.
    """
    facts, encoded = orjson.loads(body["facts"]), body["narrowed"] or body["decision"]
    tasks = dict.fromkeys(str((each.get("necessity") or {}).get("task", "")) for each in facts["fields"])
    basis = orjson.loads(encoded)["basis"] if encoded else None
    told = Told(
        line=_line(leaf, year, number, body),
        recipient_kind=facts["recipient"]["kind"],
        relation=facts["subject"]["relation"],
        third=bool(facts.get("third_party")),
        tasks=tuple(each for each in tasks if _ARTICLE.fullmatch(each) and not names_somebody(each)),
        articles=tuple((basis or {}).get("articles", ())),
        collected_at=collected_at,
    )
    return facts["subject"]["ref"], told


def _line(leaf: Leaf, year: int, number: int, body: Mapping[str, Any]) -> Line:
    return Line(
        tenant=Tenant(leaf.tenant),
        year=year,
        number=number,
        record=leaf.id,
        request=leaf.request_id,
        at=datetime.fromisoformat(leaf.time),
        kind=leaf.kind,
        simulation=leaf.simulation,
        revision=leaf.revision,
        readable=True,
        **unpacked(packed(content_of(leaf.kind, body, lambda _: ""))),
    )
