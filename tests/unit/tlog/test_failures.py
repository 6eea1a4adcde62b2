"""When committing fails nothing is acknowledged and all that follows is refused; opening compares before it serves."""

import asyncio
import os
import subprocess
import sys
import threading

import apsw
import pytest

from gateway.errors import Fault
from gateway.model.codes import Tenant
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.verify import verify_receipt
from tests.unit.tlog.bench import Bench
from tests.unit.verify import oracle


async def test_a_full_disk_stops_everything_until_the_log_is_opened_anew(bench, logs, log):
    receipt = await bench.append(logs)
    storage = log._storage
    storage._writer.pragma("max_page_count", storage._writer.pragma("page_count"))
    results = await asyncio.gather(*(bench.append(logs, body=bytes(50_000)) for _ in range(9)), return_exceptions=True)
    assert {each.code for each in results} == {"disk-full"}
    storage._writer.pragma("max_page_count", 1_000_000)
    with pytest.raises(Fault, match="disk-full"):
        await bench.append(logs)
    assert (logs.failure.code, log.size) == ("disk-full", 1)
    assert log.receipt(0).leaf == receipt.leaf
    logs.close()
    logs = await bench.logs()
    assert (await bench.append(logs)).index == 1
    verify_receipt(receipt.text, logs.verifiers)
    logs.close()


async def test_keys_that_cannot_be_written_stop_the_records_that_need_them(bench, logs, log):
    keys = log._keys
    await bench.append(logs)
    keys._writer.pragma("max_page_count", keys._writer.pragma("page_count"))
    results = await asyncio.gather(*(bench.append(logs, case=f"zaak-{n}") for n in range(600)), return_exceptions=True)
    assert any(isinstance(each, Fault) and each.code == "disk-full" for each in results)
    assert log.size == sum(not isinstance(each, Exception) for each in results) + 1


async def test_another_writer_fences_this_one(bench, logs, log):
    await bench.append(logs)
    intruder = apsw.Connection(str(bench.folder / "log" / "zvh-2026.sqlite"))
    intruder.execute("UPDATE head SET epoch = epoch + 1")
    with pytest.raises(Fault, match=r"log-unavailable.*Fenced"):
        await bench.append(logs)
    with pytest.raises(Fault, match="log-unavailable"):
        await bench.append(logs)
    assert log._storage.entries(0, 9) == [log.entry(0)]
    intruder.close()


async def test_a_full_queue_is_told_at_once_and_what_waited_is_written(bench):
    bench.queue = 3
    logs = await bench.logs()
    log = await logs.log(Tenant.ZVH, 2026)
    holding, free = threading.Event(), threading.Event()
    held = asyncio.create_task(log._sequencer.run(lambda: (holding.set(), free.wait(20))))
    await asyncio.to_thread(holding.wait, 20)
    waiting = [asyncio.create_task(bench.append(logs)) for _ in range(3)]
    await asyncio.sleep(0)
    assert log.waiting == 3
    with pytest.raises(Fault, match="log-busy") as raised:
        await bench.append(logs)
    assert raised.value.retry_after == 1
    free.set()
    await held
    assert [each.index for each in await asyncio.gather(*waiting)] == [0, 1, 2]
    await bench.append(logs)
    logs.close()


async def test_a_caller_that_went_away_harms_nobody(bench, logs, log):
    task = asyncio.create_task(bench.append(logs))
    await asyncio.sleep(0)
    task.cancel()
    assert (await bench.append(logs)).index in (0, 1)
    assert log.failure is None


async def test_closing_writes_what_waits_and_refuses_what_comes_after(bench):
    logs = await bench.logs()
    tasks = [asyncio.create_task(bench.append(logs)) for _ in range(20)]
    await asyncio.sleep(0)
    await asyncio.to_thread(logs.close)
    assert len({each.index for each in await asyncio.gather(*tasks)}) == 20
    with pytest.raises(Fault, match="log-unavailable"):
        await bench.append(logs)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE head SET size = size - 1", "tile"),
        ("UPDATE head SET checkpoint = replace(checkpoint, 'zvh', 'abc')", "signed by"),
        (
            "UPDATE head SET checkpoint = replace(checkpoint, char(10) || '300', char(10) || '301')",
            "signature of",
        ),
        ("UPDATE head SET compact = zeroblob(length(compact))", "not the one of the checkpoint"),
        (
            "UPDATE tiles SET hashes ="
            " CAST(substr(hashes, 33, 32) || substr(hashes, 1, 32) || substr(hashes, 65) AS BLOB) WHERE place = 0",
            "tile 1/0",
        ),
        ("DELETE FROM tiles WHERE place = 0", "tile 0/0 is missing"),
        ("UPDATE entries SET leaf = CAST(leaf || x'20' AS BLOB) WHERE idx = 299", "newest entries"),
        ("DELETE FROM entries WHERE idx = 299", "newest entries"),
        ("INSERT INTO entries SELECT 300, 'a', 'b', leaf FROM entries WHERE idx = 299", "newest entries"),
    ],
)
async def test_a_log_that_is_not_what_was_signed_is_not_served(bench, sql, why):
    logs = await bench.logs()
    await asyncio.gather(*(bench.append(logs) for _ in range(300)))
    logs.close()
    (await bench.logs()).close()
    file = apsw.Connection(str(bench.folder / "log" / "zvh-2026.sqlite"))
    file.execute(sql)
    assert file.changes() > 0
    file.close()
    with pytest.raises(Fault, match=f"log-damaged.*{why}"):
        await bench.logs()


async def test_a_tree_forged_throughout_still_is_not_what_was_signed(bench):
    logs = await bench.logs()
    receipt = await bench.append(logs)
    logs.close()
    forged = receipt.leaf.to_bytes().replace(b"verstrekking", b"weigering")
    digest = oracle.leaf_hash(forged)
    file = apsw.Connection(str(bench.folder / "log" / "zvh-2026.sqlite"))
    file.execute("UPDATE entries SET leaf = ?", (forged,))
    file.execute("UPDATE tiles SET hashes = ?", (digest,))
    file.execute("UPDATE head SET compact = ?", (digest,))
    file.close()
    with pytest.raises(Fault, match=r"log-damaged.*not the one of the checkpoint"):
        await bench.logs()


async def test_a_file_that_is_no_database_any_more_is_told_as_damaged(bench):
    logs = await bench.logs()
    await asyncio.gather(*(bench.append(logs) for _ in range(50)))
    logs.close()
    file = bench.folder / "log" / "zvh-2026.sqlite"
    whole, page, told = file.read_bytes(), 4096, set()
    for start in range(page, len(whole), page):
        file.write_bytes(whole[:start] + b"\xff" * page + whole[start + page :])
        try:
            (await bench.logs()).close()
        except Fault as fault:
            told.add(fault.code)
    assert told == {"log-damaged"}
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(Fault, match="log-damaged"):
        await bench.logs()


async def test_a_log_that_another_key_signed_is_not_served(bench):
    logs = await bench.logs()
    await bench.append(logs)
    logs.close()
    os.rename(bench.folder / "log" / "zvh-2026.sqlite", bench.folder / "log" / "gemeente-2026.sqlite")
    with pytest.raises(Fault, match="log-damaged"):
        await bench.logs()


def test_a_second_process_is_told_who_serves_the_folder(tmp_path):
    shelf = SqliteShelf(tmp_path)
    with pytest.raises(Fault, match=f"state-in-use: process {os.getpid()} already serves"):
        SqliteShelf(tmp_path)
    program = "import pathlib as p, sys; from gateway.store.sqlite import shelf; shelf.SqliteShelf(p.Path(sys.argv[1]))"
    command = [sys.executable, "-c", program, str(tmp_path)]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert f"process {os.getpid()} already serves" in refused.stderr
    shelf.close()
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0


async def test_what_is_acknowledged_is_on_the_disk_and_erased_means_overwritten(log):
    for connection in (log._storage._writer, log._keys._writer):
        assert connection.pragma("journal_mode") == "wal"
        assert connection.pragma("synchronous") == 2
        assert connection.pragma("secure_delete") == 1


async def test_files_are_private(bench: Bench, logs):
    await bench.append(logs)
    for path in bench.folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
