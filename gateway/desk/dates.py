"""Moments and numbers as a reader of Dutch or English expects them: Europe/Amsterdam, absolute, relative beside."""

from __future__ import annotations

from datetime import date, datetime

from gateway.catalogue.catalogue import Language
from gateway.model.amsterdam import AMSTERDAM

MONTHS = {
    "nl": (
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_AGO = {
    "nl": ("vandaag", "gisteren", "morgen", "{} dagen geleden", "over {} dagen"),
    "en": ("today", "yesterday", "tomorrow", "{} days ago", "in {} days"),
}


def day(value: date, language: Language) -> str:
    """`21 november 2026`."""
    return f"{value.day} {MONTHS[language][value.month - 1]} {value.year}"


def moment(value: datetime, language: Language, *, seconds: bool = False) -> str:
    """`21 november 2026, 09:00`."""
    local = value.astimezone(AMSTERDAM)
    return (
        f"{day(local.date(), language)}, {local:%H:%M:%S}"
        if seconds
        else f"{day(local.date(), language)}, {local:%H:%M}"
    )


def relative(value: datetime | date, now: datetime, language: Language) -> str:
    """`vandaag`, `3 dagen geleden`, counted in days of Amsterdam."""
    there = value.astimezone(AMSTERDAM).date() if isinstance(value, datetime) else value
    days = (now.astimezone(AMSTERDAM).date() - there).days
    today, yesterday, tomorrow, ago, ahead = _AGO[language]
    if days in (0, 1, -1):
        return {0: today, 1: yesterday, -1: tomorrow}[days]
    return (ago if days > 0 else ahead).format(abs(days))


def number(value: int, language: Language) -> str:
    """`48.213` in Dutch, `48,213` in English."""
    said = f"{value:,}"
    return said.replace(",", ".") if language == "nl" else said
