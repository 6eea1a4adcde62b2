"""The sandbox as processes: a holder, a gateway, its witness, the FG's desk and its sign-in on loopback, over a seeded
state folder; and a clean end.

Rules: what hinders is told in a sentence (`CannotStart`); the state folder is made whole before anything starts;
whoever starts the town stops all of it.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from gateway.errors import Fault
from gateway.sandbox.provider import SandboxProvider
from gateway.sandbox.state import CannotStart, prepare, tell_keys
from gateway.sandbox.witness import SandboxWitness
from gateway.sandbox.year import HalfWritten, wants_year, write_year
from gateway.settings import Settings

PATIENCE = 60.0
ROLLED_BACK = b'"event": "log-rolled-back"'
WHOSE = ("gateway", "holder", "witness", "desk", "sign-in")
"""Who listens on the port of the settings, and on those after it."""
OFTEN = "0.2"
"""Seconds between two published checkpoints, where nothing else is set, so that whoever tries need not wait."""


def sandbox_settings() -> Settings:
    """The settings of a sandbox: what the environment says, in development mode, its URL following its port."""
    os.environ.setdefault("SLUIS_DEVELOPMENT", "true")
    port = os.environ.get("SLUIS_PORT", "8400")
    os.environ.setdefault("SLUIS_PUBLIC_URL", f"http://127.0.0.1:{port}")
    return Settings()


class Town:
    """A running sandbox; a context manager that ends what it started. `year`: whether a year of requests is written
    first, where there can be one; `say`: told what takes a while.
    """

    def __init__(self, settings: Settings, *, year: bool = True, say: Callable[[str], object] = lambda _: None) -> None:
        self._settings, self._year, self._say = settings, year, say
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.log = settings.state / "gateway.log"
        self._from = self.log.stat().st_size if self.log.exists() else 0

    @property
    def desk_url(self) -> str:
        return f"http://127.0.0.1:{self._settings.port + 3}"

    def __enter__(self) -> Self:
        settings, first = self._settings, self._settings.port
        for port, whose in enumerate(WHOSE, first):
            self._require_free(port, whose)
        holder, witness, desk, provider = range(first + 1, first + len(WHOSE))
        prepare(settings, f"http://127.0.0.1:{holder}")
        if self._year:
            self._write_year(f"http://127.0.0.1:{holder}")
        folder = settings.state / "sandbox"
        try:
            vouched = self._start_witness(folder, witness) if settings.witnesses is None else {}
            self._start("holder", "gateway.sandbox.holder", "--port", str(holder), "--keys", str(folder))
            self._start("gateway", "gateway", "serve", **vouched)
            self._await(f"{settings.public_url}/readyz", "gateway")
            self._start_desk(folder, desk, provider, vouched)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes.values()):
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()

    def await_desk(self) -> str:
        """The URL of the FG's desk, once it answers; `CannotStart` where it does not. It starts once the gateway did,
        while that is shown.
        """
        self._await(f"{self.desk_url}/toegankelijkheid", "desk")
        return self.desk_url

    def wait(self) -> str:
        """Wait until a process ends by itself; its name."""
        while True:
            for name, process in self._processes.items():
                if process.poll() is not None:
                    return name
            time.sleep(0.2)

    def _write_year(self, holder_url: str) -> None:
        settings = self._settings
        try:
            if wants_year(settings):
                self._say("Writing a year of requests about people who do not exist…")
                asyncio.run(write_year(settings, datetime.now(UTC), holder_url=holder_url))
                tell_keys(settings)
        except HalfWritten:
            raise CannotStart(
                f"the year of requests in {settings.state} was cut off, and a log takes nothing back; "
                f"to begin anew: rm -r {settings.state}"
            ) from None
        except (Fault, OSError) as error:
            raise CannotStart(f"no year of requests could be written in {settings.state}: {error}") from error

    def _start_desk(self, folder: Path, port: int, provider: int, vouched: Mapping[str, str]) -> None:
        """Start the FG's desk, and who signs people in to it."""
        signs_in = SandboxProvider(folder)
        signs_in.prepare()
        self._start("provider", *signs_in.command(provider, self.desk_url))
        self._start(
            "desk",
            "gateway",
            "desk",
            SLUIS_DESK_PORT=str(port),
            **signs_in.environment(provider, self.desk_url),
            **vouched,
        )

    def _start_witness(self, folder: Path, port: int) -> dict[str, str]:
        """Start the sandbox's witness; what the gateway has to know of it, in its environment."""
        witness = SandboxWitness(folder)
        try:
            followed = [key for name in ("log.vkeys", "audit.vkeys") for key in (folder / name).read_text().split()]
            witness.prepare(followed, f"http://127.0.0.1:{port}")
        except (Fault, OSError, ValueError) as error:
            raise CannotStart(
                f"the witness in {folder} is half-made ({error}); to make it anew: rm -r {folder}/witness*"
            ) from error
        self._start("witness", "gateway", *witness.command("127.0.0.1", port))
        often = os.environ.get("SLUIS_PUBLISH_INTERVAL", OFTEN)
        return {"SLUIS_WITNESSES": str(witness.policy), "SLUIS_PUBLISH_INTERVAL": often}

    def _start(self, name: str, *arguments: str, **environment: str) -> None:
        with self.log.open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=os.environ | environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _told(self) -> bytes:
        """What the service log says since this town was made."""
        with self.log.open("rb") as log:
            log.seek(self._from)
            return log.read()

    def _await(self, url: str, whose: str) -> None:
        opener, until, down = build_opener(ProxyHandler({})), time.monotonic() + PATIENCE, ""
        while time.monotonic() < until:
            if ROLLED_BACK in self._told():
                raise CannotStart(
                    f"the witness knows another log than the one in {self._settings.state}: was a backup put back? "
                    f"To begin anew: rm -r {self._settings.state}"
                )
            for name, process in self._processes.items():
                if process.poll() is not None:
                    raise CannotStart(f"the {name} did not start: {_last_line(self.log)}; all of it is in {self.log}")
            try:
                with opener.open(url, timeout=2):
                    return
            except HTTPError as error:
                down = _down(error.read())
            except (URLError, OSError):
                pass
            time.sleep(0.1)
        raise CannotStart(f"the {whose} did not become ready in {PATIENCE:.0f} seconds{down}; see {self.log}")

    def _require_free(self, port: int, whose: str) -> None:
        try:
            socket.create_server((self._settings.host, port)).close()
        except OSError:
            raise CannotStart(
                f"port {port} (of the {whose}) is in use, stop what has it or take another: SLUIS_PORT=8500 make run"
            ) from None


def _down(body: bytes) -> str:
    """What a gateway that is not ready says is down; empty where it does not say."""
    try:
        down = [name for name, state in json.loads(body)["checks"].items() if state != "up"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return f" (down: {', '.join(down)})"


def _last_line(path: Path) -> str:
    lines = path.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
