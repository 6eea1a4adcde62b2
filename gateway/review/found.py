"""What the index answers: a page of lines, or of cases, with what the facets would give, and how far it had read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.review.level import Level
from gateway.review.line import Line


@dataclass(frozen=True, slots=True)
class Found:
    """`lines`: a page of what was meant, newest first, of `total`; `facets`: of each facet, how many a value would
    give beside the other facets.
    """

    total: int
    lines: Sequence[Line]
    facets: Mapping[str, Mapping[str, int]]
    level: Level


@dataclass(frozen=True, slots=True)
class CaseGroup:
    """A case with how many lines it has, and the newest of them; `case` is empty for those without one."""

    case: str
    total: int
    lines: Sequence[Line] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grouped:
    """`cases`: how many there are in all; `groups`: a page of them, that of the newest line first."""

    total: int
    cases: int
    groups: Sequence[CaseGroup]
    facets: Mapping[str, Mapping[str, int]]
    level: Level
