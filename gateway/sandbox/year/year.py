"""The year from beginning to end: who there is, what decides, what is asked, what is erased; then what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial

from gateway.app.keys import open_keys
from gateway.app.stores import open_registers
from gateway.crypto.durable import write_whole
from gateway.crypto.pseudonym import HmacPseudonyms
from gateway.model.amsterdam import day_of
from gateway.model.codes import Profile, Tenant
from gateway.pdp.bundle import Bundle
from gateway.pdp.history import Entry
from gateway.sandbox.keys import SandboxKeys
from gateway.sandbox.year.accounts import write_accounts
from gateway.sandbox.year.people import World, make
from gateway.sandbox.year.plan import FIRST_CHANGE, SECOND_CHANGE, Calendar, plan
from gateway.sandbox.year.policies import Release, publish, releases
from gateway.sandbox.year.truth import BEGUN, FILE, Erased, write_truth
from gateway.sandbox.year.writing import Writer, Written, open_writer
from gateway.settings import Settings
from gateway.store.registers.file import enter_document

SEED = 2026
ERASED = (("p-11", Tenant.ZVH, 75), ("p-43", Tenant.GEMEENTE, 120))
"""Who asked to be erased, from which log, and how many days ago."""
Step = tuple[datetime, Callable[[Writer], Awaitable[None]]]


class HalfWritten(Exception):
    """A year was begun in this state folder and not finished."""


def wants_year(settings: Settings) -> bool:
    """Whether a year can be written here: in development (no simulation), in files, by plain policies, where none was
    and no log was begun. Raises `HalfWritten`.
    """
    sandbox = settings.state / "sandbox"
    if (sandbox / BEGUN).exists():
        raise HalfWritten
    plain = settings.development and settings.profile is Profile.PRODUCTIE and settings.policies.is_dir()
    plain = plain and settings.database is None
    return plain and not (sandbox / FILE).exists() and not any((settings.state / "log").glob("*.sqlite"))


async def write_year(
    settings: Settings, now: datetime, *, holder_url: str, seed: int = SEED, size: float = 1.0
) -> Sequence[Written]:
    """Write it, and what it was (`truth`). The state folder was made whole. `size`: the share of everyday requests."""
    sandbox, calendar = settings.state / "sandbox", Calendar(now)
    write_whole(sandbox / BEGUN, b"")
    world = make(seed, day_of(calendar.first))
    _enter(settings, world, holder_url)
    events, year = plan(world, seed, now, size), _Year(settings, world)
    async with open_writer(settings, world, calendar.first - timedelta(hours=1)) as writer:
        for moment, act in sorted(year.steps(calendar), key=lambda step: step[0]):
            year.written += await writer.write([each for each in events if each.at < moment])
            events = [each for each in events if each.at >= moment]
            await act(writer)
        year.written += await writer.write(events)
        await writer.sweep(now)
    await write_accounts(settings, year.written)
    write_truth(sandbox, seed, now, year.written, year.erased, year.policies)
    (sandbox / BEGUN).unlink()
    return year.written


def _enter(settings: Settings, world: World, holder_url: str) -> None:
    document = world.region.registers(SandboxKeys(settings.state / "sandbox"), holder_url)
    with closing(open_registers(settings)) as registers:
        enter_document(registers, document, HmacPseudonyms(open_keys(settings)).of)


class _Year:
    """What happens besides the requests, and what came of all."""

    def __init__(self, settings: Settings, world: World) -> None:
        self._settings, self._world = settings, world
        self.written: list[Written] = []
        self.erased: list[Erased] = []
        self.policies: list[Entry] = []

    def steps(self, calendar: Calendar) -> list[Step]:
        """When what happens."""
        moments = (calendar.first - timedelta(hours=1), calendar.at(FIRST_CHANGE, 8), calendar.at(SECOND_CHANGE, 8))
        steps: list[Step] = [
            (each.since, partial(self._change, each))
            for each in releases(Bundle.read(self._settings.policies), moments)
        ]
        for person, tenant, days in ERASED:
            at = calendar.working(days, 9, 30)
            steps.append((at, partial(self._erase, person, tenant, at)))
        return steps

    async def _change(self, release: Release, writer: Writer) -> None:
        entry = publish(release, self._settings.state / "policies", self._settings.state / "sandbox")
        await writer.policy.load(release.bundle)
        await writer.in_force(entry.revision, entry.former, entry.signer, release.since)
        self.policies.append(entry)

    async def _erase(self, person: str, tenant: Tenant, at: datetime, writer: Writer) -> None:
        tombstones = await writer.erase(tenant, self._world.people[person].bsn, at)
        self.erased.append(Erased(person, tenant, at, tombstones))
