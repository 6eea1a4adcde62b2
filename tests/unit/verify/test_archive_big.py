"""A log of three levels of tiles, read by one process and by several: the same verdict, however many looked."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gateway.verify.archive.folder import ExportFolder
from gateway.verify.archive.judge import verify_log
from gateway.verify.archive.scan import Stretch, scan
from gateway.verify.errors import VerificationError
from gateway.verify.keys import VerifierKey
from gateway.verify.trust import Reader
from tests.support.exports import Export, Record
from tests.unit.verify import oracle
from tests.unit.verify.oracle import Key

SIZE = 65_800
READER = Reader([VerifierKey.parse(Key().vkey)])


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    leaves = [Record(oracle.leaf(number), b"") for number in range(SIZE)]
    return Export(leaves, bodies=False).write(tmp_path_factory.mktemp("big"))


class Fatal(ExportFolder):
    """An export at which any process but the first dies."""

    def entries(self, bundle: int, width: int):
        if os.getpid() != int(self.folder.joinpath("..", "first").read_text()):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().entries(bundle, width)


@pytest.mark.parametrize("processes", [None, 1, 2])
def test_the_same_however_many_look(big: Path, processes: int | None) -> None:
    done = []
    verified = verify_log(ExportFolder(big), READER, processes=processes, progress=lambda *step: done.append(step))
    assert (big / "tile" / "2" / "000.p" / "1").exists()
    assert verified.found.records == SIZE
    records = [step[0] for step in done if step[2] == "records"]
    assert records == sorted(records)
    assert records[-1] == SIZE


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize(
    ("name", "at", "code", "record"),
    [
        ("tile/2/000.p/1", 5, "tile-changed", None),
        ("tile/1/000", 8000, "tile-changed", None),
        ("tile/1/001.p/1", 31, "tile-changed", None),
        ("tile/0/255", 100, "tile-changed", None),
        ("tile/entries/200", 60_000, "record-changed", 51_326),
    ],
)
def test_one_byte_in_the_depth(big: Path, name: str, at: int, code: str, record: int | None, processes: int) -> None:
    file = big / name
    kept = file.read_bytes()
    file.write_bytes(kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :])
    try:
        with pytest.raises(VerificationError) as caught:
            verify_log(ExportFolder(big), READER, processes=processes)
    finally:
        file.write_bytes(kept)
    assert (caught.value.code, caught.value.record, caught.value.file) == (code, record, name)


def test_the_first_of_two_wrong_records_is_named(big: Path) -> None:
    kept = {number: (big / f"tile/entries/{number}").read_bytes() for number in (130, 250)}
    try:
        for number, data in kept.items():
            (big / f"tile/entries/{number}").write_bytes(data[:100] + b"?" + data[101:])
        with pytest.raises(VerificationError) as caught:
            verify_log(ExportFolder(big), READER, processes=2)
    finally:
        for number, data in kept.items():
            (big / f"tile/entries/{number}").write_bytes(data)
    assert caught.value.record == 130 * 256


def test_processes_that_die_are_made_up_for(big: Path) -> None:
    (big.parent / "first").write_text(str(os.getpid()))
    assert verify_log(Fatal(big), READER, processes=2).found.records == SIZE


@pytest.mark.parametrize("program", ["/nowhere", "/bin/false", "/bin/cat", ""])
def test_processes_that_cannot_be_had(big: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(sys, "executable", program)
    assert verify_log(ExportFolder(big), READER, processes=2).found.records == SIZE


def test_it_needs_nothing_of_who_calls(big: Path) -> None:
    """A program on the standard input, without a guard of its own, runs once."""
    program = (
        "from pathlib import Path; from gateway.verify.archive.judge import verify_log; print('once')\n"
        "from gateway.verify.archive.folder import ExportFolder; from gateway.verify.trust import Reader\n"
        f"from gateway.verify.keys import VerifierKey; key = VerifierKey.parse({Key().vkey!r})\n"
        f"print(verify_log(ExportFolder(Path({str(big)!r})), Reader([key]), processes=2).found.records)\n"
    )
    root = Path(__file__).parents[3]
    command = [sys.executable, "-"]
    done = subprocess.run(command, input=program, capture_output=True, text=True, cwd=root, timeout=60, check=False)
    assert (done.stdout, done.stderr) == (f"once\n{SIZE}\n", "")


def test_a_stretch_by_itself(big: Path) -> None:
    read = scan(Stretch(ExportFolder(big), 255, 3, SIZE, bytes(32), "zvh"))
    assert (read.records, len(read.nodes), len(read.edge), len(read.ids)) == (520, 2, 8 * 32, 520 * 16)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_process_is_left_behind(big: Path, number: signal.Signals) -> None:
    """Ctrl-C ends in a verdict; and whose first process is killed goes too."""
    code = (
        "import argparse, sys; from gateway.verify import command; from gateway.verify.archive import pool\n"
        "if __name__ == '__main__':\n"
        "    pool.ALONE_BELOW = 0; parser = argparse.ArgumentParser(); command.add_arguments(parser)\n"
        "    while not (status := command.run(parser.parse_args())):\n        pass\n    sys.exit(status)\n"
    )
    script = big.parent / "endless.py"
    script.write_text(code)
    arguments = [sys.executable, str(script), str(big), "--key", Key().vkey, "--progress"]
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root, env={"PYTHONPATH": str(root)}
    ) as first:
        assert first.stderr is not None
        while not first.stderr.readline().startswith("logregels: 1"):
            assert first.poll() is None
        children = Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text().split()
        assert len(children) >= 2
        first.send_signal(number)
        said, _ = first.communicate(timeout=60)
    if number is signal.SIGINT:
        assert said.splitlines()[-1].startswith("NIET GECONTROLEERD: onderbroken")
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [child for child in children if Path(f"/proc/{child}").exists()]
