"""`gateway verify`: the verdict in a sentence, the exit status, and that the folder runs alone."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import gateway.verify
from gateway.cli import main
from gateway.verify import VerifierKey, errors
from tests.unit.verify import oracle
from tests.unit.verify.oracle import RELEASED, Key

LEAVES = [oracle.leaf(number) for number in range(5)]


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    file = tmp_path / "r.tlog-proof"
    file.write_text(oracle.receipt(LEAVES, 3), encoding="utf-8")
    return file


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    file = tmp_path / "a.jwe"
    file.write_bytes(RELEASED + b"\n")
    return file


def test_a_genuine_receipt(receipt, answer, capsys):
    assert main(["verify", str(receipt), "--key", Key().vkey]) == 0
    said = capsys.readouterr().out
    assert said.startswith("ECHT: ")
    assert "--released" in said
    assert oracle.ORIGIN in said
    assert main(["verify", str(receipt), "--key", Key().vkey, "--released", str(answer), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("GENUINE: this receipt holds and belongs to this answer.")
    assert "--released" not in said


def test_a_simulation_says_so(receipt, capsys):
    receipt.write_text(oracle.receipt([oracle.leaf(simulation=True)], 0), encoding="utf-8")
    assert main(["verify", str(receipt), "--key", Key().vkey]) == 0
    assert "simulatie" in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_what_does_not_hold_is_named(receipt, answer, capsys, lang):
    answer.write_bytes(b"another")
    assert main(["verify", str(receipt), "--key", Key().vkey, "--released", str(answer), "--lang", lang]) == 1
    said = capsys.readouterr().out
    assert said.startswith("NIET ECHT: " if lang == "nl" else "NOT GENUINE: ")
    assert getattr(errors.OtherAnswer, lang) in said
    assert "[other-answer]" in said


def test_the_expected_log(receipt, capsys):
    assert main(["verify", str(receipt), "--key", Key().vkey, "--origin", "log.example/zvh/2025"]) == 1
    assert "[origin-wrong]" in capsys.readouterr().out


def test_keys_from_a_file(receipt, tmp_path, capsys):
    keys = tmp_path / "keys.txt"
    keys.write_text(f"# the log\n\n{Key('witness.example').vkey}\n  {Key().vkey}\n", encoding="utf-8")
    assert main(["verify", str(receipt), "--keys", str(keys)]) == 0


@pytest.mark.parametrize(("option", "code"), [("key", "verifier-key"), ("keys", "verifier-key"), ("policy", "policy")])
def test_what_is_wrong_with_the_readers_own_says_nothing_of_the_receipt(receipt, tmp_path, capsys, option, code):
    own = tmp_path / "own"
    own.write_text("nonsense\n", encoding="utf-8")
    given = "nonsense" if option == "key" else str(own)
    assert main(["verify", str(receipt), "--key", Key().vkey, f"--{option}", given]) == 2
    said = capsys.readouterr().out
    assert said.startswith(f"NIET GECONTROLEERD: {'--key' if option == 'key' else own} is niet te lezen")
    assert f"[{code}-malformed]" in said


def test_a_signature_for_which_no_key_was_given_is_told(receipt, capsys):
    stranger = Key("witness.example")
    note = oracle.checkpoint(LEAVES, Key(), stranger)
    receipt.write_text(oracle.receipt(LEAVES, 3, note), encoding="utf-8")
    assert main(["verify", str(receipt), "--key", Key().vkey]) == 0
    said = capsys.readouterr().out
    told = f"{stranger.name} ({VerifierKey.parse(stranger.vkey).id.hex()})"
    assert f"Niet gecontroleerd: een handtekening van {told}; de sleutel daarvan gaf u niet." in said
    assert main(["verify", str(receipt), "--key", Key().vkey, "--key", stranger.vkey]) == 0
    said = capsys.readouterr().out
    assert "witness.example (" in said
    assert "handtekening van" not in said


def test_what_cannot_be_checked_is_no_verdict(receipt, tmp_path, capsys):
    assert main(["verify", str(receipt)]) == 2
    assert main(["verify", str(tmp_path / "absent"), "--key", Key().vkey]) == 2
    keys = tmp_path / "keys.txt"
    keys.write_bytes(b"\xff")
    assert main(["verify", str(receipt), "--keys", str(keys)]) == 2
    assert all(line.startswith("NIET GECONTROLEERD: ") for line in capsys.readouterr().out.splitlines())


def test_the_folder_runs_alone(receipt, tmp_path):
    shutil.copytree(Path(gateway.verify.__file__).parent, tmp_path / "verify")
    command = [sys.executable, "-m", "verify", str(receipt), "--key", Key().vkey]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout[:5], done.stderr) == (0, "ECHT:", "")
    receipt.write_text(oracle.receipt(LEAVES, 3).replace("index 3", "index 2"), encoding="utf-8")
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "[not-included]" in done.stdout


def test_every_error_has_a_code_and_sentences_of_its_own():
    kinds = errors.VerificationError.__subclasses__()
    assert len(kinds) > 30
    for name in ("code", "nl", "en"):
        assert len({getattr(kind, name) for kind in kinds}) == len(kinds)
