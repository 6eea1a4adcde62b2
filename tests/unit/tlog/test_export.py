"""An export is the log as its checkpoint says, file by file, whenever it is cut off and however often it is made."""

import fcntl
import json
import os
import resource
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import Fault
from gateway.model.log import Stamp
from gateway.store.sqlite.log_reader import SqliteLogReader
from gateway.tlog.export.export import OtherLog, export
from gateway.tlog.export.folder import CannotExport
from gateway.tlog.tiles import place
from tests.unit.tlog.memory import Memory
from tests.unit.verify import oracle


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def the_files_of(leaves: list[bytes]) -> dict[str, bytes]:
    """What tlog-tiles says of these leaves, read naively."""
    expected, level, hashes = {}, 0, [oracle.leaf_hash(leaf) for leaf in leaves]
    while hashes:
        for start in range(0, len(hashes), 256):
            part = hashes[start : start + 256]
            name = f"{start // 256:03d}" if start // 256 < 1000 else f"x001/{start // 256 - 1000:03d}"
            name += f".p/{len(part)}" if len(part) < 256 else ""
            expected[f"tile/{level}/{name}"] = b"".join(part)
            if level == 0:
                bundle = [len(leaf).to_bytes(2, "big") + leaf for leaf in leaves[start : start + 256]]
                expected[f"tile/entries/{name}"] = b"".join(bundle)
        whole = [hashes[at : at + 256] for at in range(0, len(hashes) // 256 * 256, 256)]
        hashes, level = [oracle.mth(each) for each in whole], level + 1
    return expected


@pytest.mark.parametrize("size", [1, 255, 256, 257, 512, 4097, 65_536, 65_537, 256_300])
def test_the_tree_is_written_as_the_specification_says(tmp_path: Path, size: int) -> None:
    log = Memory(size)
    told = export(log, tmp_path / "out")
    found = files(tmp_path / "out")
    assert (told.size, told.before, told.waiting, told.files) == (size, 0, 0, len(found))
    assert told.bytes == sum(map(len, found.values()))
    assert {name: each for name, each in found.items() if name.startswith("tile/")} == the_files_of(log.leaves)
    assert found["checkpoint"].decode() == log.note(size)
    assert set(found) - set(the_files_of(log.leaves)) == {"checkpoint", "statements", "sums"}


def test_an_empty_log_is_its_checkpoint(tmp_path: Path) -> None:
    export(Memory(0), tmp_path / "out")
    assert set(files(tmp_path / "out")) == {"checkpoint", "statements", "sums"}


def test_places_are_those_of_the_specification() -> None:
    assert [place(0), place(999), place(1000), place(1_234_067), place(1_000_000, 7)] == [
        "000",
        "999",
        "x001/000",
        "x001/x234/067",
        "x001/x000/000.p/7",
    ]


@settings(max_examples=30)
@given(sizes=st.lists(st.integers(1, 800) | st.sampled_from([255, 256, 257, 512]), min_size=2, max_size=4).map(sorted))
def test_exporting_again_adds_and_comes_to_the_same(tmp_path_factory, sizes: list[int]) -> None:
    folder = tmp_path_factory.mktemp("grown")
    for number, size in enumerate(sizes):
        before = files(folder / "again")
        told = export(Memory(size), folder / "again", bodies=number == 0)
        assert told.before == (sizes[number - 1] if number else 0)
        whole = {name: each for name, each in before.items() if ".p/" not in name and "/" in name}
        assert whole.items() <= files(folder / "again").items()
    export(Memory(sizes[-1]), folder / "once", bodies=True)
    assert files(folder / "again") == files(folder / "once")


def test_what_stands_beside_the_tree(tmp_path: Path) -> None:
    ahead = Stamp(date(2026, 11, 26), "a note\n601\n", b"later")
    log = Memory(600, kept=[Stamp(date(2026, 11, 25), "a note\n600\n", b"token"), ahead])
    export(log, tmp_path / "out", bodies=True, keys=["key one", "key two"], policy="quorum none\n")
    found = files(tmp_path / "out")
    assert (found["keys"], found["policy"]) == (b"key one\nkey two\n", b"quorum none\n")
    assert (found["stamps/2026-11-25.checkpoint"], found["stamps/2026-11-25.tsr"]) == (b"a note\n600\n", b"token")
    assert "stamps/2026-11-26.tsr" not in found
    lines = [json.loads(line) for line in found["statements"].splitlines()]
    assert lines == [{"index": n, "statement": f'{{"act":"é{n}"}}'} for n in range(3, 600, 97)]
    assert set(found) >= {"bodies/000", "bodies/001", "bodies/002.p/88"}
    nothing, with_subject, without = bytes(36), b"S" * 16 + b"C" * 16, bytes(16) + b"C" * 16
    assert found["bodies/000"].startswith(
        nothing + without + b"\0\0\0\x08sealed 1" + with_subject + b"\0\0\0\x08sealed 2"
    )
    assert (tmp_path / "out" / "bodies" / "000").stat().st_mode & 0o077 == 0
    assert (tmp_path / "out" / "tile" / "0" / "000").stat().st_mode & 0o444 == 0o444


def test_the_sums_are_those_of_every_file_that_the_tree_does_not_cover(tmp_path: Path) -> None:
    for size in (300, 700):
        export(Memory(size), tmp_path / "out", bodies=True, keys=["key"], policy="quorum none\n")
        checked = subprocess.run(["sha256sum", "--check", "--strict", "sums"], cwd=tmp_path / "out", check=False)
        assert checked.returncode == 0
        names = [line.split("  ")[1] for line in (tmp_path / "out" / "sums").read_text().splitlines()]
        covered = {"checkpoint", "sums"} | {name for name in files(tmp_path / "out") if name.startswith("tile/")}
        assert names == sorted(set(files(tmp_path / "out")) - covered)


def test_only_what_the_checkpoint_covers(tmp_path: Path) -> None:
    grew, then = Memory(500, published_size=300, beyond=400), Memory(300)
    told = export(grew, tmp_path / "grew", bodies=True)
    export(then, tmp_path / "then", bodies=True)
    assert (told.size, told.waiting) == (300, 200)
    assert files(tmp_path / "grew") == files(tmp_path / "then")


class CutOff(Exception):
    pass


@pytest.mark.parametrize("after", [0, 1, 2])
def test_what_is_cut_off_is_never_half_and_is_made_good(tmp_path: Path, after: int) -> None:
    export(Memory(300), tmp_path / "out", bodies=True)
    before, reads = files(tmp_path / "out"), iter(range(100))

    def cut() -> None:
        if next(reads) == after:
            raise CutOff

    with pytest.raises(CutOff):
        export(Memory(9_000, fails=cut), tmp_path / "out")
    left = files(tmp_path / "out")
    assert before.items() <= left.items(), "the earlier export is as it was"
    for name in set(left) - set(before):  # as a power cut may leave what was never made durable
        (tmp_path / "out" / name).write_bytes(b"")
    (tmp_path / "out" / "tile" / "0" / ".writing").write_bytes(b"half")
    export(Memory(9_000), tmp_path / "out")
    export(Memory(9_000), tmp_path / "fresh", bodies=True)
    assert files(tmp_path / "out") == files(tmp_path / "fresh")


def test_bodies_that_were_cut_off_are_made_anew(tmp_path: Path) -> None:
    export(Memory(700), tmp_path / "out", bodies=True)
    (tmp_path / "out" / "bodies" / "000").write_bytes(b"")
    (tmp_path / "out" / ".unfinished").touch()
    export(Memory(700), tmp_path / "out")
    export(Memory(700), tmp_path / "fresh", bodies=True)
    assert files(tmp_path / "out") == files(tmp_path / "fresh")


def test_bodies_may_be_asked_for_later_and_then_stay(tmp_path: Path) -> None:
    export(Memory(700), tmp_path / "out")
    assert not (tmp_path / "out" / "bodies").exists()
    export(Memory(700), tmp_path / "out", bodies=True)
    export(Memory(800), tmp_path / "out")
    export(Memory(800), tmp_path / "fresh", bodies=True)
    assert files(tmp_path / "out") == files(tmp_path / "fresh")


@pytest.mark.parametrize(
    ("log", "why"),
    [
        (Memory(400, name="other"), "verschillen in hun eerste 300 regels"),
        (Memory(299), "teruggezet uit een oude kopie"),
        (Memory(400, published_size=200), "nog maar 200 gepubliceerd"),
    ],
)
def test_another_log_is_refused_and_nothing_changes(tmp_path: Path, log: Memory, why: str) -> None:
    export(Memory(300), tmp_path / "out")
    before = files(tmp_path / "out")
    with pytest.raises(CannotExport, match=why):
        export(log, tmp_path / "out")
    assert files(tmp_path / "out") == before


def test_another_origin_is_refused(tmp_path: Path) -> None:
    export(Memory(3), tmp_path / "out")
    note = (tmp_path / "out" / "checkpoint").read_text()
    (tmp_path / "out" / "checkpoint").write_text(note.replace("/zvh/", "/gemeente/"))
    with pytest.raises(OtherLog, match="gemeente"):
        export(Memory(3), tmp_path / "out")


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear")
    with pytest.raises(CannotExport, match="niet leeg"):
        export(Memory(3), tmp_path)
    assert files(tmp_path) == {"letter": b"dear"}
    (tmp_path / "checkpoint").write_bytes(b"\xff")
    with pytest.raises(CannotExport, match="geen checkpoint"):
        export(Memory(3), tmp_path)


def test_one_export_at_a_time(tmp_path: Path) -> None:
    holder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    with pytest.raises(CannotExport, match="al naar"):
        export(Memory(3), tmp_path)
    os.close(holder)
    export(Memory(3), tmp_path)


def test_what_is_missing_in_the_log_is_told_and_nothing_gets_a_checkpoint(tmp_path: Path) -> None:
    for number, damage in enumerate(
        (
            lambda log: log.leaves.pop(),
            lambda log: log.tiles.pop((0, 0)),
            lambda log: log.tiles.update({(0, 1): bytes(32)}),
        )
    ):
        log = Memory(400)
        damage(log)
        with pytest.raises(Fault) as raised:
            export(log, tmp_path / str(number))
        assert raised.value.code == "log-damaged"
        assert not (tmp_path / str(number) / "checkpoint").exists()


async def test_a_real_log_beside_its_gateway(bench, logs, log, tmp_path: Path) -> None:
    for _ in range(5):
        await bench.append(logs)
    reader = SqliteLogReader.beside(bench.folder / "log" / "zvh-2026.sqlite")
    told = export(reader, tmp_path / "out", bodies=True)
    found = files(tmp_path / "out")
    assert (told.origin, told.size) == (log.origin, 5)
    assert found["checkpoint"].decode() == log.checkpoint
    assert found["tile/entries/000.p/5"] == log.entry_bundle(0, 5)
    assert found["tile/0/000.p/5"] == log.tile(0, 0, 5)
    sealed, subject, case = reader.body(0)
    assert found["bodies/000.p/5"].startswith(subject + case + len(sealed).to_bytes(4, "big") + sealed)
    await bench.append(logs)
    assert export(reader, tmp_path / "out").size == 6
    reader.close()


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    export(Memory(300), tmp_path / "out")
    before, bound = files(tmp_path / "out"), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, bound[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            export(Memory(700), tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, bound)
    assert before.items() <= files(tmp_path / "out").items()
    assert "tile/0/001" not in files(tmp_path / "out")
    assert export(Memory(700), tmp_path / "out").size == 700
