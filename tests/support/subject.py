"""Two years of two tenants' logs about several people, and what each of them must be told."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.app.erasing import make_erasing
from gateway.app.keys import open_keys
from gateway.app.logs import logs_at_rest, make_logs
from gateway.exchange.collect import collect
from gateway.model.codes import Tenant
from gateway.model.erasure import ErasureReason
from gateway.model.parties import Credentials
from gateway.model.record import Leaf, NewRecord, RecordClass
from gateway.model.request import AskedField
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.tlog.logs import Logs
from tests.support.desk import SOCIAL, recording, settings_of
from tests.support.questions import BSN as BSN
from tests.support.questions import COLLEGE, NEED, RECLASSERING, make_ask
from tests.support.simulators import SettableClock
from tests.support.world import ISSUER, VALUES

FAMILY = "999990019"
"""A member of the family in the same case."""
OTHER = "999990846"
"""Somebody of the municipality alone."""
NOBODY = "999998262"
"""Known to the registers, and in no log."""
POLICE = "00000001800000003000"
ERASED_CASE = "ZVH-2026-0502"
BEFORE_NEW_YEAR = datetime(2026, 12, 31, 9, 0, tzinfo=UTC)


@dataclass
class Seeded:
    """`records`: by name of what happened, the id of the record."""

    state: Path
    records: dict[str, str] = field(default_factory=dict)

    def of(self, *names: str) -> set[str]:
        return {self.records[name] for name in names}


MINE = ("granted", "police", "elsewhere", "tried", "dry", "granted-later", "pushed", "collected")
"""What is about `BSN` at the ZVH, erased or not."""


async def seed_years(state: Path) -> Seeded:
    """Requests before and after a new year, about three people at two tenants; one record is erased with its case."""
    seeded, clock = Seeded(state), SettableClock(BEFORE_NEW_YEAR)
    async with recording(state, clock) as recorder:
        recorder.holders.values[RECLASSERING.oin, "toezicht", FAMILY] = VALUES
        recorder.holders.values[POLICE, "meldingen", BSN] = {"meldingen_overlast": 3}

        async def happened(name: str, ask: Any, client: str = "voorbeeldstad", **later: float) -> None:
            document = await recorder.ask(ask, client=client, **later)
            seeded.records[name] = document["id"]

        await happened("granted", make_ask())
        await happened("police", _police())
        await happened("elsewhere", make_ask(case=ERASED_CASE))
        await happened("tried", make_ask(actor="t-6"), "wijkteam-centrum")
        await happened("dry", make_ask(dry_run=True))
        await happened("family", make_ask(bsn=FAMILY))
        await happened("municipal", SOCIAL)
        await happened("mine-municipal", replace(SOCIAL, bsn=BSN))
        await happened("granted-later", make_ask(), days=3)
        await happened("pushed", _pushed())
        await happened("municipal-later", SOCIAL)
        await happened("collected", _pushed(), days=2)
        clock.move(minutes=7)
        came = Credentials("reclassering-oost", None, "GET", f"{ISSUER}/v1/disclosures")
        await collect(recorder.exchange._gate, came, seeded.records["collected"], "0" * 31 + "2")
    with closing(logs_at_rest(settings_of(state)).keys(Tenant.ZVH)) as keys:
        of_the_case = keys.owned("case", ERASED_CASE)
    await erase(state, clock, of_the_case, ErasureReason.COURT_ORDER)
    _name_records(seeded)
    return seeded


def _police() -> Any:
    return make_ask(holder=POLICE, source="meldingen", fields=(AskedField("meldingen_overlast", NEED),))


def _pushed() -> Any:
    return make_ask(
        activity="verstrekken",
        holder=COLLEGE.oin,
        source="wmo",
        recipient=RECLASSERING.oin,
        fields=(AskedField("voorzieningen", NEED),),
    )


async def erase(state: Path, clock: SettableClock, keys: Sequence[bytes], reason: ErasureReason) -> None:
    """Erase what these keys of the ZVH open, with its tombstone."""
    async with _writing(state, clock) as logs:
        erasing, _ = make_erasing(settings_of(state), logs, logs)
        await erasing.erase(Tenant.ZVH, keys, reason, "fg-1")


async def append(state: Path, clock: SettableClock, record: NewRecord) -> None:
    """Append a record to the ZVH's log."""
    async with _writing(state, clock) as logs:
        await logs.append(Tenant.ZVH, clock.now(), record)


@asynccontextmanager
async def _writing(state: Path, clock: SettableClock) -> AsyncIterator[Logs]:
    settings = settings_of(state)
    logs = make_logs(settings, open_keys(settings), SqliteShelf(state))
    logs._clock = clock
    await logs.start()
    try:
        yield logs
    finally:
        logs.close()


def _name_records(seeded: Seeded) -> None:
    """From the id of a request to that of its record."""
    with closing(logs_at_rest(settings_of(seeded.state))) as logs:
        found: dict[str, str] = {}
        for tenant in Tenant:
            for year in logs.years(tenant):
                with closing(logs.storage(tenant, year)) as log:
                    found |= {request: record for record, request in _ids(log)}
    seeded.records = {name: found[request] for name, request in seeded.records.items()}


def _ids(log: Any) -> list[tuple[str, str]]:
    leaves = [Leaf.from_bytes(data) for data in log.entries(0, 1000)]
    return [(leaf.id, leaf.request_id) for leaf in leaves if leaf.kind is not RecordClass.OUTCOME]


def seed(state: Path) -> Seeded:
    return asyncio.run(seed_years(state))
