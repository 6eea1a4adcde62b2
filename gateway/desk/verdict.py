"""What a check of the log came to, in one sentence: for the page of the checks, the first page and every page in alarm.

Rule: a sentence says what was shown and no more. Without an earlier seal nothing is said of what went before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from gateway.catalogue.catalogue import Language
from gateway.desk import dates
from gateway.desk.render import Renderer
from gateway.model.codes import Tenant
from gateway.review.checks.outcome import BROKE, SEAL, Outcome, Verdict, Wrong

KINDS = {Verdict.HOLDS: "ok", Verdict.BROKEN: "bad", Verdict.UNJUDGED: "part"}
_SEALS = ("log-rolled-back", "log-forked")
Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Told:
    """`kind`: ok, bad or part; `beside`: how many records, when, who witnessed; `where`: sentences on what is wrong;
    `record`: the place of the record that they name, where people may read it; `codes`: for the operator.
    """

    kind: str
    sentence: str
    beside: str = ""
    warning: str = ""
    where: tuple[str, ...] = ()
    record: tuple[int, int] | None = None
    codes: str = ""


def told(renderer: Renderer, language: Language, tenant: Tenant, outcome: Outcome | None) -> Told:
    """What to say of the last check of a tenant's logs."""
    say: Say = partial(renderer.text, "check", language)
    if outcome is None:
        return Told("part", say("never"))
    beside = _beside(say, language, outcome)
    if outcome.wrong is not None:
        return _wrong(say, language, tenant, outcome, outcome.wrong, beside)
    return Told("ok", _holds(say, language, outcome), beside, _warning(say, outcome))


def _warning(say: Say, outcome: Outcome) -> str:
    """What keeps nothing from being good, and should be asked about."""
    unknown = say("unknown_key", who=", ".join(outcome.unknown)) if outcome.unknown else ""
    return " ".join(each for each in (say("unwitnessed") if outcome.unwitnessed else "", unknown) if each)


def _holds(say: Say, language: Language, outcome: Outcome) -> str:
    if not outcome.records:
        return say("empty")
    if outcome.own and outcome.since is None:
        size = dates.number(outcome.since_size, language)
        return say("holds.own_size", size=size, year=outcome.since_year)
    if outcome.since is None:
        return say("holds.first")
    return say("holds.own" if outcome.own else "holds.desk", since=_moment(outcome.since, language))


def _beside(say: Say, language: Language, outcome: Outcome) -> str:
    parts = [say("checked", at=_moment(outcome.finished, language))]
    if outcome.verdict is Verdict.HOLDS and outcome.records:
        parts.insert(0, say("records", n=outcome.records, count=dates.number(outcome.records, language)))
        if outcome.witnesses:
            parts.append(say("witnesses", n=len(outcome.witnesses), names=", ".join(outcome.witnesses)))
    return " · ".join(parts)


def _wrong(say: Say, language: Language, tenant: Tenant, outcome: Outcome, wrong: Wrong, beside: str) -> Told:
    broken = outcome.verdict is Verdict.BROKEN
    why = "seal.unsigned" if wrong.file == SEAL else "broke" if wrong.code == BROKE else "away"
    sentence = wrong.sentence(language) if broken else say(why)
    where = _where(say, language, tenant, wrong) if broken else ()
    at = (wrong.stream, wrong.year, wrong.record)
    own = wrong.stream == tenant and wrong.code not in _SEALS and wrong.year is not None and wrong.record is not None
    return Told(
        kind=KINDS[outcome.verdict],
        sentence=say("broken" if broken else "unjudged", sentence=sentence),
        beside=beside,
        where=where,
        record=(wrong.year, wrong.record) if own and wrong.year is not None and wrong.record is not None else None,
        codes=" · ".join(str(each) for each in (wrong.code, *at, wrong.file, wrong.detail) if each not in ("", None)),
    )


def _where(say: Say, language: Language, tenant: Tenant, wrong: Wrong) -> tuple[str, ...]:
    number = partial(dates.number, language=language)
    found = []
    if wrong.stream and wrong.stream != tenant:
        found.append(say("of_looks"))
    if wrong.code in _SEALS and wrong.seal is not None:
        since = say("since", at=_moment(wrong.sealed_at, language)) if wrong.sealed_at else ""
        found.append(
            say(wrong.code, size=number(wrong.seal), year=wrong.year, now=number(wrong.record or 0), since=since)
        )
        if wrong.fits:
            found.append(say("fits", size=number(wrong.fits)))
    elif wrong.record is not None:
        found.append(say("from_record", record=number(wrong.record), year=wrong.year))
    elif wrong.year is not None:
        found.append(say("of_year", year=wrong.year))
    return tuple(found)


def _moment(value: datetime, language: Language) -> str:
    return dates.moment(value, language)
