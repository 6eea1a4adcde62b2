"""The steps of a report: what each may follow, and what it makes of the report. Pure.

Rule: `hindrance` alone says whether a step is due. The desk asks it before it records one, and shows its answer where a
button is absent; `fold` asks it of every step that was recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

from gateway.model.amsterdam import day_of
from gateway.review.acts import Writing
from gateway.review.level import Seal
from gateway.review.subject.lists import Ending, Ground, Identity, Sent, Why
from gateway.review.subject.report import LETTER, OPEN, By, Decided, Extension, Found, Report, Status


class Step(StrEnum):
    RECEIVED = "ontvangen"
    IDENTIFIED = "identiteit"
    LOOKED_UP = "opgezocht"
    DECIDED = "regels"
    JUDGED = "beoordeeld"
    CONFIRMED = "bevestigd"
    RETURNED = "teruggegeven"
    SENT = "verzonden"
    EXTENDED = "verlengd"
    ENDED = "beeindigd"


_NUMBER = re.compile(r"20\d\d-\d{3,6}", re.ASCII)
LOOKED = frozenset({Status.LOOKED_UP, Status.JUDGED, Status.CONFIRMED})


def hindrance(report: Report, step: Step, who: str) -> str | None:
    """Why this person cannot take this step now: a word that the desk has a sentence for. None where nothing does."""
    if report.status not in OPEN:
        return "klaar"
    return _HINDRANCES[step](report, who)


def fold(writings: Iterable[Writing]) -> dict[str, Report]:
    """The reports that were written, by number, the oldest first."""
    reports: dict[str, Report] = {}
    numbers: dict[str, str] = {}
    for writing in writings:
        try:
            step = Step(writing.content["step"])
            if step is Step.RECEIVED:
                report = _begin(writing)
                if report.number not in numbers.values():
                    reports[report.id], numbers[report.id] = report, report.number
                continue
        except (ValueError, KeyError, TypeError):
            continue
        if (before := reports.get(next(iter(writing.about), ""))) is not None:
            reports[before.id] = _after(before, step, writing)
    return {each.number: each for each in reports.values()}


def _begin(writing: Writing) -> Report:
    content = writing.content
    number, language = content["number"], content["language"]
    if _NUMBER.fullmatch(number) is None or language not in ("nl", "en"):
        raise ValueError("no such report")
    received = date.fromisoformat(content["received_on"])
    return Report(writing.id, writing.tenant, number, received, By(writing.who, writing.at), language, steps=(writing,))


def _after(report: Report, step: Step, writing: Writing) -> Report:
    try:
        if hindrance(report, step, writing.who) is None:
            return replace(_TAKEN[step](report, writing, writing.content), steps=(*report.steps, writing))
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    return replace(report, disregarded=report.disregarded + 1)


def _identified(report: Report, writing: Writing, content: Mapping[str, Any]) -> Report:
    return replace(report, status=Status.IDENTIFIED, identity=(Identity(content["how"]), _by(writing)))


def _looked_up(report: Report, writing: Writing, content: Mapping[str, Any]) -> Report:
    seals = tuple(Seal(each["year"], each["size"], each["checkpoint"]) for each in content["seals"])
    proposed = {record: Ground(ground) for record, ground in content["proposed"].items()}
    found = Found(tuple(content["records"]), frozenset(content["erased"]), proposed, seals, str(content["alias"]))
    return _open_again(replace(report, found=found, looked_up=_by(writing)))


def _decided(report: Report, writing: Writing, content: Mapping[str, Any]) -> Report:
    assert report.found is not None
    new = {each["record"]: _decision(_by(writing), each) for each in content["lines"]}
    if not new or not new.keys() <= set(report.found.records):
        raise ValueError("lines that are not in this report")
    return replace(report, decided={**report.decided, **new})


def _decision(by: By, line: Mapping[str, Any]) -> Decided:
    if line["shown"] is True:
        return Decided(by, True, why=str(line.get("why", "")))
    if line["shown"] is not False:
        raise ValueError("a line is shown or it is not")
    until, invoked = date.fromisoformat(line["visible_from"]), str(line.get("invoked_by", ""))
    return Decided(by, False, Ground(line["ground"]), invoked, until, str(line.get("why", "")))


def _judged(report: Report, writing: Writing, content: Mapping[str, Any]) -> Report:
    return replace(report, status=Status.JUDGED, judged=_by(writing))


def _confirmed(report: Report, writing: Writing, content: Mapping[str, Any]) -> Report:
    return replace(report, status=Status.CONFIRMED, confirmed=_by(writing))


def _returned(report: Report, writing: Writing, content: Mapping[str, Any]) -> Report:
    return _open_again(replace(report, returned=(*report.returned, (_by(writing), str(content["why"])))))


def _sent(report: Report, writing: Writing, content: Mapping[str, Any]) -> Report:
    on = date.fromisoformat(content["on"])
    assert report.confirmed is not None
    if not day_of(report.confirmed.at) <= on <= day_of(writing.at):
        raise ValueError("sent before there was a letter, or later than it was told")
    return replace(report, status=Status.SENT, sent=(Sent(content["how"]), on, _by(writing)))


def _extended(report: Report, writing: Writing, content: Mapping[str, Any]) -> Report:
    told = date.fromisoformat(content["told_on"])
    if not report.received_on <= told <= min(report.first_due, day_of(writing.at)):
        raise ValueError("told before the request, after the month, or not yet")
    return replace(report, extension=Extension(_by(writing), Why(content["why"]), told))


def _ended(report: Report, writing: Writing, content: Mapping[str, Any]) -> Report:
    return replace(report, status=Status.ENDED, ended=(Ending(content["why"]), _by(writing)))


def _open_again(report: Report) -> Report:
    return replace(report, status=Status.LOOKED_UP, judged=None, confirmed=None)


def _by(writing: Writing) -> By:
    return By(writing.who, writing.at)


def _unless(here: Iterable[Status], why: str) -> Callable[[Report, str], str | None]:
    places = frozenset(here)
    return lambda report, who: None if report.status in places else why


def _judge(report: Report, who: str) -> str | None:
    if report.status is not Status.LOOKED_UP:
        return "al-beoordeeld" if report.status in LOOKED else "eerst-opzoeken"
    return "nog-onbeslist" if report.undecided else None


def _confirm(report: Report, who: str) -> str | None:
    if report.status is not Status.JUDGED:
        return "al-bevestigd" if report.status in LETTER else "eerst-beoordelen"
    return "zelfde-persoon" if who in report.judges else None


_HINDRANCES: Mapping[Step, Callable[[Report, str], str | None]] = {
    Step.RECEIVED: lambda report, who: "al-ontvangen",
    Step.IDENTIFIED: _unless({Status.RECEIVED}, "al-vastgesteld"),
    Step.LOOKED_UP: _unless({Status.IDENTIFIED, *LOOKED}, "eerst-identiteit"),
    Step.DECIDED: lambda report, who: None if report.status is Status.LOOKED_UP else _judge(report, who),
    Step.JUDGED: _judge,
    Step.CONFIRMED: _confirm,
    Step.RETURNED: _unless({Status.JUDGED, Status.CONFIRMED}, "eerst-beoordelen"),
    Step.SENT: _unless({Status.CONFIRMED}, "eerst-bevestigen"),
    Step.EXTENDED: lambda report, who: "al-verlengd" if report.extension else None,
    Step.ENDED: lambda report, who: None,
}
_TAKEN: Mapping[Step, Callable[[Report, Writing, Mapping[str, Any]], Report]] = {
    Step.IDENTIFIED: _identified,
    Step.LOOKED_UP: _looked_up,
    Step.DECIDED: _decided,
    Step.JUDGED: _judged,
    Step.CONFIRMED: _confirmed,
    Step.RETURNED: _returned,
    Step.SENT: _sent,
    Step.EXTENDED: _extended,
    Step.ENDED: _ended,
}
