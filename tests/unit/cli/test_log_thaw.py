"""`gateway log thaw`: what a red verdict froze goes on when an operator says why, and that is recorded first."""

from pathlib import Path

import pytest

from gateway.app import SystemClock
from gateway.cli import main
from gateway.crypto.keystore import KeyStore
from gateway.model.codes import Tenant
from gateway.review.looks import Looks
from gateway.store.frozen import FrozenFiles
from gateway.store.sqlite.log_folder import LogFolder

PASSPHRASE = b"a passphrase of the tests alone"
THAW = ("log", "thaw", "--tenant", "zvh", "--because", "disk replaced")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    state = tmp_path / "state"
    (tmp_path / "passphrase").write_bytes(PASSPHRASE)
    KeyStore.create(state / "keys", PASSPHRASE, now=SystemClock().now())
    for name, value in (("STATE", state), ("PASSPHRASE_FILE", tmp_path / "passphrase"), ("DEVELOPMENT", "true")):
        monkeypatch.setenv(f"SLUIS_{name}", str(value))
    return state


def test_releases_go_on_and_who_let_them_is_recorded(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = FrozenFiles(state / "frozen")
    files.freeze(Tenant.ZVH, "record-changed")
    assert main([*THAW]) == 0
    assert "gaan weer door. Zij stonden stil door: record-changed" in capsys.readouterr().out
    assert not files.frozen(Tenant.ZVH)
    [looked] = Looks(LogFolder(state)).all()
    assert (looked.look.what, looked.look.filter) == ("log thaw", "disk replaced")
    assert main([*THAW]) == 1
    assert "stonden niet stil" in capsys.readouterr().err


def test_what_cannot_be_recorded_stays_frozen(state: Path, tmp_path: Path) -> None:
    files = FrozenFiles(state / "frozen")
    files.freeze(Tenant.ZVH, "record-changed")
    (tmp_path / "passphrase").write_bytes(b"another passphrase, long enough")
    assert main([*THAW]) == 3
    assert files.frozen(Tenant.ZVH)
