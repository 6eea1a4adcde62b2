"""The peers on Node: installed once as their lock pins them, then run as programs that read and write one JSON
document.
"""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

HERE = Path(__file__).parent
Peer = Callable[..., Any]


@pytest.fixture(scope="session")
def installation() -> str | None:
    """Install what the lock pins; None when it is there, else why it is not."""
    pinned = HERE / "package-lock.json"
    done = HERE / "node_modules" / ".installed"
    if done.exists() and done.read_text() == pinned.read_text():
        return None
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    made = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=100, check=False)
    if made.returncode:
        return "npm ci failed: " + (made.stderr.strip().splitlines() or ["no word of why"])[0]
    done.write_text(pinned.read_text())
    return None


@pytest.fixture
def peer(installation: str | None, left_out: Callable[[str, str], NoReturn]) -> Peer:
    """`peer("jose.mjs", "open", document)` runs a program and returns what it wrote; `AssertionError` with its words
    when it failed.
    """
    if installation is not None:
        left_out("npm packages", installation)

    def run(program: str, *arguments: str, document: Any) -> Any:
        made = subprocess.run(
            ["node", program, *arguments],
            input=json.dumps(document),
            cwd=HERE,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        return json.loads(made.stdout)

    return run
