"""The year as it was planned: everyday requests on working days, and what an FG would want to find among them.

Rules:
- Pure: the same seed and moment give the same plan. Nothing happens after the moment, or more than `DAYS` before it.
- What somebody is meant to find bears a mark, so that tests can say which records a signal is about (`truth`).
- Everyday requests come between nine and half past five on working days, Amsterdam's time: so what comes at another
  hour was put there.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from gateway.model.amsterdam import AMSTERDAM
from gateway.review.facets import holidays
from gateway.sandbox.year import asks
from gateway.sandbox.year.asks import Ask
from gateway.sandbox.year.people import (
    COLLEGE,
    DOSSIER,
    GGZ,
    MELDINGEN,
    OM,
    PARTICIPATIEWET,
    POLITIE,
    RECLASSERING,
    TOEZICHT,
    WIJKTEAM,
    WMO,
    World,
)

DAYS = 364
EVERYDAY = 1_000
"""Requests without a mark in a whole year."""
FIRST_CHANGE, SECOND_CHANGE = 230, 60
"""Days before now on which the policies changed."""


@dataclass(frozen=True, slots=True)
class Event:
    """`at`: aware, UTC; `mark`: what it is there for, empty for an everyday request; `down`: the holder is out of order
    at that moment; `collected`: how long after it the recipient that did not ask came for it, None where it never did.
    """

    at: datetime
    ask: Ask
    mark: str = ""
    down: bool = False
    collected: timedelta | None = None


def plan(world: World, seed: int, now: datetime, size: float = 1.0) -> list[Event]:
    """Every request of the year, oldest first. `now`: aware; `size`: the share of everyday requests that is made."""
    chance = random.Random(f"plan {seed}")
    calendar = Calendar(now)
    events = [*_everyday(world, chance, calendar, round(EVERYDAY * size)), *_found(world, chance, calendar)]
    return sorted((each for each in events if each.at < calendar.last), key=lambda each: each.at)


class Calendar:
    """Moments before now. `last`: everything happens before it."""

    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone(UTC)
        self.last = self.now - timedelta(minutes=30)
        self.first = self.now - timedelta(days=DAYS)

    def at(self, days: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
        """So many days ago, at that time in Amsterdam."""
        day = self.now.astimezone(AMSTERDAM).date() - timedelta(days=days)
        return datetime.combine(day, time(hour, minute, second), AMSTERDAM).astimezone(UTC)

    def working(self, days: int, hour: int, minute: int = 0) -> datetime:
        """The same, on that day or the working day before it; holidays are none."""
        at = self.at(days, hour, minute)
        day = at.astimezone(AMSTERDAM).date()
        free = day.weekday() > 4 or day in holidays(day.year)
        return self.working(days + 1, hour, minute) if free else at

    def night(self, days: int, minute: int) -> datetime:
        return self.at(days, 2, minute)


def _everyday(world: World, chance: random.Random, calendar: Calendar, count: int) -> Iterator[Event]:
    cases = [each for each in world.cases.values() for _ in range(1 if each.state == "afgesloten" else 4)]
    for number in range(count):
        case = chance.choice(cases)
        person = chance.choice(world.of(case.id))
        ask = chance.choice(asks.everyday(case, person))
        at = _office(chance, calendar, chance.randrange(1, DAYS - 1))
        mark, down = "", number % 97 == 50
        if number % 31 == 7 and ask.recipient is None:
            ask, mark = Ask(ask.by, ask.about, {**ask.document, "dry_run": True}), "dry-run"
        collected = None if number % 5 == 0 else timedelta(minutes=chance.randrange(10, 900))
        yield Event(at, ask, "fault" if down else mark, down, collected)


def _office(chance: random.Random, calendar: Calendar, days: int) -> datetime:
    at = calendar.working(days, 9) + timedelta(
        seconds=chance.randrange(8 * 3600 + 1800), milliseconds=chance.randrange(1000)
    )
    return at if at > calendar.first else _office(chance, calendar, days - 30)


def _found(world: World, chance: random.Random, calendar: Calendar) -> Iterator[Event]:
    zvh, town = [each for each in world.cases.values() if each.track == "zvh"], list(world.cases.values())[8:]
    yield from _refused_again(world, calendar)
    yield from _one_person(world, calendar)
    yield from _bulk(world, calendar)
    yield from _at_night(world, calendar)
    yield from _emergencies(world, calendar)
    yield from _new_bases(world, calendar)
    yield from _after_changes(world, chance, calendar)
    for at, checked in ((200, True), (150, False), (90, True), (25, False)):
        ask = asks.derde(zvh[0], world.of(zvh[0].id)[at % 2], checked=checked)
        yield Event(calendar.working(at, 14), ask, "third-party", collected=timedelta(hours=2))
    for at in (300, 160, 40):
        yield Event(calendar.working(at, 10), asks.wams(town[1], world.of(town[1].id)[0]), "not-in-force")
    for at in (280, 120, 33):
        for person in world.of(zvh[6].id)[:3]:
            yield Event(
                calendar.working(at, 11), asks.aanmelding(zvh[6], person), "pushed", collected=timedelta(hours=20)
            )


def _refused_again(world: World, calendar: Calendar) -> Iterator[Event]:
    """GGZ Noord asks the same in a case in which it is not involved; the neighbourhood team without consent."""
    case, town = list(world.cases.values())[1], list(world.cases.values())[9]
    person, neighbour = world.of(case.id)[0], world.of(town.id)[1]
    for number in range(14):
        ask = asks.overleg(GGZ, case, person, PARTICIPATIEWET, "schulden_totaal")
        yield Event(calendar.working(30 - 2 * number, 10, 3 * number), ask, "refused-again")
    for number in range(9):
        ask = asks.toestemming(WIJKTEAM, neighbour, "adres_huidig")
        yield Event(calendar.working(20 - 2 * number, 15, 2 * number), ask, "refused-again")


def _one_person(world: World, calendar: Calendar) -> Iterator[Event]:
    """One person about whom many ask within a week."""
    case, *_, town = list(world.cases.values())[:11]
    person, neighbour = world.of(case.id)[0], world.of(town.id)[0]
    places = ((COLLEGE, TOEZICHT), (RECLASSERING, WMO), (POLITIE, WMO), (OM, TOEZICHT), (GGZ, WMO), (WIJKTEAM, WMO))
    for number, (by, place) in enumerate(places):
        ask = asks.overleg(by, case, person, place, "adres_huidig")
        yield Event(calendar.working(16 - number // 2, 13, 7 * number), ask, "one-person")
    around = (
        asks.onderzoek(town, neighbour),
        asks.toestemming(WIJKTEAM, neighbour, "voorzieningen"),
        asks.crisis(neighbour),
    )
    yield from (Event(calendar.working(11, 10 + at), ask, "one-person") for at, ask in enumerate(around))


def _bulk(world: World, calendar: Calendar) -> Iterator[Event]:
    """Many requests of one organisation on one day."""
    zvh, town = list(world.cases.values())[6], list(world.cases.values())[8:]
    for number in range(42):
        person = world.of(zvh.id)[number % len(zvh.people)]
        yield Event(calendar.working(38, 13, number % 55), asks.triage(POLITIE, zvh, person), "bulk")
    for number in range(36):
        case = town[number % len(town)]
        ask = asks.hergebruik(case, world.of(case.id)[number // len(town) % 3], "maandinkomen")
        yield Event(calendar.working(45, 16, number % 55), ask, "bulk")


def _at_night(world: World, calendar: Calendar) -> Iterator[Event]:
    case, town = list(world.cases.values())[4], list(world.cases.values())[8]
    for number, days in enumerate((330, 214, 101, 52, 19, 6)):
        person = world.of(case.id)[number % 3]
        yield Event(
            calendar.night(days, 4 * number), asks.overleg(POLITIE, case, person, WMO, "adres_huidig"), "at-night"
        )
    for number, days in enumerate((250, 77, 13)):
        yield Event(calendar.night(days, 31), asks.onderzoek(town, world.of(town.id)[number]), "at-night")


def _emergencies(world: World, calendar: Calendar) -> Iterator[Event]:
    people = [each for each in world.people.values() if not each.cases] or list(world.people.values())
    for number, days in enumerate((310, 240, 170, 95, 41, 12, 3)):
        yield Event(calendar.night(days, 11 + number), asks.crisis(people[number % len(people)]), "emergency")
    yield Event(calendar.working(66, 12), asks.crisis(people[0], conscious=True), "emergency-refused")


def _new_bases(world: World, calendar: Calendar) -> Iterator[Event]:
    """A basis that was used for the first time, by an organisation that never used it."""
    case, *_, town = list(world.cases.values())[:12]
    person = world.of(case.id)[1]
    yield Event(calendar.working(5, 11), asks.riec(case, person), "first-use", collected=timedelta(hours=3))
    yield Event(calendar.working(150, 11), asks.riec(case, person), "before-its-policy")
    yield Event(calendar.working(4, 15), asks.overleg(OM, case, person, DOSSIER, "behandelstatus"), "medical")
    yield Event(calendar.working(4, 16), asks.overleg(OM, case, person, MELDINGEN, "meldingen_overlast"), "criminal")
    ask = asks.toestemming(GGZ, world.of(town.id)[0], "voorzieningen")
    yield Event(calendar.working(8, 9), ask, "first-use")


def _after_changes(world: World, chance: random.Random, calendar: Calendar) -> Iterator[Event]:
    """What the changes of the policies caused: provisions go to the probation service, and reports are made."""
    case, town = list(world.cases.values())[2], list(world.cases.values())[8:]
    for days in range(FIRST_CHANGE + 28, FIRST_CHANGE - 28, -2):
        for number in range(1 if days > FIRST_CHANGE else 2):
            ask = asks.resultaat(case, world.of(case.id)[number], RECLASSERING, "afspraken", "voorzieningen")
            at = calendar.working(days, 10 + number, chance.randrange(60))
            if (days > FIRST_CHANGE) == (at < calendar.at(FIRST_CHANGE, 8)):
                yield Event(at, ask, "policy-change", collected=timedelta(hours=1) if days % 4 else None)
    for days in range(SECOND_CHANGE + 24, SECOND_CHANGE - 24, -3):
        own = town[days % len(town)]
        for number in range(1 if days > SECOND_CHANGE else 3):
            ask = asks.hergebruik(own, world.of(own.id)[number % 3], "schulden_totaal")
            at = calendar.working(days, 11 + number, chance.randrange(60))
            if (days > SECOND_CHANGE) == (at < calendar.at(SECOND_CHANGE, 8)):
                yield Event(at, ask, "policy-change")
