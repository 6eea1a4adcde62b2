"""A signal in words: what stands out, how often that is normal, and where its list is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.catalogue.catalogue import Language
from gateway.desk import dates
from gateway.desk.desk import Desk
from gateway.desk.lists.labels import short, title_of
from gateway.review.signals.signals import SHOWN
from gateway.review.signals.watch import YEAR, Normal, Signal

PAGE = "signals"
"""Whose words these are: locale/signals.yaml."""


@dataclass(frozen=True, slots=True)
class Told:
    """`link`: path and query of the list, below the tenant; `on`: the day on which it came to stand out."""

    id: str
    rule: str
    title: str
    sentence: str
    normal: str
    on: date
    link: str


def told(desk: Desk, language: Language, signal: Signal) -> Told:
    """For a page in this language."""
    rule, hit = signal.rule.name, signal.hit
    values = {name: _word(desk, language, name, value) for name, value in hit.said.items()}
    return Told(
        id=signal.id,
        rule=rule,
        title=desk.renderer.text(PAGE, language, f"rule.{rule}"),
        sentence=desk.renderer.text(PAGE, language, f"rule.{rule}.sentence", n=hit.count, **values),
        normal=normal(desk, language, signal.normal, fleeting=signal.rule.fleeting),
        on=hit.on,
        link=f"/verstrekkingen?{hit.filter.query()}",
    )


def normal(desk: Desk, language: Language, found: Normal, *, fleeting: bool) -> str:
    """How often a rule gives a signal, in a sentence."""
    if fleeting:
        return desk.renderer.text(PAGE, language, "normal.fleeting")
    often, weeks = found.a_month, SHOWN.days // 7
    if often is None:
        return desk.renderer.text(PAGE, language, "normal.young", n=found.days, weeks=weeks)
    key = "normal.never" if found.times == 0 else "normal.often"
    span = "year" if found.days >= YEAR.days else "months"
    months = round(found.days * 12 / YEAR.days)
    said = desk.renderer.text(PAGE, language, f"normal.{span}", months=months, weeks=weeks)
    return desk.renderer.text(PAGE, language, key, often=_decimal(often, language), span=said)


def _decimal(value: float, language: Language) -> str:
    shown = f"{value:.1f}" if value >= 0.095 else f"{value:.2f}"
    return shown.replace(".", ",") if language == "nl" else shown


def _word(desk: Desk, language: Language, name: str, value: Any) -> str:
    if isinstance(value, date):
        return dates.day(value, language)
    if name in ("requester", "holder", "recipient"):
        return desk.organisations(value)
    if name == "basis":
        return title_of(desk, language, value)
    if name == "outcome":
        return title_of(desk, language, value).lower()
    if name == "reasons":
        return ", ".join(title_of(desk, language, each) for each in value)
    if name == "fields":
        return ", ".join(value)
    if name == "revision":
        return short(value)
    return (
        _decimal(value, language)
        if isinstance(value, float) and not value.is_integer()
        else str(value).removesuffix(".0")
    )
