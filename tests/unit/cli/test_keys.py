"""`gateway keys` on a real state folder: what it prints, what it leaves, and what it never shows."""

import json
from pathlib import Path

import pytest

from gateway.cli import FAULT, main
from gateway.crypto.keystore import PURPOSES


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SLUIS_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("SLUIS_DEVELOPMENT", "true")
    return tmp_path / "state"


def test_init_list_rotate(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "list"]) == FAULT
    assert "gateway keys init" in capsys.readouterr().err
    assert main(["keys", "init"]) == 0
    assert main(["keys", "list"]) == 0
    listed = capsys.readouterr().out
    assert all(f"\n{purpose} " in listed for purpose in PURPOSES)
    assert main(["keys", "rotate", "token"]) == 0
    assert "is pending" in capsys.readouterr().out
    assert main(["keys", "rotate", "token"]) == FAULT
    assert "keys-waiting" in capsys.readouterr().err
    assert main(["keys", "rotate", "token", "--leaked"]) == 0
    assert main(["keys", "rotate", "digest"]) == FAULT
    assert main(["keys", "init"]) == FAULT


def test_the_key_set_is_public(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["keys", "init"])
    capsys.readouterr()
    assert main(["keys", "list", "--jwks"]) == 0
    keys = json.loads(capsys.readouterr().out)["keys"]
    assert len(keys) == 9
    assert all(not {"d", "priv"} & key.keys() for key in keys)


def test_a_missing_key_is_told(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["keys", "init"])
    next((state / "keys").glob("release.*.json")).unlink()
    assert main(["keys", "list"]) == 1
    assert "release              missing" in capsys.readouterr().out


def test_a_store_of_before_gets_the_keys_of_new_purposes(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["keys", "init"])
    for purpose in ("published-zvh", "audit-zvh"):
        next((state / "keys").glob(f"{purpose}.*.json")).unlink()
    assert main(["keys", "list"]) == 1
    assert "gateway keys add published-zvh" in capsys.readouterr().out
    assert main(["keys", "add", "published-zvh", "audit-zvh"]) == 0
    assert main(["keys", "list"]) == 0
    assert main(["keys", "add", "published-zvh"]) == FAULT
    assert "keys-fixed" in capsys.readouterr().err


def test_without_a_passphrase_nothing_is_made_in_production(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUIS_DEVELOPMENT", "false")
    monkeypatch.setenv("SLUIS_PUBLIC_URL", "https://sluis.example")
    monkeypatch.setenv("SLUIS_WITNESSES", "none")
    assert main(["keys", "init"]) == FAULT
    assert not state.exists()
