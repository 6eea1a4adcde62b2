"""Desks in a browser: one over a year of requests, one over nothing at all."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from gateway.model.amsterdam import day_of
from gateway.sandbox.town import prepare
from gateway.sandbox.year import make, read_truth, write_year
from tests.desk.furnished import furnish
from tests.support.chromium import Browsing, browsing
from tests.support.desk import opened, settings_of
from tests.support.simulators import SettableClock

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def made(state: Path, *, year: bool) -> Path:
    """A state folder, with a small year of requests in it or without any."""
    settings = settings_of(state)
    prepare(settings, "http://127.0.0.1:1")
    if year:
        asyncio.run(write_year(settings, NOW, holder_url="http://127.0.0.1:1", size=0.06))
    return state


@asynccontextmanager
async def shown(state: Path) -> AsyncIterator[Browsing]:
    async with opened(state, clock=SettableClock(NOW)) as desk, browsing(desk) as browser:
        yield browser


@dataclass(frozen=True, slots=True)
class Year:
    """A desk over a year, and what that year was: as `sandbox.year.truth` has it, with the numbers of its people."""

    browsing: Browsing
    truth: Mapping[str, Any]
    numbers: Mapping[str, str]

    def requests(self, tenant: str, *, erased: bool = False) -> list[dict[str, Any]]:
        """Those to a tenant, oldest first, and of whom: of which the content is still there, or all."""
        gone = {each["person"]: each["at"] for each in self.truth["erased"] if each["tenant"] == tenant}
        return sorted(
            (
                {**each, "person": person}
                for person, tenants in self.truth["people"].items()
                for each in tenants.get(tenant, [])
                if erased or each["at"] > gone.get(person, "")
            ),
            key=lambda each: each["at"],
        )

    def busiest(self, tenant: str) -> str:
        """Of whom most was asked, and nothing erased."""
        erased = {each["person"] for each in self.truth["erased"]}
        people = {name: of for name, of in self.truth["people"].items() if name not in erased}
        return max(people, key=lambda name: len(people[name].get(tenant, [])))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def year(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Year]:
    state = await asyncio.to_thread(made, tmp_path_factory.mktemp("year") / "state", year=True)
    truth = read_truth(state / "sandbox")
    assert truth is not None
    people = make(truth["seed"], day_of(NOW - timedelta(days=364))).people
    async with shown(state) as browser:
        found = Year(browser, truth, {name: each.bsn for name, each in people.items()})
        await furnish(browser.desk, found.numbers[found.busiest("zvh")])
        yield found


@pytest.fixture(scope="session")
def many(year: Year) -> Browsing:
    return year.browsing


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def empty(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browsing]:
    state = await asyncio.to_thread(made, tmp_path_factory.mktemp("nothing") / "state", year=False)
    async with shown(state) as browser:
        yield browser
