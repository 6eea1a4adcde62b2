"""Tessera's own checker (`cmd/fsck`) accepts what is exported and what is served, and nothing that was changed.

It ends with status 0 whatever it finds, so its last words count.
"""

import asyncio
import functools
import http.server
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.api import create_api
from gateway.catalogue import Catalogue
from gateway.settings import Settings
from gateway.store.sqlite.log_reader import SqliteLogReader
from gateway.tlog.export.export import export
from gateway.tlog.public import PublicLogs
from tests.support.serving import serving
from tests.unit.api.simulators import Simulator
from tests.unit.tlog.bench import Bench
from tests.unit.tlog.memory import SIGNER, Memory

pytestmark = pytest.mark.part("tessera")
Fsck = Callable[[str, str], str]


@pytest.fixture
def fsck(root: Path, tmp_path: Path) -> Fsck:
    """(URL of a log, its verifier key) → what Tessera says at the end."""

    def check(url: str, key: str) -> str:
        file = tmp_path / "key"
        file.write_text(f"{key}\n")
        command = [root / ".parts/bin/fsck", f"--storage_url={url}", f"--public_key={file}", "--ui=false", "-N=4"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        return done.stderr.splitlines()[-1].partition("] ")[2]

    return check


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 4_096, 65_536, 70_000])
def test_it_accepts_an_export(fsck: Fsck, tmp_path: Path, size: int) -> None:
    export(Memory(size), tmp_path / "out", bodies=True)
    said = fsck(f"file://{tmp_path}/out/", SIGNER.vkey)
    assert said.startswith(f"Successfully fsck'd log with size {size} ")


def test_it_accepts_an_export_that_grew(fsck: Fsck, tmp_path: Path) -> None:
    for size in (3, 200, 256, 300, 1_000):
        export(Memory(size), tmp_path / "out")
        assert fsck(f"file://{tmp_path}/out/", SIGNER.vkey).startswith(f"Successfully fsck'd log with size {size} ")


@pytest.mark.parametrize(
    "name", ["checkpoint", "tile/entries/000", "tile/entries/001.p/44", "tile/0/000", "tile/1/000.p/1"]
)
def test_it_refuses_a_changed_byte(fsck: Fsck, tmp_path: Path, name: str) -> None:
    export(Memory(300), tmp_path / "out")
    content = bytearray((tmp_path / "out" / name).read_bytes())
    content[21] ^= 1
    (tmp_path / "out" / name).write_bytes(content)
    assert "Successfully" not in fsck(f"file://{tmp_path}/out/", SIGNER.vkey)


def test_any_web_server_can_serve_an_export(fsck: Fsck, tmp_path: Path) -> None:
    export(Memory(700), tmp_path / "out")
    handler = functools.partial(QuietHandler, directory=str(tmp_path / "out"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            said = fsck(f"http://127.0.0.1:{server.server_port}/", SIGNER.vkey)
        finally:
            server.shutdown()
            thread.join()
    assert said.startswith("Successfully fsck'd log with size 700 ")


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


async def test_it_accepts_a_log_that_is_served_and_its_export(fsck: Fsck, tmp_path: Path) -> None:
    bench = Bench(tmp_path / "state")
    logs = await bench.logs()
    services = replace(Simulator().services(), logs=PublicLogs(logs))
    app = create_api(services, Settings(development=True, requests_per_minute=10**6), Catalogue.load())
    key = next(key for key in logs.verifiers if "zvh" in key)
    try:
        async with serving(app) as port:
            for more, size in ((1, 1), (255, 256), (300, 556)):
                await asyncio.gather(*(bench.append(logs) for _ in range(more)))
                said = await asyncio.to_thread(fsck, f"http://127.0.0.1:{port}/v1/logs/zvh/2026/", key)
                assert said.startswith(f"Successfully fsck'd log with size {size} ")
                reader = SqliteLogReader.beside(bench.folder / "log" / "zvh-2026.sqlite")
                export(reader, tmp_path / "out")
                reader.close()
                assert fsck(f"file://{tmp_path}/out/", key).split()[-2:] == said.split()[-2:]
    finally:
        logs.close()
