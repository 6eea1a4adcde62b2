"""`gateway desk` says in a sentence why it does not start."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from gateway.cli import main
from gateway.sandbox.provider import SandboxProvider

COMPLETE = {
    "SLUIS_DESK_URL": "https://bureau.example",
    "SLUIS_DESK_ISSUER": "https://id.example",
    "SLUIS_DESK_CLIENT_ID": "bureau",
    "SLUIS_DESK_CLIENT_SECRET_FILE": "/nowhere/secret",
    "SLUIS_WITNESSES": "none",
    "SLUIS_PUBLIC_URL": "https://sluis.example",
}


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("SLUIS_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("SLUIS_DEVELOPMENT", raising=False)
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    yield
    structlog.reset_defaults()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.mark.parametrize("name", [name for name in COMPLETE if name.startswith("SLUIS_DESK")])
def test_a_setting_that_lacks_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(name)
    assert main(["desk"]) == 2
    assert capsys.readouterr().err == f"gateway: nobody can sign in to the desk without {name}\n"


def test_an_issuer_of_a_sandbox_is_refused_in_earnest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLUIS_DESK_ISSUER", "http://127.0.0.1:8404")
    assert main(["desk"]) == 2
    assert "desk_issuer must be https and not on loopback, save in development" in capsys.readouterr().err


def test_a_port_that_is_taken_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        monkeypatch.setenv("SLUIS_DESK_PORT", str(port))
        assert main(["desk"]) == 2
    assert f"127.0.0.1:{port} is not free" in capsys.readouterr().err


def test_a_secret_that_cannot_be_read_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLUIS_DESK_PORT", str(free_port()))
    assert main(["desk"]) == 3
    assert capsys.readouterr().err == "gateway: desk-state-unavailable: the desk's secret: FileNotFoundError\n"


def test_in_development_the_sandbox_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in COMPLETE:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SLUIS_DEVELOPMENT", "true")
    assert main(["desk"]) == 2
    assert "SLUIS_DESK_ISSUER" in capsys.readouterr().err
    provider = SandboxProvider(tmp_path / "state" / "sandbox")
    provider.prepare()
    for name in provider.environment(1, ""):
        monkeypatch.setenv(name, "")  # so that what the command sets is taken back after the test
        monkeypatch.delenv(name)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("SLUIS_DESK_PORT", str(listener.getsockname()[1]))
        assert main(["desk"]) == 2
    assert "is not free" in capsys.readouterr().err, "the settings are still thought to lack"
