"""Two gateways write one log in PostgreSQL: one tree, one answer for a key, and a lost connection is soon mended."""

import asyncio
import threading
from datetime import UTC, datetime

import psycopg
import pytest

from gateway.errors import Fault, InFlight
from gateway.model.codes import Tenant
from gateway.model.erasure import ErasureReason
from gateway.model.record import CommittedReceipt
from gateway.store.postgres.database import Database, Schema
from gateway.store.postgres.schema import migrate
from gateway.tlog.batch import Batch
from gateway.tlog.erasing.erasure import Erasing
from gateway.verify import merkle, open_checkpoint, parse_leaf, verify_receipt
from tests.unit.tlog.bench import BODY, Bench, Chance

ENGINES = ("postgresql",)


def second(bench: Bench) -> Bench:
    """Another process's workbench on the same databases."""
    return Bench(bench.folder, bench.open_shelf, clock=bench.clock, chance=Chance(2))


async def _two(bench: Bench):
    other = second(bench)
    return await bench.logs(), other, await other.logs()


async def test_two_writers_make_one_tree(bench):
    mine, other, theirs = await _two(bench)
    receipts = await asyncio.gather(*(b.append(logs) for b, logs in ((bench, mine), (other, theirs)) * 150))
    assert sorted(each.index for each in receipts) == list(range(300))
    log = await mine.log(Tenant.ZVH, 2026)
    newest = open_checkpoint(log.checkpoint, log.verifiers)
    assert newest.size == 300
    roots: dict[int, bytes] = {}
    for receipt in receipts:
        seen = verify_receipt(receipt.text, mine.verifiers).checkpoint
        assert roots.setdefault(seen.size, seen.root) == seen.root
        merkle.verify_consistency(seen.size, 300, seen.root, newest.root, log.consistency(seen.size, 300))
    for index in (0, 255, 256, 299):
        verify_receipt(log.receipt(index).text, theirs.verifiers)
    mine.close()
    theirs.close()
    again = await bench.logs()
    assert (await bench.append(again)).index == 300
    again.close()


async def test_each_reads_what_the_other_wrote(bench):
    mine, other, theirs = await _two(bench)
    receipt = await other.append(theirs, outbox=other.outbox())
    log = await mine.log(Tenant.ZVH, 2026)
    assert (log.size, log.receipt(0).leaf) == (1, receipt.leaf)
    assert log.body(0) is not None
    assert (await mine.answered("client-1", "key-1")).receipt.text == receipt.text
    mine.close()
    theirs.close()


async def test_of_one_key_there_is_one_answer(bench):
    mine, other, theirs = await _two(bench)
    results = await asyncio.gather(
        *(b.append(logs, outbox=b.outbox()) for b, logs in ((bench, mine), (other, theirs)) * 5), return_exceptions=True
    )
    assert [type(each) for each in results].count(CommittedReceipt) == 1
    assert all(isinstance(each, CommittedReceipt | InFlight) for each in results)
    assert mine.failure is theirs.failure is None
    mine.close()
    theirs.close()


async def test_nothing_is_written_behind_the_tombstone_of_its_own_key(bench, monkeypatch):
    """Another process erases between the sealing of a record and its writing."""
    mine, other, theirs = await _two(bench)
    first = await bench.append(mine)
    log, keys = await mine.log(Tenant.ZVH, 2026), await theirs.keys(Tenant.ZVH)
    subject = log._storage.body(0)[1]
    erasing = Erasing(theirs, theirs, clock=bench.clock, identifiers=other.chance, simulation=False)
    loop, prepare, erased = asyncio.get_running_loop(), Batch.prepare, []

    def prepare_slowly(batch, records):
        prepared = prepare(batch, records)
        if not erased and threading.current_thread().name.startswith("log "):
            erased.append("begun")
            erase = erasing.erase(Tenant.ZVH, [subject], ErasureReason.ON_REQUEST, "fg-1")
            asyncio.run_coroutine_threadsafe(erase, loop).result(30)
        return prepared

    monkeypatch.setattr(Batch, "prepare", prepare_slowly)
    later = await bench.append(mine)
    assert (later.index, keys.find(subject)) == (2, None)
    assert (log.body(first.index), log.body(later.index)) == (None, BODY)
    mine.close()
    theirs.close()


async def test_at_a_year_s_end_one_of_them_closes_and_one_opens(bench):
    mine, other, theirs = await _two(bench)
    await bench.append(mine)
    bench.clock.moment = datetime(2026, 12, 31, 23, tzinfo=UTC)
    await asyncio.gather(*(b.append(logs) for b, logs in ((bench, mine), (other, theirs)) * 5))
    old, new = await mine.log(Tenant.ZVH, 2026), await theirs.log(Tenant.ZVH, 2027)
    assert (old.size, old.closed, new.size) == (2, True, 11)
    assert [parse_leaf(new.entry(index)).kind for index in range(11)].count("act") == 1
    mine.close()
    theirs.close()


async def test_who_is_of_another_epoch_writes_no_more(bench, postgres_server):
    mine, other, theirs = await _two(bench)
    postgres_server.run("UPDATE sluis.logs SET epoch = epoch + 1", name=_database(mine))
    for b, logs in ((bench, mine), (other, theirs)):
        with pytest.raises(Fault, match="Fenced"):
            await b.append(logs)
    assert (await mine.log(Tenant.ZVH, 2026)).size == 0
    mine.close()
    theirs.close()


@pytest.mark.parametrize("lost", ["size = 1", "compact = sha256('another tree')"])
async def test_a_database_that_was_put_back_under_a_running_gateway_is_not_written(bench, postgres_server, lost):
    logs = await bench.logs()
    await bench.append(logs)
    await bench.append(logs)
    postgres_server.run(f"UPDATE sluis.logs SET {lost} WHERE stream = 'zvh'", name=_database(logs))
    with pytest.raises(Fault, match=r"Fenced.*committed 2 records"):
        await bench.append(logs)
    await logs.mend()
    assert logs.failure is not None
    logs.close()


async def test_a_connection_that_was_cut_stops_the_log_until_it_was_opened_anew(bench, postgres_server):
    logs = await bench.logs()
    receipt = await bench.append(logs)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluis'"
    postgres_server.run(cut)
    with pytest.raises(Fault, match="log-unavailable") as told:
        await bench.append(logs)
    assert "pseudonym" not in str(told.value)
    await logs.mend()
    assert (logs.failure, (await bench.append(logs)).index) == (None, 1)
    assert (await logs.log(Tenant.ZVH, 2026)).receipt(0).leaf == receipt.leaf
    logs.close()


async def test_what_was_recorded_cannot_be_changed_by_a_gateway(bench, postgres_server):
    logs = await bench.logs()
    await bench.append(logs)
    name = _database(logs)
    postgres_server.run("DROP ROLE IF EXISTS gateway_role")
    postgres_server.run("CREATE ROLE gateway_role LOGIN")
    migrate(Database.read(postgres_server.url(name), Schema.STORE, development=True), role="gateway_role")
    with psycopg.connect(postgres_server.url(name, user="gateway_role"), autocommit=True) as connection:
        for statement in (
            "UPDATE sluis.entries SET leaf = ''",
            "DELETE FROM sluis.entries",
            "UPDATE sluis.bodies SET sealed = ''",
            "DELETE FROM sluis.bodies",
            "DELETE FROM sluis.logs",
            "UPDATE sluis.logs SET stream = 'x'",
            "TRUNCATE sluis.entries",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())
    logs.close()


def _database(logs) -> str:
    return logs._shelf._logs.conninfo.split("dbname=")[1].split()[0]
