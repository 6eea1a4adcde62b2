"""A year's end closes one log and opens the next, and each names the other."""

import asyncio
import base64
import hashlib
import json
from datetime import UTC, datetime

import pytest

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.verify import open_checkpoint, parse_leaf, verify_receipt

ENGINES = ("sqlite", "postgresql")
BEFORE = datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)
AFTER = datetime(2026, 12, 31, 23, 0, 0, tzinfo=UTC)


async def _turned(bench, logs):
    """The logs of both years of the ZVH; two records stand in the old one, one in the new."""
    bench.clock.moment = BEFORE
    await asyncio.gather(bench.append(logs), bench.append(logs))
    bench.clock.moment = AFTER
    await bench.append(logs)
    return await logs.log(Tenant.ZVH, 2026), await logs.log(Tenant.ZVH, 2027)


async def test_the_last_record_names_the_next_log_and_the_first_holds_the_last_checkpoint(bench, logs):
    old, new = await _turned(bench, logs)
    assert (old.size, old.closed, new.size, new.closed) == (3, True, 2, False)
    [(at, said)], [(first, told)] = old._storage.statements(0, 9), new._storage.statements(0, 9)
    assert (at, first) == (2, 0)
    assert json.loads(said) == {"act": "log-closed", "next": {"origin": new.origin}}
    sealed = open_checkpoint(old.checkpoint, old.verifiers)
    previous = {"origin": old.origin, "size": 3, "root": base64.b64encode(sealed.root).decode()}
    assert json.loads(told) == {"act": "log-opened", "previous": previous}
    for log, index, statement in ((old, 2, said), (new, 0, told)):
        leaf = parse_leaf(log.entry(index))
        assert (leaf.kind, leaf.released_sha256) == ("act", hashlib.sha256(statement).hexdigest())
        assert verify_receipt(log.receipt(index).text, log.verifiers, released=statement).answer_checked


async def test_what_comes_too_late_for_a_closed_log_stands_in_the_next_one(bench, logs):
    old, new = await _turned(bench, logs)
    late = await logs.append(Tenant.ZVH, BEFORE, bench.record())
    assert (old.size, new.size, late.index) == (3, 3, 2)
    assert late.leaf.time.startswith("2026-12-31T22:59:59")
    assert verify_receipt(late.text, logs.verifiers).checkpoint.origin == new.origin


async def test_under_load_at_midnight_nothing_is_lost_and_the_old_log_ends_with_its_closing(bench, logs):
    bench.clock.moment = BEFORE
    moments = [BEFORE] * 40 + [AFTER] * 10 + [BEFORE] * 30

    async def append(moment):
        bench.clock.moment = max(bench.clock.moment, moment)
        return await logs.append(Tenant.ZVH, moment, bench.record())

    receipts = await asyncio.gather(*(append(each) for each in moments))
    old, new = logs.opened[Tenant.ZVH, 2026], logs.opened[Tenant.ZVH, 2027]
    assert old.size + new.size == len(receipts) + 2
    assert parse_leaf(old.entry(old.size - 1)).kind == "act"
    for receipt in receipts:
        verify_receipt(receipt.text, logs.verifiers)


async def test_a_crash_between_the_two_is_mended_by_whoever_opens_next(bench, logs, files):
    old, _ = await _turned(bench, logs)
    sealed = old.checkpoint
    logs.close()
    for each in files.glob("log/zvh-2027.sqlite*"):
        each.unlink()
    again = await bench.logs()
    old, new = again.opened[Tenant.ZVH, 2026], again.opened[Tenant.ZVH, 2027]
    assert old.size == open_checkpoint(sealed, old.verifiers).size
    assert json.loads(new._storage.statements(0, 1)[0][1])["previous"]["size"] == 3
    again.close()


async def test_a_first_log_has_none_before_it(logs, log):
    assert log.size == 0


async def test_a_log_that_failed_is_opened_anew_and_goes_on(bench, logs, log, files):
    receipt = await bench.append(logs)
    storage = log._storage
    storage._writer.pragma("max_page_count", storage._writer.pragma("page_count"))
    with pytest.raises(Fault, match="disk-full"):
        await bench.append(logs, body=bytes(50_000))
    await logs.mend()
    assert (logs.failure, (await bench.append(logs)).index) == (None, 1)
    assert logs.opened[Tenant.ZVH, 2026].receipt(0).leaf == receipt.leaf


async def test_a_log_that_another_took_over_is_not_taken_back(bench, logs, log, files):
    await bench.append(logs)
    log._storage._writer.execute("UPDATE head SET epoch = epoch + 1")
    with pytest.raises(Fault, match="Fenced"):
        await bench.append(logs)
    await logs.mend()
    with pytest.raises(Fault, match="Fenced"):
        logs.check(Tenant.ZVH, bench.clock.now())
