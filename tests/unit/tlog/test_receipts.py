"""A COSE receipt of a record in an open log holds against that log's root; of what is not there, there is none."""

import asyncio

from gateway.model.codes import Tenant
from gateway.tlog.receipts import Receipts
from gateway.verify.checkpoint import open_checkpoint
from tests.unit.crypto.test_cose import check
from tests.unit.tlog.bench import Bench, Chance


def keys(bench: Bench):
    return lambda stream, origin: bench._key(stream, origin, bench.key_version)


async def test_every_record_has_one_under_the_newest_root(bench, logs, log):
    made = [await bench.append(logs) for _ in range(3)]
    made += await asyncio.gather(*(bench.append(logs) for _ in range(9)))
    receipts = Receipts(logs, keys(bench))
    newest = open_checkpoint(log.checkpoint, log.verifiers)
    for receipt in made:
        told = check(receipts.cose(receipt), log.verifier.public)
        assert told == (newest.origin, receipt.index, newest.size, receipt.leaf.to_bytes())


async def test_a_record_of_another_log_has_none(bench, logs, tmp_path):
    elsewhere = Bench(tmp_path / "elsewhere", chance=Chance(2))
    others = await elsewhere.logs()
    stranger = await elsewhere.append(others, Tenant.GEMEENTE)
    others.close()
    await bench.append(logs, Tenant.GEMEENTE)
    assert Receipts(logs, keys(bench)).cose(stranger) is None
