"""A backup is whole, holds what it says, and never lets anything that was erased come back."""

import asyncio
import hashlib
import json
import os
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from gateway.model.codes import Tenant
from gateway.model.log import Published, Stamp
from gateway.model.record import RecordClass
from gateway.store.backup import backup, restore
from gateway.store.backup.backup import Broken, CannotBackUp, Manifest, back_up, expire
from gateway.store.backup.copies import Unreadable, copy_log, require_sound
from gateway.store.backup.restore import NotEmpty, lay_ready, put_in_place
from gateway.store.sqlite.log import SqliteLogStorage
from gateway.store.sqlite.log_folder import LogFolder
from gateway.store.sqlite.log_reader import SqliteLogReader
from gateway.store.sqlite.replay import ReplayStore
from gateway.store.sqlite.shelf import SharedShelf
from gateway.tlog import Logs
from gateway.tlog.erased import SealedLog, destroy, lost
from gateway.tlog.erasing.tombstones import erased_keys
from gateway.verify.archive.judge import verify_log
from gateway.verify.errors import VerificationError
from gateway.verify.keys import VerifierKey
from gateway.verify.trust import Reader
from tests.unit.tlog.bench import ANSWER, BODY, Bench

NOW = datetime(2026, 11, 25, 21, 0, tzinfo=UTC)
LAST_DAY = date(2026, 12, 25)
ZVH = "zvh-2026.sqlite"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "state")


async def grow(bench: Bench, logs: Logs, count: int, **members: object) -> list[bytes]:
    return [(await bench.append(logs, **members)).leaf.to_bytes() for _ in range(count)]


def make(bench: Bench, folder: Path, *, keys: Path | None = None) -> list[Manifest]:
    return back_up(bench.folder, folder, keys, NOW, LAST_DAY)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def judged(folder: Path, key: str) -> int:
    logs = LogFolder(folder)
    return verify_log(SealedLog(logs, "zvh", 2026), Reader([VerifierKey.parse(key)]), processes=1).checkpoint.size


def zvh_key(logs: Logs) -> str:
    return next(key for key in logs.verifiers if "/zvh/" in key)


async def erase(bench: Bench, logs: Logs, key_ids: list[bytes]) -> None:
    """Erase as the log does: the tombstone is recorded, then the keys go."""
    said = {"act": "erased", "keys": [each.hex() for each in key_ids], "reason": "verzoek-betrokkene", "by": "fg"}
    statement = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    tombstone = {"kind": RecordClass.TOMBSTONE, "statement": statement, "released": None, "subject": None, "case": None}
    await bench.append(logs, **tombstone)
    keys = SharedShelf(bench.folder).keys("zvh")
    destroy(keys, key_ids)
    keys.close()


@pytest.mark.parametrize("steps", [[1], [255, 1, 1], [300, 256, 20]])
async def test_a_log_is_copied_on_and_each_copy_verifies(bench: Bench, tmp_path: Path, steps: list[int]) -> None:
    logs = await bench.logs()
    live, copy, leaves = bench.folder / "log" / ZVH, tmp_path / "copied" / "log" / ZVH, []
    for number, step in enumerate(steps):
        leaves += await grow(bench, logs, step, outbox=bench.outbox(f"key-{number}") if step == 1 else None)
        assert copy_log(live, copy) == len(leaves)
        assert judged(tmp_path / "copied", zvh_key(logs)) == len(leaves)
        reader, original = SqliteLogReader.beside(copy), SqliteLogReader.beside(live)
        assert reader.entries(0, 1_000) == leaves
        assert reader.state() == original.state()
        assert reader.bodies(0, 1_000) == original.bodies(0, 1_000)
        assert reader.index_of(json.loads(leaves[-1])["id"]) == len(leaves) - 1
        reader.close()
        original.close()
    logs.close()
    assert ANSWER not in copy.read_bytes()
    assert [path.name for path in copy.parent.iterdir()] == [ZVH]


async def test_what_is_published_or_stamped_goes_with_the_records_that_it_covers(bench: Bench, tmp_path: Path) -> None:
    logs = await bench.logs()
    await grow(bench, logs, 2)
    live, copy = bench.folder / "log" / ZVH, tmp_path / "copy.sqlite"
    copy_log(live, copy)
    two = (await logs.log(Tenant.ZVH, 2026)).checkpoint
    await grow(bench, logs, 9)
    eleven = (await logs.log(Tenant.ZVH, 2026)).checkpoint
    logs.close()
    storage = SqliteLogStorage(live)
    for day, size, note in ((25, 2, two), (26, 11, eleven)):
        storage.publish(Published(size, note, NOW))
        storage.stamp(Stamp(date(2026, 11, day), note, b"token"))
    connection = apsw.Connection(str(live))
    connection.execute("UPDATE head SET size = 2")
    copy_log(live, copy)
    reader = SqliteLogReader.beside(copy)
    assert (reader.published(), [stamp.day.day for stamp in reader.stamps()]) == (None, [25])
    connection.execute("UPDATE head SET size = 11")
    copy_log(live, copy)
    assert reader.published() == storage.published()
    assert reader.stamps() == storage.stamps()
    for each in (reader, storage, connection):
        each.close()


async def test_what_is_copied_and_what_is_not(bench: Bench, tmp_path: Path) -> None:
    logs = await bench.logs()
    await grow(bench, logs, 2)
    for name in ("policies/a.tar.gz", "keys/store.json", "passphrase", "gateway.log"):
        (bench.folder / name).parent.mkdir(exist_ok=True)
        (bench.folder / name).write_text(name)
    log, keys = make(bench, tmp_path / "copy", keys=tmp_path / "elsewhere")
    logs.close()
    assert set(files(tmp_path / "copy")) == {
        "manifest.json",
        "keys/store.json",
        "log/gemeente-2026.sqlite",
        f"log/{ZVH}",
        "policies/a.tar.gz",
    }
    assert set(files(tmp_path / "elsewhere")) == {"manifest.json", "bodykeys/gemeente.sqlite", "bodykeys/zvh.sqlite"}
    assert (log.logs, log.expires, keys.expires) == ({"gemeente-2026.sqlite": 0, ZVH: 2}, None, LAST_DAY)
    assert log.digest == hashlib.sha256((tmp_path / "copy" / "manifest.json").read_bytes()).hexdigest()
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "copy").rglob("*.sqlite"))
    assert names(tmp_path) == ["copy", "elsewhere", "state"]


async def test_nothing_is_overwritten_and_nothing_is_left_of_what_failed(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(CannotBackUp, match="geen log"):
        make(bench, tmp_path / "copy")
    logs = await bench.logs()
    await grow(bench, logs, 1)
    logs.close()
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter").write_text("dear")
    with pytest.raises(CannotBackUp, match="niet leeg"):
        make(bench, tmp_path / "taken")
    for folder, keys in (("copy", "copy/keys"), ("copy/log", "copy"), ("copy", "copy")):
        with pytest.raises(CannotBackUp, match="niet apart"):
            make(bench, tmp_path / folder, keys=tmp_path / keys)
    (bench.folder / "bodykeys" / "zvh.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(Unreadable):
        make(bench, tmp_path / "copy", keys=tmp_path / "elsewhere")
    assert names(tmp_path) == ["state", "taken"]


async def test_a_manifest_names_what_was_changed_added_or_taken(bench: Bench, tmp_path: Path) -> None:
    logs = await bench.logs()
    await grow(bench, logs, 1)
    logs.close()
    [manifest] = make(bench, tmp_path / "copy")
    manifest.require(tmp_path / "copy")
    for name in files(tmp_path / "copy"):
        content = (tmp_path / "copy" / name).read_bytes()
        (tmp_path / "copy" / name).write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
        with pytest.raises(Broken):
            Manifest.read(tmp_path / "copy").require(tmp_path / "copy")
        (tmp_path / "copy" / name).write_bytes(content)
    (tmp_path / "copy" / "stray").touch()
    with pytest.raises(Broken, match="stray hoort er niet"):
        manifest.require(tmp_path / "copy")
    (tmp_path / "copy" / "stray").unlink()
    (tmp_path / "copy" / "log" / ZVH).unlink()
    with pytest.raises(Broken, match=f"{ZVH} ontbreekt"):
        manifest.require(tmp_path / "copy")


async def test_from_nothing(bench: Bench, tmp_path: Path) -> None:
    logs = await bench.logs()
    await grow(bench, logs, 5)
    key = zvh_key(logs)
    (bench.folder / "keys").mkdir()
    (bench.folder / "keys" / "store.json").write_text("{}")
    make(bench, tmp_path / "copy", keys=tmp_path / "elsewhere")
    logs.close()
    again = Bench(tmp_path / "again", chance=bench.chance)
    ready, log, keys = lay_ready(tmp_path / "copy", tmp_path / "elsewhere", again.folder, NOW)
    assert (log.of, keys and keys.of, judged(ready, key)) == ("log", "bodykeys", 5)
    put_in_place(again.folder)
    assert names(again.folder) == ["bodykeys", "keys", "log", "replay.sqlite"]
    logs = await again.logs()
    zvh = await logs.log(Tenant.ZVH, 2026)
    assert (zvh.size, zvh.body(4)) == (5, BODY)
    await grow(again, logs, 1)
    logs.close()
    replay = ReplayStore.open(again.folder / "replay.sqlite", now=NOW, ahead=10)
    assert replay.refuses_until >= int(NOW.timestamp())
    replay.close()


async def test_a_state_that_holds_anything_is_left_alone(bench: Bench, tmp_path: Path) -> None:
    logs = await bench.logs()
    await grow(bench, logs, 1)
    make(bench, tmp_path / "copy")
    before = files(bench.folder)
    with pytest.raises(NotEmpty):
        lay_ready(tmp_path / "copy", None, bench.folder, NOW)
    assert files(bench.folder) == before
    logs.close()


@pytest.mark.parametrize("moves", [1, 2, 3])
async def test_a_restore_that_is_cut_off_is_gone_on_with(bench: Bench, tmp_path: Path, moves: int) -> None:
    logs = await bench.logs()
    await grow(bench, logs, 3)
    make(bench, tmp_path / "copy", keys=tmp_path / "elsewhere")
    logs.close()
    state = tmp_path / "again"
    lay_ready(tmp_path / "copy", tmp_path / "elsewhere", state, NOW)
    (state / restore.MAKING).rename(state / restore.READY)
    for name in restore.ORDER[: moves - 1]:
        (state / restore.READY / name).rename(state / name)
    assert restore.unfinished(state)
    put_in_place(state)
    assert not restore.unfinished(state)
    assert judged(state, zvh_key(logs)) == 3
    assert names(state) == ["bodykeys", "log", "replay.sqlite"]


async def test_what_was_erased_after_the_copy_of_the_keys_stays_erased(bench: Bench, tmp_path: Path) -> None:
    logs = await bench.logs()
    await grow(bench, logs, 2, subject="v1:one")
    await grow(bench, logs, 2, subject="v1:two", case="zaak-2")
    make(bench, tmp_path / "early", keys=tmp_path / "keys")
    reader = SqliteLogReader.beside(bench.folder / "log" / ZVH)
    [gone] = {reader.body(0)[1], reader.body(1)[1]}
    kept = LogFolder(bench.folder).keys("zvh").find(gone)
    reader.close()
    await erase(bench, logs, [gone])
    make(bench, tmp_path / "late")
    logs.close()
    assert kept in (tmp_path / "keys" / "bodykeys" / "zvh.sqlite").read_bytes()

    again = Bench(tmp_path / "again", chance=bench.chance)
    ready, *_ = lay_ready(tmp_path / "late", tmp_path / "keys", again.folder, NOW)
    reader = LogFolder(ready).storage("zvh", 2026)
    erased = erased_keys(reader)
    assert erased == {gone}
    bodykeys = SharedShelf(ready).keys("zvh")
    assert destroy(bodykeys, erased) == 1
    bodykeys.close()
    tombstones_own_keys = 1
    assert lost(reader, LogFolder(ready).keys("zvh"), erased) == tombstones_own_keys
    reader.close()
    assert kept not in b"".join(files(ready).values())
    put_in_place(again.folder)
    logs = await again.logs()
    zvh = await logs.log(Tenant.ZVH, 2026)
    assert [zvh.body(index) for index in range(4)] == [None, None, BODY, BODY]
    logs.close()


async def test_keys_are_copied_with_the_log_that_names_what_was_erased(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An erasure that comes between the two copies makes the log be copied on."""
    logs = await bench.logs()
    await grow(bench, logs, 2)
    reader = SqliteLogReader.beside(bench.folder / "log" / ZVH)
    gone, copying = reader.body(0)[1], backup.copy_database
    statement = json.dumps({"act": "erased", "keys": [gone.hex()]}).encode()
    row = bench.record(kind=RecordClass.TOMBSTONE, statement=statement, released=None, subject=None, case=None)
    raised = []

    def meanwhile(live: Path, copy: Path) -> None:
        if not raised:
            raised.append(True)
            done = threading.Thread(target=lambda: asyncio.run(_elsewhere(bench, row)))
            done.start()
            done.join()
        copying(live, copy)

    logs.close()
    monkeypatch.setattr(backup, "copy_database", meanwhile)
    log, _ = make(bench, tmp_path / "copy", keys=tmp_path / "elsewhere")
    reader.close()
    assert log.logs[ZVH] == 3
    copied = SqliteLogReader.beside(tmp_path / "copy" / "log" / ZVH)
    assert erased_keys(copied) == {gone}
    copied.close()


async def _elsewhere(bench: Bench, row: object) -> None:
    logs = await bench.logs()
    await logs.append(Tenant.ZVH, bench.clock.now(), row)  # type: ignore[arg-type]
    logs.close()


async def test_a_copy_of_keys_goes_after_its_last_day_and_is_not_put_back(bench: Bench, tmp_path: Path) -> None:
    logs = await bench.logs()
    await grow(bench, logs, 1)
    make(bench, tmp_path / "copy", keys=tmp_path / "keys")
    logs.close()
    late = NOW + timedelta(days=31)
    with pytest.raises(Broken, match="tot en met 2026-12-25"):
        lay_ready(tmp_path / "copy", tmp_path / "keys", tmp_path / "again", late)
    assert expire([tmp_path / "keys", tmp_path / "copy"], LAST_DAY) == []
    held = os.open(tmp_path / "keys" / "bodykeys" / "zvh.sqlite", os.O_RDONLY)
    assert expire([tmp_path / "keys", tmp_path / "copy"], late.date()) == [tmp_path / "keys"]
    assert set(os.pread(held, 1 << 20, 0)) == {0}, "overwritten before it went"
    os.close(held)
    assert not (tmp_path / "keys").exists()
    assert (tmp_path / "copy").exists()
    with pytest.raises(Broken):
        expire([bench.folder], late.date())
    assert (bench.folder / "log" / ZVH).exists()


async def test_a_file_that_sqlite_cannot_use_is_not_put_back(bench: Bench, tmp_path: Path) -> None:
    logs = await bench.logs()
    await grow(bench, logs, 300)
    [manifest] = make(bench, tmp_path / "copy")
    logs.close()
    file = tmp_path / "copy" / "log" / ZVH
    content = bytearray(file.read_bytes())
    content[40_960:45_056] = bytes(4096)
    file.write_bytes(content)
    told = (tmp_path / "copy" / "manifest.json").read_text()
    digest = hashlib.sha256(content).hexdigest()
    (tmp_path / "copy" / "manifest.json").write_text(told.replace(manifest.files[f"log/{ZVH}"], digest))
    with pytest.raises(Unreadable, match=ZVH):
        lay_ready(tmp_path / "copy", None, tmp_path / "again", NOW)


def test_what_is_half_placed_finds_no_keys_to_serve_with() -> None:
    assert (restore.ORDER[0], restore.ORDER[-1]) == ("log", "keys")


async def test_the_two_copies_are_not_taken_for_each_other(bench: Bench, tmp_path: Path) -> None:
    logs = await bench.logs()
    await grow(bench, logs, 1)
    make(bench, tmp_path / "copy", keys=tmp_path / "keys")
    logs.close()
    for folder, keys in (("keys", None), ("copy", tmp_path / "copy")):
        with pytest.raises(Broken, match="kopie van"):
            lay_ready(tmp_path / folder, keys, tmp_path / "again", NOW)


async def test_a_backup_whose_record_was_changed_with_its_manifest_does_not_verify(
    bench: Bench, tmp_path: Path
) -> None:
    logs = await bench.logs()
    await grow(bench, logs, 3)
    make(bench, tmp_path / "copy")
    logs.close()
    connection = apsw.Connection(str(tmp_path / "copy" / "log" / ZVH))
    changed = "CAST(replace(CAST(leaf AS TEXT), 'sha256:0a1b', 'sha256:0a1c') AS BLOB)"
    connection.execute(f"UPDATE entries SET leaf = {changed} WHERE idx = 1")
    connection.close()
    require_sound(tmp_path / "copy" / "log" / ZVH)
    with pytest.raises(VerificationError):
        judged(tmp_path / "copy", zvh_key(logs))
