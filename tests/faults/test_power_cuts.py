"""What power cuts once took or brought back, each by itself: one moment, many cuts."""

import random
from pathlib import Path

import pytest

from gateway.model.codes import Tenant
from gateway.model.erasure import ErasureReason
from gateway.tlog.erasing.erasure import Erasing
from tests.faults.disk import Disk
from tests.unit.tlog.bench import SUBJECT, Bench

CUTS = 40
PART = 64


def contents(disk: Disk, place: Path) -> list[bytes]:
    """All that stands in files after each of many cuts at this moment."""
    found = []
    for cut in range(CUTS):
        after = place / f"after-{cut}"
        disk.cut(after)
        found.append(b"".join(path.read_bytes() for path in after.rglob("*") if path.is_file()))
    return found


async def test_a_new_log_is_there_with_its_folders_once_it_acknowledged(tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    with Disk(home, random.Random(1)) as disk:
        bench = Bench(home / "state" / "of" / "a" / "gateway")
        logs = await bench.logs()
        receipt = await bench.append(logs)
        assert all(receipt.leaf.to_bytes() in content for content in contents(disk, tmp_path))
        disk.power = True
        logs.close()


@pytest.mark.parametrize("how", ["expired", "erased"])
async def test_an_answer_that_was_erased_stays_erased(tmp_path: Path, how: str):
    home = tmp_path / "home"
    home.mkdir()
    with Disk(home, random.Random(1)) as disk:
        bench = Bench(home / "state")
        logs = await bench.logs()
        for number in range(30):
            outbox = bench.outbox(f"key-{number}", answer=bench.chance(3000))
            await bench.append(logs, outbox=outbox)
        storage = (await logs.log(Tenant.ZVH, 2026))._storage
        kept = [storage.answer("client-1", f"key-{number}").outbox.answer[:PART] for number in range(30)]
        assert all(any(each in path.read_bytes() for path in home.rglob("*-wal")) for each in kept)
        keys = await logs.keys(Tenant.ZVH)
        owned = keys.owned("subject", SUBJECT)
        secrets = [keys.find(each) for each in owned]
        if how == "expired":
            bench.clock.moment = outbox.expires_at
            assert await logs.erase_answers() == 30
        else:
            erasing = Erasing(logs, logs, clock=bench.clock, identifiers=bench.chance, simulation=False)
            await erasing.erase(Tenant.ZVH, owned, ErasureReason.ON_REQUEST, "fg-1")
            kept += secrets
        for content in contents(disk, tmp_path):
            assert not any(each in content for each in kept)
        assert disk.nameless == 0
        disk.power = True
        logs.close()
