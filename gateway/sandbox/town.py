"""The sandbox as processes: a holder and a gateway on loopback, a seeded state folder, and a clean end.

Rules: what hinders is told in a sentence (`CannotStart`); the state folder is made whole before anything starts;
whoever starts the town stops all of it.
"""

import json
import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Self
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from gateway.app import SystemClock, log_purpose, open_keys, open_registers, published_purpose
from gateway.crypto.errors import CryptoError
from gateway.crypto.life import first
from gateway.crypto.pseudonym import HmacPseudonyms
from gateway.errors import Fault
from gateway.model.amsterdam import day_of
from gateway.model.codes import Tenant
from gateway.sandbox.keys import SandboxKeys
from gateway.sandbox.region import seed
from gateway.sandbox.witness import SandboxWitness
from gateway.settings import Settings
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.tlog.audit import STREAMS
from gateway.verify import VerifierKey

PATIENCE = 60.0
ROLLED_BACK = b'"event": "log-rolled-back"'
OFTEN = "0.2"
"""Seconds between two published checkpoints, where nothing else is set, so that whoever tries need not wait."""


class CannotStart(Exception):
    """A sentence for whoever started it."""


def sandbox_settings() -> Settings:
    """The settings of a sandbox: what the environment says, in development mode, its URL following its port."""
    os.environ.setdefault("SLUIS_DEVELOPMENT", "true")
    port = os.environ.get("SLUIS_PORT", "8400")
    os.environ.setdefault("SLUIS_PUBLIC_URL", f"http://127.0.0.1:{port}")
    return Settings()


class Town:
    """A running sandbox; a context manager that ends what it started."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.log = settings.state / "gateway.log"
        self._from = self.log.stat().st_size if self.log.exists() else 0

    def __enter__(self) -> Self:
        settings, (holder, witness) = self._settings, (self._settings.port + 1, self._settings.port + 2)
        for port, whose in ((settings.port, "gateway"), (holder, "holder"), (witness, "witness")):
            self._require_free(port, whose)
        prepare(settings, f"http://127.0.0.1:{holder}")
        folder = settings.state / "sandbox"
        try:
            vouched = self._start_witness(folder, witness) if settings.witnesses is None else {}
            self._start("holder", "gateway.sandbox.holder", "--port", str(holder), "--keys", str(folder))
            self._start("gateway", "gateway", "serve", **vouched)
            self._await(f"{settings.public_url}/readyz")
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

    def wait(self) -> str:
        """Wait until a process ends by itself; its name."""
        while True:
            for name, process in self._processes.items():
                if process.poll() is not None:
                    return name
            time.sleep(0.2)

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

    def _await(self, url: str) -> None:
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
        raise CannotStart(f"the gateway did not become ready in {PATIENCE:.0f} seconds{down}; see {self.log}")

    def _require_free(self, port: int, whose: str) -> None:
        try:
            socket.create_server((self._settings.host, port)).close()
        except OSError:
            raise CannotStart(
                f"port {port} (of the {whose}) is in use, stop what has it or take another: SLUIS_PORT=8500 make run"
            ) from None


def prepare(settings: Settings, holder_url: str) -> None:
    """Make the state folder whole: keys, registers with the region, the sandbox's own keys, the log's verifier keys.

    `CannotStart` where it is another's: one that is being served is left as it is.
    """
    try:
        settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        with closing(SqliteShelf(settings.state)) if settings.database is None else nullcontext():
            _fill(settings, holder_url)
    except (Fault, CryptoError, OSError, ValueError, KeyError) as error:
        if isinstance(error, Fault) and error.code == "state-in-use":
            raise CannotStart(f"{error.log}; stop it, or take another folder: SLUIS_STATE=.other make run") from error
        raise CannotStart(
            f"the state in {settings.state} is half-made or another's ({error}); "
            f"keep what you need of it, then: rm -r {settings.state}"
        ) from error


def _fill(settings: Settings, holder_url: str) -> None:
    keys, sandbox = open_keys(settings), SandboxKeys(settings.state / "sandbox")
    for purpose in keys.missing():  # of a folder that an earlier version made
        first(keys, purpose, now=SystemClock().now())
    with closing(open_registers(settings)) as registers:
        seed(registers, HmacPseudonyms(keys).of, sandbox, holder_url)
    sandbox.trust(settings.public_url, keys.jwks("request"))
    year = day_of(SystemClock().now()).year
    origins = {each: f"{settings.log_host}/{each}/{year}" for each in (*Tenant, *STREAMS)}
    for name, streams in (("log.vkeys", tuple(Tenant)), ("audit.vkeys", STREAMS)):
        signers = [keys.note_signer(log_purpose(each), origins[each]) for each in streams]
        _write_vkeys(settings, name, [VerifierKey(signer.name, signer.public) for signer in signers])
    published = [keys.cosigner(published_purpose(each), origins[each]).verifier for each in Tenant]
    _write_vkeys(settings, "published.vkeys", published)


def _write_vkeys(settings: Settings, name: str, keys: Sequence[VerifierKey]) -> None:
    (settings.state / "sandbox" / name).write_text("".join(f"{key}\n" for key in keys))


def next_steps(settings: Settings) -> str:
    """What to try next, to copy and paste."""
    sandbox = settings.state / "sandbox"
    receipt = f"$(ls -t {sandbox}/receipts/* | head -1)"
    policy = f" --policy {SandboxWitness(sandbox).policy}" if settings.witnesses is None else ""
    said = {name: os.environ[name] for name in ("SLUIS_PORT", "SLUIS_STATE") if name in os.environ}
    own = "".join(f"{name}={shlex.quote(value)} " for name, value in said.items())
    return f"""
[bold]Try next[/] (in another terminal)

  {own}.venv/bin/gateway demo --once
  .venv/bin/gateway verify --keys {sandbox}/log.vkeys --keys {sandbox}/published.vkeys{policy} {receipt}
  {own}.venv/bin/gateway log status
  curl -s {settings.public_url}/readyz

  API      {settings.public_url}/docs
  codes    {settings.public_url}/codes

Serving until Ctrl-C; the service log is {settings.state}/gateway.log."""


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
