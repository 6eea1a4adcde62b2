"""What a newcomer does: type a command, read what it says, press Ctrl-C."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

LONG = 150.0


def free_ports_in_a_row(count: int = 5) -> int:
    """The first of ports that nobody listens on: gateway, holder, witness, desk and sign-in stand side by side. Below
    those that systems give to whoever connects, so that none is taken before it is listened on.
    """
    while True:
        port = random.randrange(12_000, 32_000)
        try:
            for each in range(port, port + count):
                socket.create_server(("127.0.0.1", each)).close()
        except OSError:
            continue
        return port


class Terminal:
    """A terminal with a state folder and a port of its own."""

    def __init__(self, folder: Path, port: int, **changed: str) -> None:
        self.state, self.port = folder / "state", port
        self.environment = os.environ | {
            "SLUIS_STATE": str(self.state),
            "SLUIS_PORT": str(port),
            "SLUIS_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SLUIS_DECISION_TIMEOUT": "10",
            "SLUIS_HOLDER_TIMEOUT": "10",
            "COLUMNS": "120",
            **changed,
        }

    def type(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`gateway …`, until it ends by itself."""
        return subprocess.run(
            [sys.executable, "-m", "gateway", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=LONG,
            check=False,
        )


class Run:
    """`gateway run` in a terminal of its own, that serves until it is told to stop. `year`: whether it writes one."""

    def __init__(self, terminal: Terminal, folder: Path, *, year: bool = False) -> None:
        self._terminal, self._screen = terminal, folder / "screen.txt"
        with self._screen.open("wb") as screen:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gateway", "run", *([] if year else ["--no-year"])],
                env=terminal.environment,
                stdout=screen,
                stderr=screen,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        until = time.monotonic() + LONG
        while "Serving until Ctrl-C" not in self.screen:
            assert self.process.poll() is None, self.screen
            assert time.monotonic() < until, self.screen
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.press_ctrl_c()

    @property
    def screen(self) -> str:
        return self._screen.read_text(errors="replace")

    def press_ctrl_c(self) -> int:
        """What a terminal does: SIGINT to everything in the foreground. The exit status."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(40)

    def record_numbers(self) -> list[int]:
        return [int(number) for number in re.findall(r"number (\d+) in", self.screen)]


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
