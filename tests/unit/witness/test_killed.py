"""The witness as a process that is killed at any moment: what it cosigned it knows, and it cosigns no fork after it."""

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from gateway.cli import FAULT, main
from tests.unit.witness.logs import Log

LOG = Log()
KILLS = 3


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("a passphrase of a test\n")
    made = [
        "witness",
        "init",
        str(tmp_path / "w"),
        "--name",
        "witness.example/w1",
        "--passphrase-file",
        str(passphrase),
    ]
    assert main(made) == 0
    assert main(["witness", "add-log", str(tmp_path / "w"), LOG.vkey]) == 0
    return tmp_path / "w"


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen, httpx.Client]]:
    command = [sys.executable, "-m", "gateway", "witness", "serve", str(folder), "--port", "0"]
    command += ["--passphrase-file", str(folder.with_name("passphrase"))]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
    ) as running:
        try:
            port = json.loads(running.stdout.readline())["port"]
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
                yield running, client
        finally:
            running.kill()


def held(client: httpx.Client) -> int:
    """The size that it cosigned last."""
    answer = client.post("/add-checkpoint", content=LOG.request(0, 1_000))
    return int(answer.text) if answer.status_code == 409 else pytest.fail(answer.text)


def test_killed_at_any_moment_it_forgets_nothing_that_it_cosigned(folder: Path) -> None:
    cosigned, sent = 0, 0
    for kill in range(KILLS):
        with serving(folder) as (running, client):
            timer = threading.Timer(0.15 + 0.07 * kill, running.kill)
            if kill:
                assert cosigned <= held(client) <= sent
                cosigned = held(client)
                assert client.post("/add-checkpoint", content=LOG.request(cosigned, cosigned)).status_code == 200
            timer.start()
            with suppress(httpx.TransportError):
                for size in itertools.count(cosigned + 1):
                    sent = size
                    answer = client.post("/add-checkpoint", content=LOG.request(size - 1, size))
                    assert answer.status_code == 200, answer.text
                    cosigned = size
            assert running.wait(timeout=10) == -signal.SIGKILL
    assert cosigned > KILLS
    with serving(folder) as (_, client):
        size = held(client)
        assert cosigned <= size <= sent
        fork = Log(branch="other ", since=size - 1)
        for body in (fork.request(size, size), fork.request(size, size + 1), fork.request(size - 1, size + 1)):
            assert client.post("/add-checkpoint", content=body).status_code in (409, 422)
        assert client.post("/add-checkpoint", content=LOG.request(size, size + 1)).status_code == 200


def test_it_stops_when_it_is_told_to_and_writes_nothing_of_what_it_was_sent(folder: Path) -> None:
    with serving(folder) as (running, client):
        assert client.get("/healthz").text == "ok\n"
        assert client.post("/add-checkpoint", content=LOG.request(0, 3)).status_code == 200
        assert client.post("/add-checkpoint", content=b"a secret").status_code == 400
        running.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        rest = running.stdout.read()
        assert time.monotonic() - begun < 5
        assert "secret" not in rest
        assert LOG.origin not in rest


def test_a_witness_that_forgot_or_has_other_keys_does_not_serve(folder: Path, tmp_path: Path) -> None:
    serve = ["witness", "serve", str(folder), "--port", "0", "--passphrase-file", str(tmp_path / "passphrase")]
    state = folder / "witness.sqlite"
    state.rename(tmp_path / "kept.sqlite")
    assert main(serve) == FAULT
    assert not state.exists()
    other = tmp_path / "other"
    made = [
        "witness",
        "init",
        str(other),
        "--name",
        "witness.example/w1",
        "--passphrase-file",
        str(tmp_path / "passphrase"),
    ]
    assert main(made) == 0
    (other / "witness.sqlite").rename(state)
    assert main(serve) == FAULT
