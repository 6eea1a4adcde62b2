"""A running gateway takes new policies and goes back, under load: nothing is lost, each record names its revision."""

import asyncio
import json
import shutil
import signal
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import pytest

from gateway.crypto.durable import write_whole
from gateway.model.codes import Tenant
from gateway.pdp.archive import Archive
from gateway.pdp.bundle import Bundle
from gateway.pdp.signed import SignedBundle
from gateway.settings import ROOT
from gateway.store.sqlite.log_folder import LogFolder
from gateway.tlog.in_force import statements
from gateway.workbench.publish.build import build
from gateway.workbench.publish.releases import Releases
from gateway.workbench.publish.signer import new_signer, public_signer
from tests.faults.caller import Caller
from tests.faults.town import FragileTown
from tests.support.requests import EXAMPLES
from tests.support.waiting import until

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
ASKED = EXAMPLES["the ordinary case"].document
SIGNER, STRANGER = new_signer("EdDSA"), new_signer("EdDSA")
CALLERS = 3


@dataclass
class Governed:
    """A town by signed policies, two versions of them, and who puts them into force."""

    town: FragileTown
    releases: Releases
    old: SignedBundle
    new: SignedBundle

    def stated(self, tenant: Tenant) -> list[tuple[str, str | None]]:
        """What a tenant's log says came into force, and what was before it."""
        with closing(LogFolder(self.town.state)) as logs:
            found = statements(logs, tenant)
        assert {each.signer for each in found} == {self.old.signer}
        return [(each.revision, each.previous) for each in found]

    def told(self, event: str) -> list[dict[str, Any]]:
        """The lines of the service log that tell of an event."""
        lines = (json.loads(line) for line in self.town.log.read_text().splitlines())
        return [line for line in lines if line.get("event") == event]


@pytest.fixture(scope="module")
def governed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Governed]:
    folder = tmp_path_factory.mktemp("town")
    rules = shutil.copytree(ROOT / "policies" / "rules", folder / "rules")
    old = build(Bundle.read(rules), SIGNER)
    (rules / "main.rego").write_text((rules / "main.rego").read_text() + "\n# Another revision.\n")
    new = build(Bundle.read(rules), SIGNER)
    (folder / "signers.json").write_text(json.dumps({"keys": [public_signer(SIGNER)]}))
    state = folder / "state" / "policies"
    releases = Releases(state, state / "active.tar.gz", [SIGNER.public])
    state.parent.mkdir(mode=0o700)
    releases.publish(old.packed, "begin", datetime.now(UTC))
    with FragileTown(
        folder, SLUIS_POLICIES=str(releases.place), SLUIS_POLICY_SIGNERS=str(folder / "signers.json")
    ) as town:
        yield Governed(town, releases, old, new)


async def test_new_ones_broken_ones_and_the_way_back(governed: Governed) -> None:
    town, releases, taken = governed.town, governed.releases, lambda: len(governed.told("policies-taken"))
    answers, stop = [], asyncio.Event()

    async def ask(caller: Caller) -> None:
        while not stop.is_set():
            answers.append((await caller.ask(ASKED)).status_code)

    async def more() -> None:
        count = len(answers)
        await until(lambda: len(answers) >= count + 2 * CALLERS)

    assert [line["revision"] for line in governed.told("policies-taken")] == [governed.old.bundle.revision]
    callers = [Caller(town) for _ in range(CALLERS)]
    asking = [asyncio.create_task(ask(caller)) for caller in callers]
    await more()
    releases.publish(governed.new.packed, "nieuw", datetime.now(UTC))
    await until(lambda: taken() == 2)
    await more()
    flipped = governed.old.packed.replace(b"default", b"dafault", 1)
    for wrong in (flipped, build(governed.old.bundle, STRANGER).packed, governed.old.packed[:1000]):
        alerts = len(governed.told("policies-refused"))
        write_whole(releases.place, wrong)
        await until(lambda alerts=alerts: len(governed.told("policies-refused")) == alerts + 1)
        await more()
    releases.rollback(governed.old.bundle.revision, "terug", datetime.now(UTC))
    town.gateway.send_signal(signal.SIGHUP)
    await until(lambda: taken() == 3)
    await more()
    stop.set()
    await asyncio.gather(*asking)
    for caller in callers:
        await caller.http.aclose()

    assert set(answers) == {200}
    leaves = [leaf for leaf in town.requests("zvh") if leaf["class"] != "outcome"]
    assert len(leaves) == len(answers)
    old, new = governed.old.bundle.revision, governed.new.bundle.revision
    in_turn = [revision for revision, _ in groupby(leaf["revision"] for leaf in leaves)]
    assert (in_turn[0], in_turn[-1], set(in_turn)) == (old, old, {old, new})
    assert len(in_turn) <= 3 + 4 * CALLERS, "two revisions decide beside each other only as one gives way"
    assert {line["revision"] for line in governed.told("policies-refused")} == {new}
    for tenant in Tenant:  # each log says which policies decided, in turn, whether or not it was asked anything
        await until(lambda tenant=tenant: len(governed.stated(tenant)) == 3)
        assert governed.stated(tenant) == [(old, None), (new, old), (old, new)]
    archive = Archive(town.state / "policies")
    assert {revision: archive.get(revision) for revision in set(in_turn)} == {
        old: governed.old.bundle,
        new: governed.new.bundle,
    }


async def test_after_a_restart_it_decides_by_what_is_in_force(governed: Governed) -> None:
    governed.releases.publish(governed.new.packed, "nieuw", datetime.now(UTC))
    governed.town.stop_gateway()
    governed.town.start_gateway()
    await governed.town.ready()
    async with Caller(governed.town) as caller:
        assert (await caller.ask(ASKED)).status_code == 200
    assert governed.town.leaves("zvh")[-1]["revision"] == governed.new.bundle.revision
    assert governed.stated(Tenant.ZVH)[3:] == [(governed.new.bundle.revision, governed.old.bundle.revision)]


async def test_with_a_broken_one_in_its_place_it_does_not_start(governed: Governed) -> None:
    governed.town.stop_gateway()
    write_whole(governed.releases.place, governed.new.packed[:-1])
    governed.town.start_gateway()
    assert await asyncio.to_thread(governed.town.gateway.wait, 60) == 3
    assert "policies-rejected" in governed.town.log.read_text().splitlines()[-1]
