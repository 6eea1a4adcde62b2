"""Builds the Go programs of `tests/peers`, each from the modules that its go.sum pins.

Rules: a first build fetches and compiles everything, so whoever builds is marked `timeout(600)`; where nothing can be
fetched the test is left out, save with SLUIS_REQUIRE_PARTS=1.
"""

import os
import subprocess
from pathlib import Path

import pytest

UNREACHABLE = ("dial tcp", "no such host", "i/o timeout", "proxyconnect", "module lookup disabled")
PATIENCE = 580.0


def build(source: Path, folder: Path) -> Path:
    """The program of the module in the folder `source`, built into `folder`."""
    program = folder / "peer"
    command = ["go", "build", "-mod=readonly", "-o", str(program), "."]
    built = subprocess.run(command, cwd=source, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if any(sign in built.stderr for sign in UNREACHABLE) and os.environ.get("SLUIS_REQUIRE_PARTS") != "1":
        pytest.skip(f"left out: the modules of {source.name}/go.mod cannot be fetched here")
    assert built.returncode == 0, built.stderr
    return program
