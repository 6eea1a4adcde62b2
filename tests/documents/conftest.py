"""A folder that looks like a clone after `make setup`, with what `make run` starts running in it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.newcomer import free_ports_in_a_row

PATIENCE = 240.0
"""Seconds that `make run` may take on a busy machine: it writes a year first."""
LINKED = ("deploy", "gateway", "keys", "policies", "tests", "Makefile", "pyproject.toml")
READY = "Serving until Ctrl-C"


@dataclass(frozen=True, slots=True)
class Clone:
    """`said`: what `gateway run` printed until it served."""

    folder: Path
    port: int
    environment: Mapping[str, str]
    said: str

    def here(self, text: str) -> str:
        """A document's text for this sandbox: its ports, and nothing else, are other ones."""
        return re.sub(r"\b840[0-4]\b", lambda said: str(int(said[0]) - 8400 + self.port), text)

    def run(self, *command: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=dict(self.environment),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whichever test comes first waits for the clone."""
    for item in items:
        if "clone" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(PATIENCE + 60))


@pytest.fixture(scope="session")
def clone(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    folder, port = tmp_path_factory.mktemp("clone"), free_ports_in_a_row()
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name, module in (("python", ""), ("gateway", "-m gateway")):
        program = folder / ".venv" / "bin" / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
        program.chmod(0o700)
    for name in LINKED:
        (folder / name).symlink_to(root / name)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SLUIS_")} | {
        "PYTHONPATH": str(root),
        "COLUMNS": "80",
        "SLUIS_PORT": str(port),
        "SLUIS_HOLDER_TIMEOUT": "1",
    }
    output = folder / "output"
    with output.open("w") as file:
        process = subprocess.Popen(
            [".venv/bin/gateway", "run"], cwd=folder, env=environment, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        yield Clone(folder, port, environment, _await(process, output))
    finally:
        process.send_signal(signal.SIGINT)
        try:
            ended = process.wait(40)
        finally:
            process.kill()
    assert ended == 0, output.read_text()
    assert output.read_text().endswith("Stopped.\n")


def _await(process: subprocess.Popen[bytes], output: Path) -> str:
    until = time.monotonic() + PATIENCE
    while READY not in output.read_text():
        if process.poll() is not None or time.monotonic() > until:
            pytest.fail(f"gateway run did not come to serve:\n{output.read_text()}")
        time.sleep(0.1)
    return output.read_text()
