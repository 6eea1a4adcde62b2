"""`gateway witness` on a real folder: what it makes, prints and refuses."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.cli import FAULT, USAGE, main
from gateway.crypto.passphrase import read_passphrase
from gateway.store.witness_folder import open_folder
from gateway.verify.keys import VerifierKey
from gateway.witness import http
from gateway.witness.judge import Refused
from gateway.witness.server import SERVING, Witness
from tests.unit.verify.oracle import Cosigner, Key
from tests.unit.witness.logs import Log

NAME = "witness.example/sluis"
LOG = Log()


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    file = tmp_path / "passphrase"
    file.write_text("a passphrase of a test\n")
    return file


@pytest.fixture
def folder(tmp_path: Path, passphrase: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["witness", "init", str(tmp_path / "w"), "--name", NAME, "--passphrase-file", str(passphrase)]) == 0
    return tmp_path / "w"


def test_it_prints_the_two_keys_that_others_trust(folder, passphrase, capsys):
    keys = [VerifierKey.parse(line) for line in capsys.readouterr().out.splitlines()]
    assert [(key.name, key.kind) for key in keys] == [(NAME, 4), (NAME, 6)]
    opened = open_folder(folder, passphrase.read_bytes().strip())
    assert [each.verifier for each in opened.cosigners] == keys
    opened.state.close()
    assert main(["witness", "show", str(folder)]) == 0
    assert capsys.readouterr().out == "".join(f"witness {key}\n" for key in keys)
    for file in [folder, *folder.rglob("*")]:
        assert file.stat().st_mode & 0o077 == 0


def test_it_shows_what_it_follows_cosigned_and_what_forked(folder, passphrase, capsys):
    published = Cosigner("log.example/zvh/2026", seed=b"p" * 32)
    assert main(["witness", "add-log", str(folder), LOG.vkey, published.vkey, "--every-year"]) == 0
    assert main(["witness", "add-log", str(folder), Key("log.example/other").vkey]) == 0
    opened = open_folder(folder, read_passphrase(passphrase, state=folder, development=False))
    own = Witness(opened.cosigners, opened.state, lambda: datetime(2026, 11, 26, 4, tzinfo=UTC))
    own.add_checkpoint(LOG.request(0, 5))
    capsys.readouterr()
    assert main(["witness", "show", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "follows log.example/zvh/2026" in shown
    assert shown.count("every later year") == 2
    assert "follows log.example/other" in shown
    assert "cosigned log.example/zvh/2026 size 5 at 2026-11-26T04:00:00+00:00" in shown
    assert main(["witness", "show", str(folder), "--note", "log.example/zvh/2026"]) == 0
    assert capsys.readouterr().out == LOG.note(5)
    assert main(["witness", "show", str(folder), "--note", "log.example/other"]) == 2
    assert "nothing of log.example/other" in capsys.readouterr().err
    with pytest.raises(Refused):
        own.add_checkpoint(Log(branch="other ").request(5, 5))
    opened.state.close()
    assert main(["witness", "show", str(folder)]) == 1
    forked = capsys.readouterr().out
    assert LOG.note(5) in forked
    assert Log(branch="other ").note(5) in forked


def test_a_folder_is_made_once_and_whole(folder, passphrase, tmp_path, capsys):
    again = ["witness", "init", str(folder), "--name", NAME, "--passphrase-file", str(passphrase)]
    before = sorted(folder.rglob("*"))
    assert main(again) == FAULT
    assert sorted(folder.rglob("*")) == before
    for name in ("a name", "a+b", "", "n" * 256):
        assert (
            main(["witness", "init", str(tmp_path / "x"), "--name", name, "--passphrase-file", str(passphrase)])
            == USAGE
        )
    passphrase.write_text("short")
    assert main(["witness", "init", str(tmp_path / "x"), "--name", NAME, "--passphrase-file", str(passphrase)]) == FAULT
    assert main(["witness", "init", str(tmp_path / "x"), "--name", NAME, "--passphrase-file", "absent"]) == FAULT
    assert not (tmp_path / "x").exists()
    assert list(tmp_path.glob(".x.*")) == []


def test_what_is_no_log_is_not_followed(folder, tmp_path, capsys):
    for wrong in (["nonsense"], [LOG.vkey, "nonsense"], [Cosigner(kind=4).vkey], [Key("x").vkey, "--every-year"]):
        assert main(["witness", "add-log", str(folder), *wrong]) == USAGE
        assert "nothing was added" in capsys.readouterr().err
    assert main(["witness", "add-log", str(tmp_path / "absent"), LOG.vkey]) == FAULT
    assert main(["witness", "show", str(tmp_path / "absent")]) == FAULT
    main(["witness", "show", str(folder)])
    assert "follows" not in capsys.readouterr().out


def test_it_keeps_a_connection_longer_than_who_asks_does_and_writes_no_access_log():
    """Else a log's request would now and then go down with a connection that was just being closed."""
    assert SERVING["timeout_keep_alive"] > http.KEEP_ALIVE
    assert SERVING["access_log"] is False


def test_another_passphrase_serves_nothing(folder, passphrase):
    passphrase.write_text("another passphrase of a test")
    assert main(["witness", "serve", str(folder), "--port", "0", "--passphrase-file", str(passphrase)]) == FAULT
