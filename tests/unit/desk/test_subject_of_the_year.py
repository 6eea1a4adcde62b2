"""The requests for access of everybody in a sandbox's year: each lists exactly what the year wrote down about them."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gateway.model.amsterdam import day_of
from gateway.model.codes import Tenant
from gateway.sandbox.town import prepare
from gateway.sandbox.year import SEED, make, read_truth, write_year
from gateway.settings import Settings
from tests.support.desk import OpenDesk, opened
from tests.support.simulators import SettableClock

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
NOWHERE = "http://127.0.0.1:1"


def expected(truth: Mapping[str, Any], person: str, tenant: Tenant) -> set[str]:
    """The records about somebody whose own keys are there: what came before an erasure of theirs is nobody's."""
    erased = [each["at"] for each in truth["erased"] if (each["person"], each["tenant"]) == (person, tenant)]
    since = max(erased, default="")
    return {each["record"] for each in truth["people"].get(person, {}).get(tenant, []) if each["at"] > since}


async def listed(desk: OpenDesk, tenant: Tenant, bsn: str) -> set[str]:
    """What a request for access finds, by its forms."""
    milan = desk.sign_in(who="milan")
    begun = await milan.post(f"/{tenant}/betrokkene/nieuw", {"ontvangen": "2026-11-25", "taal": "nl"})
    place = begun.headers["location"]
    for step, form in (("identiteit", {"hoe": "balie"}), ("opzoeken", {"nummer": bsn})):
        assert (await milan.post(f"{place}/{step}", form)).status_code == 303
    reports = await desk.desk.subjects.all(tenant)
    found = reports[place.rpartition("/")[2]].found
    assert found is not None
    assert not found.erased
    return set(found.records)


async def test_everybody_gets_what_was_written_down_about_them(tmp_path: Path) -> None:
    settings = Settings(development=True, state=tmp_path / "state")
    await asyncio.to_thread(prepare, settings, NOWHERE)
    await write_year(settings, NOW, holder_url=NOWHERE, size=0.06)
    truth, people = read_truth(settings.state / "sandbox"), make(SEED, day_of(NOW - timedelta(days=364))).people
    asked = set()
    async with opened(settings.state, clock=SettableClock(NOW)) as desk:
        for person, somebody in people.items():
            for tenant in Tenant:
                wanted = expected(truth, person, tenant)
                assert await listed(desk, tenant, somebody.bsn) == wanted, (person, tenant)
                asked |= wanted
    assert len(asked) > 100
