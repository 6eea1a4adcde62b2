"""Until which day the content of a record is kept. Pure; the terms and why: `.decisions/0032`.

Rules:
- What a grant was told to destroy on a day (`vernietig-op`) goes on that day, and so does the record's own content: it
  holds facts of the case.
- Nothing about a case of the ZVH is kept longer than the case's own term (WGS 1.8(7): at latest five years after its
  first processing, or the day to which it was extended). Where that term was over already, the shortest term counts.
- Everything else: years from the day of recording, fewer for what decided nothing (a dry run, a fault).
- From its day on a body is no longer kept: on that day its keys go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.model.decision import Obligation
from gateway.model.record import RecordClass

DESTROY = "vernietig-op"
CASE_YEARS = 5
"""WGS 1.8(7)."""
AUDIT_YEARS = 5
"""Who looked at the log: as long as the longest term of what could be looked at."""
DECIDED_NOTHING = frozenset({RecordClass.PROEF, RecordClass.STORING})


@dataclass(frozen=True, slots=True)
class Keep:
    """Years that the content of a record without a day of its own is kept. `attempts`: of what decided nothing."""

    records: int = 5
    attempts: int = 1


def retain_until(
    kind: RecordClass,
    day: date,
    keep: Keep,
    *,
    obligations: Iterable[Obligation] = (),
    case: Mapping[str, Any] | None = None,
) -> date:
    """The first day on which the body of a record made on `day` is no longer kept. `case`: as in the facts."""
    attempt, told = years_later(day, keep.attempts), [each.on for each in obligations if each.code == DESTROY]
    dated = [date.fromisoformat(on) for on in told if on is not None]
    if kind in DECIDED_NOTHING:
        return min([attempt, *dated, *_term(day, attempt, case)])
    return min(dated or [years_later(day, keep.records), *_term(day, attempt, case)])


def years_later(day: date, years: int) -> date:
    """29 February becomes 28 February where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _term(day: date, shortest: date, case: Mapping[str, Any] | None) -> list[date]:
    if not case or case.get("track") != "zvh" or not case.get("first_processed_at"):
        return []
    ends = [years_later(date.fromisoformat(case["first_processed_at"]), CASE_YEARS)]
    if case.get("extended_until"):
        ends.append(date.fromisoformat(case["extended_until"]))
    return [max(ends) if max(ends) > day else shortest]
