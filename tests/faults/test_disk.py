"""The disk of the power cuts keeps what POSIX promises and nothing more."""

import os
import random
from contextlib import suppress
from pathlib import Path

import apsw
import pytest

from tests.faults.disk import SECTOR, Disk, Kept

TIMES = range(60)


def survivors(kept: Kept) -> set[bytes]:
    return {kept.after_cut(random.Random(seed)) for seed in TIMES}


def test_what_was_synced_stands_and_what_was_not_stands_whole_torn_or_not_at_all():
    kept = Kept(bytearray(b"a" * 2 * SECTOR))
    kept.since += [(0, b"b" * 2 * SECTOR)]
    images = survivors(kept)
    assert {b"a" * 2 * SECTOR, b"b" * 2 * SECTOR, b"a" * SECTOR + b"b" * SECTOR} <= images
    assert any(b"ab" in image[:SECTOR] or b"ba" in image[:SECTOR] for image in images), "no sector was torn"
    kept.sync()
    assert survivors(kept) == {b"b" * 2 * SECTOR}


def test_a_truncation_that_was_not_synced_may_be_undone():
    kept = Kept(bytearray(b"a" * SECTOR))
    kept.since += [(0, None)]
    assert survivors(kept) == {b"", b"a" * SECTOR}


def test_where_a_file_grew_over_what_was_lost_stands_anything():
    kept = Kept(bytearray())
    kept.since += [(0, b"b" * SECTOR), (SECTOR, b"c" * SECTOR)]
    lost = {image[:SECTOR] for image in survivors(kept) if image[SECTOR:] == b"c" * SECTOR} - {b"b" * SECTOR}
    assert bytes(SECTOR) in lost
    assert len(lost) > 1, "only zeros"


def names(place: Path, steps) -> set[frozenset[str]]:
    seen = set()
    for seed in TIMES:
        folder, after = place / f"{seed}", place / f"{seed}-after"
        folder.mkdir()
        with Disk(folder, random.Random(seed)) as disk:
            steps(folder)
            disk.cut(after)
        seen.add(frozenset(str(path.relative_to(after)) for path in after.rglob("*")))
    return seen


def sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def test_a_name_is_sure_once_its_folder_was_synced(tmp_path: Path):
    def make(folder: Path) -> None:
        (folder / "sure").mkdir()
        sync(folder)
        (folder / "sure" / "perhaps").touch()

    assert names(tmp_path, make) == {frozenset({"sure"}), frozenset({"sure", "sure/perhaps"})}


@pytest.mark.parametrize(("synchronous", "least"), [("FULL", 2), ("NORMAL", 0)])
def test_a_commit_survives_as_sqlite_says(tmp_path: Path, synchronous: str, least: int):
    counts = set()
    for seed in TIMES:
        folder, after = tmp_path / f"{seed}", tmp_path / f"{seed}-after"
        folder.mkdir()
        with Disk(folder, random.Random(seed)) as disk:
            connection = apsw.Connection(str(folder / "x"))
            connection.pragma("journal_mode", "wal")
            connection.execute("CREATE TABLE t (a); INSERT INTO t VALUES (0)")
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            connection.pragma("synchronous", synchronous)
            for each in range(2):
                connection.execute("INSERT INTO t VALUES (?)", (each,))
            disk.cut(after)
            with suppress(apsw.IOError):
                connection.close()
        again = apsw.Connection(str(after / "x"))
        assert again.pragma("integrity_check") == "ok"
        counts.add(again.execute("SELECT count(*) FROM t").get - 1)
        again.close()
    assert min(counts) == least
    assert max(counts) == 2


@pytest.mark.parametrize("lasting", [True, False])
def test_a_full_disk_takes_a_part_and_says_so(tmp_path: Path, lasting: bool):
    with Disk(tmp_path, random.Random(1), full=True, lasting=lasting) as disk:
        connection = apsw.Connection(str(tmp_path / "x"))
        connection.execute("CREATE TABLE t (a)")
        disk.fuse = 0
        with pytest.raises(apsw.FullError):
            connection.execute("INSERT INTO t VALUES (1)")
        if lasting:
            with pytest.raises(apsw.FullError):
                connection.execute("INSERT INTO t VALUES (1)")
            disk.has_room()
        connection.execute("INSERT INTO t VALUES (1)")
        assert connection.execute("SELECT count(*) FROM t").get == 1
        connection.close()
