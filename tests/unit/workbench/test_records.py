"""Recorded requests are read out of a state folder, beside whoever serves it, and what cannot be read is counted."""

import hashlib
import shutil
from pathlib import Path

import apsw
import pytest

from gateway.errors import Fault
from gateway.model.canonical import canonical
from gateway.model.codes import Tenant
from gateway.model.record import RecordClass
from gateway.store.sqlite.log_folder import LogFolder
from gateway.workbench.cases import shipped
from gateway.workbench.records import DAMAGED, ERASED, Records
from tests.unit.tlog.bench import Bench
from tests.unit.workbench.conftest import Record

GRANTED, REFUSED = shipped().baseline("zvh-casusoverleg"), {**shipped().baseline("zvh-politie"), "case": None}


def change(path: Path, sql: str) -> None:
    connection = apsw.Connection(str(path))
    connection.execute(sql)
    connection.close()


def owner(kind: str, name: str) -> str:
    return hashlib.sha256(f"{kind}\0{name}".encode()).hexdigest()


async def test_facts_and_decision_come_back_as_the_bytes_that_they_were(tmp_path: Path, record: Record) -> None:
    await record([GRANTED, REFUSED], overlays=[{}, {}])
    one, other = Records(LogFolder(tmp_path / "state")).each()
    assert (one.facts, other.facts) == (canonical(GRANTED), canonical(REFUSED))
    assert b'"outcome":"toegestaan"' in one.decision
    assert one.decision.endswith(b'"simulation":false}')
    assert b'"outcome":"geweigerd"' in other.decision
    assert (one.log, one.index, other.index, one.overlays) == ("zvh/2026", 0, 1, 2)
    assert "facts" not in repr(one)
    assert one.basis == "wgs.zvh.casusoverleg"


async def test_more_than_a_page_is_read_in_order(tmp_path: Path, record: Record) -> None:
    await record([GRANTED] * 300)
    assert [each.index for each in Records(LogFolder(tmp_path / "state")).each()] == list(range(300))


async def test_a_destroyed_key_is_skipped_and_counted(tmp_path: Path, record: Record) -> None:
    await record([GRANTED, REFUSED])
    keys = tmp_path / "state/bodykeys/zvh.sqlite"
    change(keys, f"DELETE FROM keys WHERE owner = x'{owner('subject', 'v1:persoon-0')}'")
    records = Records(LogFolder(tmp_path / "state"))
    assert [each.index for each in records.each()] == [1]
    assert records.skipped == {ERASED: 1}
    change(keys, f"DELETE FROM keys WHERE owner = x'{owner('case', 'zaak-1')}'")
    assert list(records.each()) == []
    assert records.skipped == {ERASED: 3}


async def test_a_changed_body_is_skipped_and_counted(tmp_path: Path, record: Record) -> None:
    await record([GRANTED, REFUSED])
    change(tmp_path / "state/log/zvh-2026.sqlite", "UPDATE bodies SET sealed = zeroblob(99) WHERE idx = 0")
    records = Records(LogFolder(tmp_path / "state"))
    assert [each.index for each in records.each()] == [1]
    assert records.skipped == {DAMAGED: 1}


async def test_it_reads_beside_a_gateway_that_writes_and_leaves_nothing(tmp_path: Path, record: Record) -> None:
    bench = await record([GRANTED])
    logs = await bench.logs()
    try:
        reading = Records(LogFolder(tmp_path / "state")).each()
        assert next(reading).index == 0
        await bench.append(logs, Tenant.ZVH, body=b'{"decision":"{}","facts":"{}"}')
        await logs.erase_answers()
        assert [each.index for each in Records(LogFolder(tmp_path / "state")).each()] == [0, 1]
    finally:
        logs.close()
    before = {path: path.read_bytes() for path in (tmp_path / "state").rglob("*.sqlite")}
    assert len(list(Records(LogFolder(tmp_path / "state")).each())) == 2
    assert {path: path.read_bytes() for path in (tmp_path / "state").rglob("*.sqlite")} == before


async def test_what_a_killed_gateway_left_is_read_and_stays_as_it_is(tmp_path: Path, record: Record) -> None:
    bench = await record([GRANTED])
    logs = await bench.logs()
    try:
        await bench.append(logs, Tenant.ZVH, body=b'{"decision":"{}","facts":"{}"}')
        shutil.copytree(tmp_path / "state", tmp_path / "left")
    finally:
        logs.close()
    files = [file for file in (tmp_path / "left").rglob("*") if file.suffix in (".sqlite", ".sqlite-wal")]
    before = {file: file.read_bytes() for file in files}
    assert any(file.suffix == ".sqlite-wal" and content for file, content in before.items())
    assert [each.index for each in Records(LogFolder(tmp_path / "left")).each()] == [0, 1]
    assert {file: file.read_bytes() for file in files} == before


async def test_what_decided_nothing_is_none_of_it(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "state")
    logs = await bench.logs()
    for kind in (RecordClass.STORING, RecordClass.OUTCOME, RecordClass.TOMBSTONE):
        await bench.append(logs, Tenant.GEMEENTE, kind=kind)
    logs.close()
    records = Records(LogFolder(tmp_path / "state"))
    assert list(records.each()) == []
    assert not records.skipped


async def test_a_record_is_found_by_its_own_id_or_that_of_its_request(tmp_path: Path, record: Record) -> None:
    await record([GRANTED, REFUSED])
    records = Records(LogFolder(tmp_path / "state"))
    _, wanted = records.each()
    assert records.find(wanted.request_id) == wanted
    assert records.find("01999999-0000-7000-8000-000000000000") is None


def test_without_a_state_folder_there_is_nothing(tmp_path: Path) -> None:
    assert list(Records(LogFolder(tmp_path / "nergens")).each()) == []
    assert list(tmp_path.iterdir()) == []


async def test_a_file_that_is_no_log_is_a_fault(tmp_path: Path, record: Record) -> None:
    await record([GRANTED])
    (tmp_path / "state/log/gemeente-2026.sqlite").write_bytes(b"geen databank" * 99)
    with pytest.raises(Fault, match="gemeente-2026"):
        list(Records(LogFolder(tmp_path / "state")).each())
    (tmp_path / "state/log/gemeente-2026.sqlite").unlink()
    (tmp_path / "state/bodykeys/zvh.sqlite").unlink()
    with pytest.raises(Fault, match=r"bodykeys/zvh\.sqlite cannot be used"):
        list(Records(LogFolder(tmp_path / "state")).each())
