"""A whole log as an export: what holds, and what is named where it does not."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.verify.archive.errors import Unreadable
from gateway.verify.archive.folder import ExportFolder
from gateway.verify.archive.judge import verify_log
from gateway.verify.errors import VerificationError
from gateway.verify.keys import VerifierKey
from gateway.verify.policy import Policy
from gateway.verify.trust import Reader
from tests.support.exports import Export, Record, canonical, record, records
from tests.unit.verify import oracle
from tests.unit.verify.oracle import ORIGIN, Cosigner, Key

READER = Reader([VerifierKey.parse(Key().vkey)])
OPENED = {"act": "log-opened", "previous": {"origin": "log.example/zvh/2025", "root": oracle.b64(bytes(32)), "size": 9}}
CLOSED = {"act": "log-closed", "next": {"origin": "log.example/zvh/2027"}}
WITNESSES = [Cosigner(f"w{number}.example", 4, bytes([number] * 32), at=1_700_000_000) for number in range(3)]
Files = dict[str, bytes]


def judged(folder: Path, reader: Reader = READER, **options: object):
    return verify_log(ExportFolder(folder), reader, **options)


def refused(folder: Path, code: str, *, record: int | None = None, file: str | None = None, reader: Reader = READER):
    with pytest.raises(VerificationError) as caught:
        judged(folder, reader)
    assert (caught.value.code, caught.value.record, caught.value.file) == (code, record, file), str(caught.value)
    return caught.value


def erasure(*keys: bytes) -> dict:
    return {
        "act": "erased",
        "at": "2026-01-01",
        "by": "bewaarplan",
        "keys": [each.hex() for each in keys],
        "reason": "x",
    }


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 512, 700])
def test_every_size_holds(tmp_path: Path, size: int) -> None:
    verified = judged(Export(records(size)).write(tmp_path))
    assert (verified.checkpoint.size, verified.found.records, verified.found.bodies) == (size, size, size)
    assert verified.remarks == []
    assert not verified.closed


def test_what_it_is_told(tmp_path: Path) -> None:
    special = {"at0": record(0, OPENED), "at2": record(2, erasure(b"k" * 16), "tombstone"), "at4": record(4, CLOSED)}
    steps: list[tuple[int, int, str]] = []
    verified = judged(Export(records(5, **special)).write(tmp_path), progress=lambda *step: steps.append(step))
    assert verified.closed
    assert verified.found.first == verified.found.latest == "2026-11-25T21:00:00.123Z"
    assert steps == [(0, 1, "files"), (0, 5, "records"), (5, 5, "records")]


@pytest.mark.parametrize(
    ("change", "code", "record", "file"),
    [
        (lambda files: files.pop("tile/entries/000"), "archive-unreadable", None, "tile/entries/000"),
        (lambda files: files.pop("tile/0/001.p/44"), "archive-unreadable", None, "tile/0/001.p/44"),
        (lambda files: files.pop("tile/1/000.p/1"), "archive-unreadable", None, "tile/1/000.p/1"),
        (lambda files: files.pop("bodies/000"), "archive-unreadable", None, "bodies/000"),
        (lambda files: files.pop("checkpoint"), "archive-unreadable", None, "checkpoint"),
        (lambda files: files.pop("statements"), "archive-file-changed", None, "sums"),
        (lambda files: files.update({"tile/0/002": b""}), "archive-stray-file", None, "tile/0/002"),
        (lambda files: files.update({"tile/0/001": b""}), "archive-stray-file", None, "tile/0/001"),
        (lambda files: files.update({"tile/0/001.p/43": b""}), "archive-stray-file", None, "tile/0/001.p/43"),
        (lambda files: files.update({"tile/00/000": b""}), "archive-stray-file", None, "tile/00/000"),
        (lambda files: files.update({"tile/0/x000/000": b""}), "archive-stray-file", None, "tile/0/x000/000"),
        (lambda files: files.update({"notes.txt": b""}), "archive-stray-file", None, "notes.txt"),
        (lambda files: files.update({"stamps/today.tsr": b""}), "archive-stray-file", None, "stamps/today.tsr"),
        (lambda files: shorten(files, "tile/entries/000"), "entries-malformed", None, "tile/entries/000"),
        (lambda files: lengthen(files, "tile/entries/001.p/44"), "entries-malformed", None, "tile/entries/001.p/44"),
        (lambda files: shorten(files, "tile/0/000"), "tile-changed", None, "tile/0/000"),
        (lambda files: lengthen(files, "tile/1/000.p/1"), "tile-changed", None, "tile/1/000.p/1"),
        (lambda files: lengthen(files, "tile/0/001.p/44", 40), "archive-unreadable", None, "tile/0/001.p/44"),
        (lambda files: shorten(files, "bodies/000"), "entries-malformed", None, "bodies/000"),
        (lambda files: lengthen(files, "keys"), "entries-malformed", None, "keys"),
        (lambda files: files.update({"checkpoint": b"\xff"}), "archive-unreadable", None, "checkpoint"),
    ],
)
def test_what_is_missing_or_too_much_is_named(
    tmp_path: Path, change: Callable[[Files], object], code: str, record: int | None, file: str
) -> None:
    refused(Export(records(300)).write(tmp_path, change), code, record=record, file=file)


def shorten(files: Files, name: str) -> None:
    files[name] = files[name][:-1]


def lengthen(files: Files, name: str, count: int = 1) -> None:
    files[name] += b"x" * count


@pytest.mark.parametrize(
    ("special", "code", "at"),
    [
        ({"at7": Record(b"not a leaf", b"")}, "leaf-malformed", 7),
        ({"at7": record(7, time="2026-02-30T00:00:00.000Z")}, "leaf-malformed", 7),
        ({"at7": record(7, time="2026-02-03T24:00:00.000Z")}, "leaf-malformed", 7),
        ({"at7": record(7, version=2)}, "leaf-malformed", 7),
        ({"at7": record(7, tenant="gemeente")}, "origin-wrong", 7),
        ({"at7": record(7, id="01999999-0000-7000-8000-000000000003")}, "record-twice", 7),
        ({"at7": record(7, body_sha256="00" * 32)}, "body-wrong", 7),
        ({"at7": record(7, OPENED)}, "year-link-wrong", 7),
        ({"at7": record(7, CLOSED)}, "year-link-wrong", 7),
        ({"at0": record(0, OPENED | {"previous": None})}, "year-link-wrong", 0),
        ({"at7": record(7, erasure(), "tombstone", released_sha256="00" * 32)}, "statement-wrong", 7),
        ({"at7": record(7, erasure(), "tombstone", released_sha256=None)}, "statement-wrong", 7),
        ({"at7": record(7, {"act": "erased"}, "tombstone")}, "statement-wrong", 7),
        ({"at7": record(7, {"act": "looked"}, "tombstone")}, "statement-wrong", 7),
        ({"at7": record(7, erasure(bytes(16)), "tombstone")}, "statement-wrong", 7),
        ({"at7": record(7, erasure(b"short"), "tombstone")}, "statement-wrong", 7),
        ({"at0": record(0, OPENED | {"previous": OPENED["previous"] | {"root": "AAAA"}})}, "year-link-wrong", 0),
        ({"at0": record(0, OPENED | {"previous": OPENED["previous"] | {"size": "9"}})}, "year-link-wrong", 0),
        ({"at7": record(7, ["no object"])}, "statement-wrong", 7),
        ({"at7": record(7, {"act": "x"}, "verstrekking")}, "statement-wrong", 7),
    ],
)
def test_a_record_that_is_signed_and_yet_wrong(tmp_path: Path, special: dict, code: str, at: int) -> None:
    """An operator who signs nonsense is found out too."""
    with pytest.raises(VerificationError) as caught:
        judged(Export(records(12, **special)).write(tmp_path))
    assert (caught.value.code, caught.value.record) == (code, at), str(caught.value)


def test_an_act_need_not_state_anything(tmp_path: Path) -> None:
    looked = record(3, **{"class": "act", "released_sha256": None})
    assert judged(Export(records(5, at3=looked)).write(tmp_path)).found.records == 5


def test_a_record_or_its_tile(tmp_path: Path) -> None:
    """Whichever of the two what lies above them does not speak for."""
    other = oracle.leaf(600)
    assert len(other) == len(oracle.leaf(5))

    def record_changed(at: int) -> Callable[[Files], None]:
        name = "tile/entries/000" if at < 256 else "tile/entries/001.p/44"
        return lambda files: files.update({name: files[name].replace(record(at).leaf, other)})

    refused(
        Export(records(300)).write(tmp_path / "a", record_changed(5)),
        "record-changed",
        record=5,
        file="tile/entries/000",
    )
    refused(
        Export(records(300)).write(tmp_path / "b", record_changed(290)),
        "record-changed",
        record=290,
        file="tile/entries/001.p/44",
    )


def test_records_and_tiles_of_another_log(tmp_path: Path) -> None:
    other = Export(records(300, at299=record(999)))
    folder = Export(records(300)).write(tmp_path, lambda files: files.update(checkpoint=other.checkpoint().encode()))
    refused(folder, "root-differs", file="checkpoint")


def test_bodies_may_be_left_out_but_not_lost(tmp_path: Path) -> None:
    assert judged(Export(records(20), bodies=False).write(tmp_path / "none")).found.bodies == 0
    gone = record(4)
    lost = Record(gone.leaf, b"", ids=(b"s" * 16, b"c" * 16))
    assert refused(Export(records(20, at4=lost)).write(tmp_path / "lost"), "body-missing", record=4)
    for number, key in enumerate((b"s" * 16, b"c" * 16)):
        special = {"at4": lost, "at9": record(9, erasure(key), "tombstone")}
        assert judged(Export(records(20, **special)).write(tmp_path / str(number))).erased == 1


def test_time_that_steps_back_is_a_remark(tmp_path: Path) -> None:
    back = record(300, time="2026-11-25T20:58:00.123Z")
    verified = judged(Export(records(302, at300=back)).write(tmp_path / "a"))
    assert verified.remarks == [("time-back", "record 300: 120 s")]
    little = record(300, time="2026-11-25T20:59:30.123Z")
    assert judged(Export(records(302, at300=little)).write(tmp_path / "b")).remarks == []


def test_the_log_as_it_was_seen(tmp_path: Path) -> None:
    export = Export(records(600))
    folder = export.write(tmp_path / "log")
    for size in (0, 1, 255, 256, 257, 511, 512, 513, 599, 600):
        reader = Reader(READER.keys, seen=export.checkpoint(size))
        assert judged(folder, reader).seen == size
    longer = Export(records(601)).checkpoint()
    refused(folder, "log-rolled-back", reader=Reader(READER.keys, seen=longer))
    fork = Export(records(500, at3=record(900))).checkpoint()
    refused(folder, "log-forked", reader=Reader(READER.keys, seen=fork))
    refused(
        folder,
        "signer-unknown",
        file="seen",
        reader=Reader(READER.keys, seen=Export(records(5), [Key(seed=b"1" * 32)]).checkpoint()),
    )
    elsewhere = Export(records(5), [Key("log.example/zvh/2025")], origin="log.example/zvh/2025").checkpoint()
    keys = [*READER.keys, VerifierKey.parse(Key("log.example/zvh/2025").vkey)]
    refused(folder, "origin-wrong", file="seen", reader=Reader(keys, seen=elsewhere))


def test_the_year_before(tmp_path: Path) -> None:
    last = Export(records(9), [Key("log.example/zvh/2025")], origin="log.example/zvh/2025")
    keys = [*READER.keys, VerifierKey.parse(Key("log.example/zvh/2025").vkey)]
    root = oracle.b64(oracle.mth([each.hash for each in last.records]))
    opened = record(0, {"act": "log-opened", "previous": {"origin": last.origin, "root": root, "size": 9}})
    reader = Reader(keys, previous=last.checkpoint())
    assert judged(Export(records(5, at0=opened)).write(tmp_path / "good"), reader).found.records == 5
    refused(Export(records(5)).write(tmp_path / "none"), "year-link-wrong", record=0, reader=reader)
    shorter = Reader(keys, previous=last.checkpoint(8))
    refused(tmp_path / "good", "year-link-wrong", record=0, reader=shorter)


def test_witnesses_by_the_readers_own_policy(tmp_path: Path) -> None:
    lines = [f"log {Key().vkey}", *(f"witness w{number} {each.vkey}" for number, each in enumerate(WITNESSES))]
    policy = Policy.parse("\n".join([*lines, "group all 2 w0 w1 w2", "quorum all", ""]))
    reader = Reader(READER.keys, policy=policy)
    two = Export(records(5), signers=[Key(), *WITNESSES[:2]])
    quorum = judged(two.write(tmp_path / "two"), reader).quorum
    assert quorum is not None
    assert set(quorum.cosigned) == {"w0", "w1"}
    one = Export(records(5), signers=[Key(), WITNESSES[0]])
    refused(one.write(tmp_path / "one"), "quorum-missing", file="checkpoint", reader=reader)


def test_every_signature_is_somebodys(tmp_path: Path) -> None:
    export = Export(records(5), signers=[Key(), Cosigner(ORIGIN, 6), WITNESSES[0]])
    folder = export.write(tmp_path)
    assert judged(folder).remarks == []
    shutil.copy(folder / "checkpoint", tmp_path.parent / "kept")
    (folder / "keys").write_text(f"{Key().vkey}\n")
    refused(folder, "signature-unnamed", file="checkpoint")
    (folder / "keys").unlink()
    (folder / "sums").unlink()
    assert judged(folder).remarks == [("unnamed", f"{ORIGIN} (6507290f), w0.example (eab96278)"), ("unsummed", "")]


def test_a_log_that_signs_for_another(tmp_path: Path) -> None:
    folder = Export(records(5), [Key("log.example/zvh/2025")]).write(tmp_path)
    keys = [VerifierKey.parse(Key("log.example/zvh/2025").vkey)]
    refused(folder, "origin-wrong", file="checkpoint", reader=Reader(keys))
    refused(folder, "signer-unknown", file="checkpoint")
    plain = Export(records(5), [Key("zvh")], origin="zvh").write(tmp_path / "plain")
    refused(plain, "origin-wrong", file="checkpoint", reader=Reader([VerifierKey.parse(Key("zvh").vkey)]))


def test_what_is_no_plain_file_is_not_waited_for(tmp_path: Path) -> None:
    folder = Export(records(300)).write(tmp_path / "log")
    tile = folder / "tile" / "0" / "000"
    tile.unlink()
    os.mkfifo(tile)
    refused(folder, "archive-stray-file", file="tile/0/000")
    with pytest.raises(Unreadable):
        ExportFolder(folder).tile(0, 0, 256)
    tile.unlink()
    tile.symlink_to(folder / "tile" / "0" / "001.p" / "44")
    refused(folder, "archive-stray-file", file="tile/0/000")
    tile.unlink()
    tile.mkdir()
    refused(folder, "archive-stray-file", file="tile/0/000")
    (tile / "x").touch()
    refused(folder, "archive-stray-file", file="tile/0/000/x")
    shutil.rmtree(tile)
    deep = tile.joinpath(*["x" * 200] * 12)
    deep.mkdir(parents=True)
    refused(folder, "archive-stray-file", file=deep.relative_to(folder).as_posix())
    shutil.rmtree(folder / "tile")
    refused(folder, "archive-unreadable", file="tile/entries/000")


def test_a_size_that_cannot_be(tmp_path: Path) -> None:
    text = f"{ORIGIN}\n{(1 << 63) - 1}\n{oracle.b64(bytes(32))}\n"
    note = text + "\n" + Key().line(text)
    folder = Export(records(300)).write(tmp_path, lambda files: files.update(checkpoint=note.encode()))
    refused(folder, "archive-stray-file", file="bodies/001.p/44")


def test_the_sums(tmp_path: Path) -> None:
    def added(files: Files) -> None:
        files["sums"] += b"0" * 64 + b"  tile/0/000\n"

    refused(Export(records(3)).write(tmp_path / "a", added), "archive-file-changed", file="sums")
    refused(
        Export(records(3)).write(tmp_path / "b", lambda files: lengthen(files, "policy")),
        "archive-file-changed",
        file="policy",
    )
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()


@pytest.mark.parametrize(
    ("line", "at"),
    [
        (b'{"index":3,"statement":"{\\u0022act\\":\\"x\\"}"}\n', None),
        (b'{"index":3, "statement":"{\\"act\\":\\"x\\"}"}\n', None),
        (b'{"index":03,"statement":"{\\"act\\":\\"x\\"}"}\n', None),
        (b'{"index":3,"statement":"{\\"act\\":\\"x\\"}"}', None),
        (b'{"index":3,"statement":"' + b"x" * (1 << 20) + b'"}\n', None),
        (b'{"index":2,"statement":"{\\"act\\":\\"x\\"}"}\n', 3),
        (b'{"index":3,"statement":"{\\"act\\":\\"y\\"}"}\n', 3),
        (b"", 3),
        (b'{"index":3,"statement":"{\\"act\\":\\"x\\"}"}\n' * 2, 3),
    ],
)
def test_statements_have_one_spelling_and_one_place(tmp_path: Path, line: bytes, at: int | None) -> None:
    export = Export(records(5, at3=record(3, {"act": "x"})))
    assert export.files()["statements"] == b'{"index":3,"statement":"{\\"act\\":\\"x\\"}"}\n'
    folder = export.write(tmp_path, lambda files: files.update(statements=line))
    refused(folder, "statement-wrong", record=at, file="statements")


class Short(ExportFolder):
    """A source that gives less than was asked."""

    less = ""

    def entries(self, bundle: int, width: int):
        return super().entries(bundle, width)[: -1 if self.less == "entries" else None]

    def bodies(self, bundle: int, width: int):
        return (super().bodies(bundle, width) or [])[: -1 if self.less == "bodies" else None]


@pytest.mark.parametrize(("less", "code"), [("entries", "record-changed"), ("bodies", "body-missing")])
def test_a_source_that_gives_less_than_was_asked(tmp_path: Path, less: str, code: str) -> None:
    source = Short(Export(records(5)).write(tmp_path))
    assert verify_log(source, READER).found.bodies == 5
    source.less = less
    with pytest.raises(VerificationError) as caught:
        verify_log(source, READER)
    assert (caught.value.code, caught.value.record) == (code, 4)
