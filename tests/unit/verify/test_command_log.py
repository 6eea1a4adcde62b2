"""`gateway verify` on exports and evidence: one verdict whatever is given, its exit status, what is kept and shown."""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import gateway.verify
from gateway.cli import main
from gateway.verify.archive.errors import RecordChanged
from gateway.verify.progress import Meter
from tests.support.authority import Authority, openssl
from tests.support.exports import Export, evidence, record, records, spelled
from tests.unit.verify import oracle
from tests.unit.verify.oracle import RELEASED, Cosigner, Key

WITNESS = Cosigner("w.example", 4, at=1_700_000_000)
EXPORT = Export(records(300, at299=record(299, {"act": "log-closed", "next": {"origin": "x"}})), [Key(), WITNESS])
POLICY = f"log {Key().vkey}\nwitness w {WITNESS.vkey}\nquorum w\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return EXPORT.write(tmp_path / "export")


def said(capsys: pytest.CaptureFixture[str], status: int, *arguments: object) -> list[str]:
    assert main(["verify", *map(str, arguments)]) == status
    return capsys.readouterr().out.splitlines()


def test_a_whole_log(folder: Path, capsys, tmp_path: Path) -> None:
    lines = said(capsys, 0, folder, "--key", Key().vkey)
    assert lines[0] == "ECHT: dit log klopt, van de eerste tot en met de laatste van 300 logregels."
    assert sum(line.startswith("Niet gecontroleerd") for line in lines) == 2
    assert any(line.endswith("300 vergeleken, 0 geopend, 0 gewist") for line in lines)
    assert any("afgesloten" in line for line in lines)
    policy = tmp_path / "policy"
    policy.write_text(POLICY)
    lines = said(capsys, 0, folder, "--policy", policy, "--lang", "en")
    assert lines[0] == "GENUINE: this log holds, from the first to the last of 300 records."
    assert any("w (2023-11-14T22:13:20+00:00)" in line for line in lines)
    assert not any("--policy" in line for line in lines)


def test_what_is_wrong_comes_with_its_place(folder: Path, capsys) -> None:
    bundle = folder / "tile" / "entries" / "000"
    data = bundle.read_bytes()
    at = data.index(b'000000000011"')
    bundle.write_bytes(data[:at] + b"f" + data[at + 1 :])
    lines = said(capsys, 1, folder, "--key", Key().vkey)
    assert lines[0] == f"NIET ECHT: {RecordChanged.nl}"
    assert lines[1] == "Waar: logregel 17, tile/entries/000."
    assert lines[2].endswith("[record-changed]")
    lines = said(capsys, 1, folder, "--key", Key().vkey, "--lang", "en")
    assert lines[:2] == [f"NOT GENUINE: {RecordChanged.en}", "Where: record 17, tile/entries/000."]


def test_a_checkpoint_is_kept_and_compared(folder: Path, capsys, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    said(capsys, 0, folder, "--key", Key().vkey, "--save", seen)
    assert seen.read_bytes() == (folder / "checkpoint").read_bytes()
    lines = said(capsys, 0, folder, "--key", Key().vkey, "--seen", seen, "--save", seen)
    assert "en groeide alleen sinds u het zag (300)" in lines[0]
    seen.write_text(EXPORT.checkpoint(200))
    said(capsys, 0, folder, "--key", Key().vkey, "--seen", seen)
    fork = Export([*records(199), record(1000)]).checkpoint()
    seen.write_text(fork)
    lines = said(capsys, 1, folder, "--key", Key().vkey, "--seen", seen, "--save", seen)
    assert "[log-forked]" in lines[-1]
    assert seen.read_text() == fork
    lines = said(capsys, 2, folder, "--key", Key().vkey, "--save", tmp_path / "none" / "seen")
    assert lines[0].startswith("NIET GECONTROLEERD")
    said(capsys, 2, folder, "--key", Key().vkey, "--seen", tmp_path / "absent")


def test_evidence(capsys, tmp_path: Path) -> None:
    file, answer = tmp_path / "x.evidence.json", tmp_path / "a.jwe"
    file.write_bytes(spelled(evidence(EXPORT, [3, 299])))
    answer.write_bytes(RELEASED + b"\n")
    lines = said(capsys, 0, file, "--key", Key().vkey, "--released", answer, "--save", tmp_path / "seen")
    assert lines[0] == "ECHT: dit bewijs klopt: 2 logregels."
    assert any("log-closed" in line for line in lines)
    assert (tmp_path / "seen").read_text() == EXPORT.checkpoint()
    answer.write_bytes(b"another")
    assert "[other-answer]" in said(capsys, 1, file, "--key", Key().vkey, "--released", answer)[-1]
    file.write_bytes(b"{}")
    assert "[evidence-malformed]" in said(capsys, 1, file, "--key", Key().vkey)[-1]


def test_time_stamps_and_their_roots(capsys, tmp_path: Path) -> None:
    authority, note = Authority(tmp_path / "authority"), EXPORT.checkpoint(250)
    (tmp_path / "note").write_text(note, encoding="utf-8")
    token = authority.stamp(openssl("ts", "-query", "-data", str(tmp_path / "note"), "-sha256", "-cert"))
    export = Export(EXPORT.records, EXPORT.signers, stamps={"2026-11-26": (note, token)})
    folder = export.write(tmp_path / "log")
    lines = said(capsys, 0, folder, "--key", Key().vkey)
    assert any("--roots" in line for line in lines)
    lines = said(capsys, 0, folder, "--key", Key().vkey, "--roots", authority.roots)
    assert not any("--roots" in line for line in lines)
    assert any("tijdstempels:" in line and "1, de laatste van 20" in line for line in lines)
    export.signers = [Key()]  # the witness of the day is no more
    said(capsys, 0, export.write(tmp_path / "later"), "--key", Key().vkey, "--roots", authority.roots)
    forged = note[: note.index("w.example") + 20] + "A" + note[note.index("w.example") + 21 :]
    export.stamps = {"2026-11-26": (forged, token)}
    assert "[stamp-wrong]" in said(capsys, 1, export.write(tmp_path / "forged"), "--key", Key().vkey)[-1]
    other = Authority(tmp_path / "other")
    lines = said(capsys, 1, folder, "--key", Key().vkey, "--roots", other.roots)
    assert lines[1:] == [
        "Waar: stamps/2026-11-26.tsr.",
        "Wat er misging: no valid path leads to a root that you trust [stamp-wrong]",
    ]
    moved = Export(records(300, at9=record(5000)), EXPORT.signers, stamps={"2026-11-26": (note, token)})
    lines = said(capsys, 1, moved.write(tmp_path / "moved"), "--key", Key().vkey)
    assert (lines[1], lines[2][-12:]) == ("Waar: stamps/2026-11-26.checkpoint.", "[log-forked]")
    assert said(capsys, 2, folder, "--key", Key().vkey, "--roots", tmp_path / "note")[0].endswith("(PEM).")


@pytest.mark.parametrize("kind", ["absent", "empty", "binary", "policy", "keys", "unreadable"])
def test_whatever_is_given_there_is_one_verdict(kind: str, folder: Path, capsys, tmp_path: Path) -> None:
    given = tmp_path / "given"
    arguments = [folder, "--key", Key().vkey]
    if kind == "empty":
        given.mkdir()
        arguments[0] = given
    elif kind in ("absent", "binary"):
        arguments[0] = given
    if kind not in ("absent", "empty"):
        given.write_bytes(bytes(range(256)))
    if kind in ("policy", "keys"):
        arguments += [f"--{kind}", given]
    if kind == "unreadable":
        arguments[0] = Path("/proc/self/mem")
    assert main(["verify", *map(str, arguments)]) in (1, 2)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(("NIET ECHT: ", "NIET GECONTROLEERD: "))
    assert sum(line.startswith(("ECHT", "NIET")) for line in lines) == 1


def test_names_that_cannot_be_printed(folder: Path, tmp_path: Path) -> None:
    (folder / os.fsdecode(b"\xff\xfe")).touch()
    command = [sys.executable, "-m", "gateway", "verify", str(folder), "--key", Key().vkey]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False, env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"[archive-stray-file]" in done.stdout


def test_the_folder_judges_logs_alone(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(Path(gateway.verify.__file__).parent, tmp_path / "alone" / "verify")
    code = "from verify.archive import pool; pool.ALONE_BELOW = 0; import runpy, sys\n"
    code += "if __name__ == '__main__':\n    runpy.run_module('verify', run_name='__main__')\n"
    (tmp_path / "alone" / "several.py").write_text(code)
    for program in (["-m", "verify"], ["several.py"]):
        command = [sys.executable, *program, str(folder), "--key", Key().vkey]
        done = subprocess.run(
            command, cwd=tmp_path / "alone", env={}, capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stdout[:5], done.stderr) == (0, "ECHT:", "")


def test_progress_is_for_who_waits(folder: Path, capsys) -> None:
    assert main(["verify", str(folder), "--key", Key().vkey]) == 0
    assert capsys.readouterr().err == ""
    assert main(["verify", str(folder), "--key", Key().vkey, "--progress"]) == 0
    assert "logregels: 300 / 300\n" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_has_one_line_that_is_wiped() -> None:
    stream = Terminal()
    with Meter(stream, "en", shown=True) as meter:
        for done in range(0, 1000, 5):
            meter(done, 1000, "records")
    assert stream.getvalue().count("\r\x1b[K") == 101
    assert "\n" not in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_a_stream_that_is_closed_stops_nothing() -> None:
    stream = io.StringIO()
    meter = Meter(stream, "nl", shown=True)
    stream.close()
    meter(1, 2, "tiles")


def test_a_receipt_and_what_the_reader_asks_of_it(capsys, tmp_path: Path) -> None:
    leaves = [each.leaf for each in EXPORT.records]
    receipt, policy, seen = tmp_path / "r.tlog-proof", tmp_path / "policy", tmp_path / "seen"
    receipt.write_text(oracle.receipt(leaves, 3, EXPORT.checkpoint()), encoding="utf-8")
    policy.write_text(POLICY)
    lines = said(capsys, 0, receipt, "--policy", policy, "--save", seen)
    assert any("w (2023-11-14T22:13:20+00:00)" in line for line in lines)
    assert seen.read_text() == EXPORT.checkpoint()
    said(capsys, 0, receipt, "--policy", policy, "--seen", seen)
    seen.write_text(EXPORT.checkpoint(200))
    assert any("dat u eerder zag" in line for line in said(capsys, 0, receipt, "--policy", policy, "--seen", seen))
    seen.write_text(Export([*records(299), record(1000)]).checkpoint())
    assert "[log-forked]" in said(capsys, 1, receipt, "--policy", policy, "--seen", seen)[-1]
    receipt.write_text(oracle.receipt(leaves, 3), encoding="utf-8")
    assert "[quorum-missing]" in said(capsys, 1, receipt, "--policy", policy)[-1]


@pytest.mark.parametrize(
    ("kind", "option"),
    [("receipt", "roots"), ("receipt", "previous"), ("evidence", "previous"), ("log", "released")],
)
def test_what_cannot_be_checked_is_not_passed_over(capsys, tmp_path: Path, kind: str, option: str) -> None:
    given, other = tmp_path / "given", tmp_path / "other"
    if kind == "log":
        EXPORT.write(given)
    else:
        receipt = oracle.receipt([each.leaf for each in EXPORT.records], 3)
        given.write_bytes(receipt.encode() if kind == "receipt" else spelled(evidence(EXPORT, [3])))
    other.write_bytes(
        Authority(tmp_path / "a").roots.read_bytes() if option == "roots" else EXPORT.checkpoint().encode()
    )
    lines = said(capsys, 2, given, "--key", Key().vkey, f"--{option}", other)
    assert lines == [f"NIET GECONTROLEERD: --{option} kan voor dit bestand niet worden nagegaan."]
