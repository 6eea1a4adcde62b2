"""Evidence packages: what they prove, that no byte of one can be changed unseen, and that no zip harms who opens it."""

import hashlib
import io
import json
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gateway.verify
from gateway.cli import main
from gateway.verify.archive.errors import MalformedPackage
from gateway.verify.errors import VerificationError
from gateway.verify.keys import VerifierKey
from gateway.verify.package import read_folder
from gateway.verify.package_verdict import verify_package
from gateway.verify.trust import Reader
from gateway.verify.zipped import pack, unpack
from tests.support.exports import Export, record, records
from tests.support.packages import package, signed, zipped
from tests.unit.verify.oracle import ORIGIN, RELEASED, Key

BEFORE = Key(ORIGIN.replace("2026", "2025"))
LOG, YEAR_BEFORE = Export(records(40)), Export(records(9), [BEFORE], origin=BEFORE.name)
READER = Reader([VerifierKey.parse(Key().vkey), VerifierKey.parse(BEFORE.vkey)])
ONE = package([(LOG, [3, 7])])
BOTH = package([(YEAR_BEFORE, [8]), (LOG, [3])], signers=[BEFORE, Key()])
names = st.from_regex(r"[a-z0-9_]{1,8}(/[a-z0-9_]{1,8}){0,3}(\.[a-z]{1,4})?", fullmatch=True)


def refused(files: dict[str, bytes], code: str, file: str | None, reader: Reader = READER, **options: object) -> None:
    with pytest.raises(VerificationError) as caught:
        verify_package(files, reader, **options)
    assert (caught.value.code, caught.value.file) == (code, file), str(caught.value)


def changed(packed: dict[str, bytes], *signers: Key, **members: object) -> dict[str, bytes]:
    """The package with another manifest, signed anew."""
    manifest = json.loads(packed["manifest.json"]) | members
    return packed | signed(manifest, signers or [Key()])


def test_what_it_proves() -> None:
    verified = verify_package(BOTH, READER, released=RELEASED)
    assert [each.name for each in verified.signed] == [BEFORE.name, ORIGIN]
    assert [(log.checkpoint.origin, [each.index for each in log.records]) for log in verified.logs] == [
        (BEFORE.name, [8]),
        (ORIGIN, [3]),
    ]
    assert (verified.records, verified.answers, verified.unseen) == (2, 2, False)


def test_a_checkpoint_that_the_reader_kept_is_of_one_of_its_logs() -> None:
    assert not verify_package(BOTH, Reader(READER.keys, seen=YEAR_BEFORE.checkpoint())).unseen
    assert verify_package(ONE, Reader(READER.keys, seen=YEAR_BEFORE.checkpoint())).unseen
    fork = Export(records(40, at9=record(90))).checkpoint()
    refused(BOTH, "log-forked", "bewijs/2026.evidence.json", Reader(READER.keys, seen=fork))
    refused(ONE, "note-malformed", "seen", Reader(READER.keys, seen="nothing"))


def test_the_manifest_is_signed_as_every_log() -> None:
    stranger = Key(seed=bytes([1] * 32))
    refused(ONE, "signer-unknown", "manifest.note", Reader([VerifierKey.parse(stranger.vkey)]))
    refused(changed(ONE, stranger), "signer-unknown", "manifest.note")
    refused(changed(BOTH, Key()), "signer-unknown", "manifest.note")
    refused(changed(ONE, Key(), BEFORE), "package-malformed", "manifest.note")
    refused(changed(ONE, logs=[]), "signer-unknown", "manifest.note")
    refused(ONE | {"manifest.note": BOTH["manifest.note"]}, "archive-file-changed", "manifest.json")
    refused(ONE | {"manifest.note": LOG.checkpoint().encode()}, "archive-file-changed", "manifest.json")


def test_every_file_is_the_one_that_was_signed() -> None:
    for name in ONE:
        gone = {each: data for each, data in ONE.items() if each != name}
        refused(gone, "archive-unreadable", name)
        expected = {"manifest.json": "archive-file-changed", "manifest.note": "note-malformed"}
        if name != "manifest.json":
            refused(ONE | {name: ONE[name] + b" "}, expected.get(name, "archive-file-changed"), name)
    refused(ONE | {"regels/extra.json": b"{}"}, "archive-stray-file", "regels/extra.json")


def test_the_manifest_names_what_is_proved() -> None:
    [log] = json.loads(ONE["manifest.json"])["logs"]
    for members in ({"records": log["records"][:1]}, {"records": log["records"][::-1]}):
        refused(changed(ONE, logs=[log | members]), "not-included", log["file"])
    other = [log["records"][0] | {"id": "01999999-0000-7000-8000-000000000001"}, log["records"][1]]
    refused(changed(ONE, logs=[log | {"records": other}]), "not-included", log["file"])
    refused(changed(ONE, BEFORE, logs=[log | {"origin": BEFORE.name}]), "origin-wrong", log["file"])
    for members in ({"file": "bewijs/none"}, {"records": [log["records"][0] | {"file": "none"}, log["records"][1]]}):
        name = members.get("file", "none")
        refused(changed(ONE, logs=[log | members]), "archive-unreadable", name)


@pytest.mark.parametrize("members", [{"type": "x"}, {"version": 2}, {"logs": 1}, {"made": 1}, {"files": []}, {"x": 1}])
def test_a_manifest_of_another_form(members: dict) -> None:
    refused(changed(ONE, **members), "package-malformed", "manifest.json")


@pytest.mark.parametrize("number", [-1, True, "3"])
def test_a_number_is_a_number(number: object) -> None:
    [log] = json.loads(ONE["manifest.json"])["logs"]
    records = [log["records"][0] | {"number": number}, log["records"][1]]
    refused(changed(ONE, logs=[log | {"records": records}]), "package-malformed", "manifest.json")


def test_the_answer_of_another_request() -> None:
    refused(ONE, "other-answer", None, released=b"another")


def test_one_spelling_that_every_system_opens() -> None:
    data = pack(ONE)
    assert data == zipped(ONE)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(ONE)
    assert unpack(data) == ONE


@given(st.dictionaries(names, st.binary(max_size=40), min_size=1, max_size=6))
def test_what_is_packed_comes_out(files: dict[str, bytes]) -> None:
    assert unpack(pack(files)) == files


def test_no_byte_can_be_changed_unseen() -> None:
    data = zipped(ONE)
    chance = random.Random(6)
    places = {*chance.sample(range(len(data)), 300), *range(30), *range(len(data) - 80, len(data))}
    named = 0
    for place in sorted(places):
        flipped = bytearray(data)
        flipped[place] ^= 1 << chance.randrange(8)
        with pytest.raises(VerificationError) as caught:
            verify_package(unpack(bytes(flipped)), READER)
        named += caught.value.file is not None
    assert named > 200, "a byte of a file is told with the file"


@pytest.mark.parametrize("length", [0, 3, 29, 31, 200, -1, -22, -23])
def test_an_archive_that_was_cut(length: int) -> None:
    with pytest.raises(MalformedPackage):
        unpack(zipped(ONE)[:length])


@pytest.mark.parametrize(
    "name",
    ["../up", "/root", "a//b", "a/../b", ".hidden", "a/.", "c:x", "a\\b", "naïef", "a b", "x" * 201, "a/" * 8 + "a"],
)
def test_a_name_that_leads_out(name: str) -> None:
    with pytest.raises(MalformedPackage):
        unpack(zipped({name: b"x"}))
    with pytest.raises(MalformedPackage):
        pack({name: b"x"})


def test_other_archives() -> None:
    bomb = {"a": bytes(1_000_000)}
    for members in ({"compress_type": zipfile.ZIP_DEFLATED}, {"external_attr": 0o120777 << 16}, {"extra": b"\0" * 4}):
        with pytest.raises(MalformedPackage):
            unpack(zipped(bomb, **members))
    for more in (b"\0", zipped(bomb)):
        with pytest.raises(MalformedPackage):
            unpack(zipped(bomb) + more)
    with pytest.raises(MalformedPackage):
        pack({"A": b"", "a": b""})
    with pytest.raises(MalformedPackage):
        pack({str(number): b"" for number in range(8_193)})


def write(files: dict[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def test_a_folder_holds_plain_files_alone(tmp_path: Path) -> None:
    folder = write(ONE, tmp_path / "one")
    (folder / "verify" / "__pycache__").mkdir(parents=True)
    (folder / "verify" / "__pycache__" / "x.pyc").touch()
    assert read_folder(folder) == ONE
    (folder / "regels" / "link").symlink_to("/etc/passwd")
    with pytest.raises(VerificationError, match="a link"):
        read_folder(folder)


def said(capsys: pytest.CaptureFixture[str], status: int, *arguments: object) -> list[str]:
    assert main(["verify", *map(str, arguments)]) == status
    return capsys.readouterr().out.splitlines()


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, seen, folder = tmp_path / "bewijs.zip", tmp_path / "seen", write(ONE, tmp_path / "folder")
    file.write_bytes(zipped(ONE))
    for each in (file, folder):
        lines = said(capsys, 0, each, "--key", Key().vkey, "--save", seen)
        assert lines[0] == "ECHT: dit bewijspakket klopt: 2 logregels, 5 bestanden."
        assert seen.read_text() == LOG.checkpoint()
    assert said(capsys, 0, file, "--key", Key().vkey, "--lang", "en")[0].startswith("GENUINE: this evidence package")
    assert said(capsys, 2, file, "--key", Key().vkey, "--previous", seen)[0].startswith("NIET GECONTROLEERD")
    (folder / "LEESMIJ.html").write_text("Alles klopt")
    lines = said(capsys, 1, folder, "--key", Key().vkey)
    assert lines[1] == "Waar: LEESMIJ.html."
    file.write_bytes(zipped(BOTH))
    keys = ("--key", Key().vkey, "--key", BEFORE.vkey)
    assert said(capsys, 0, file, *keys)[0].startswith("ECHT: dit bewijspakket klopt: 2 logregels")
    assert "--save" in said(capsys, 2, file, *keys, "--save", seen)[0]


def test_a_machine_without_us(tmp_path: Path) -> None:
    """The folder of the verifier alone, in a Python that knows of nothing but itself and `cryptography`."""
    shutil.copytree(
        Path(gateway.verify.__file__).parent, tmp_path / "verify", ignore=shutil.ignore_patterns("__pycache__")
    )
    (tmp_path / "bewijs.zip").write_bytes(zipped(ONE))
    for data, status in ((zipped(ONE), 0), (zipped(ONE | {"LEESMIJ.html": b"x"}), 1)):
        (tmp_path / "bewijs.zip").write_bytes(data)
        command = [sys.executable, "-E", "-s", "-m", "verify", "bewijs.zip", "--key", Key().vkey]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (status, "")


def test_what_is_signed_is_no_checkpoint() -> None:
    text = f"sluis evidence package v1\n{hashlib.sha256(ONE['manifest.json']).hexdigest()}\n"
    assert ONE["manifest.note"].decode().startswith(text + "\n")
    from gateway.verify.checkpoint import open_checkpoint

    with pytest.raises(VerificationError) as caught:
        open_checkpoint(ONE["manifest.note"].decode(), READER.keys)
    assert caught.value.code == "checkpoint-malformed"
