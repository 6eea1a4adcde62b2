"""A gateway that can be killed, restarted, starved and looked into, with holders that stay, change or are not there.

Rules: real processes on loopback over one state folder; ports that the system chose; whoever starts the town stops it.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import apsw
import httpx

from gateway.app import open_keys, open_registers
from gateway.client import AsyncGateway, Partner
from gateway.crypto.keystore import KeyStore
from gateway.crypto.pseudonym import HmacPseudonyms
from gateway.sandbox.keys import SandboxKeys
from gateway.sandbox.region import Region
from gateway.sandbox.town import prepare
from gateway.settings import Settings
from gateway.store.registers.file import enter_document

READY = 60.0
PATIENT = {"SLUIS_DECISION_TIMEOUT": "10", "SLUIS_HOLDER_TIMEOUT": "10", "SLUIS_REQUEST_TIMEOUT": "60"}
"""A busy machine is no fault; a test of a deadline sets its own."""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


class FragileTown:
    """Processes on loopback over one state folder. `changed`: settings for the gateway's environment (`SLUIS_…`)."""

    def __init__(self, folder: Path, **changed: str) -> None:
        self.port, self.holder_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self.state = folder / "state"
        self.log, self._holder_log = folder / "gateway.log", folder / "holder.log"
        self._changed = {
            "SLUIS_DEVELOPMENT": "true",
            "SLUIS_STATE": str(self.state),
            "SLUIS_PORT": str(self.port),
            "SLUIS_PUBLIC_URL": self.url,
            **PATIENT,
            **changed,
        }
        self.gateway: subprocess.Popen[bytes] | None = None
        self.holder: subprocess.Popen[bytes] | None = None
        prepare(self.settings, f"http://127.0.0.1:{self.holder_port}")

    def change(self, **changed: str) -> None:
        """Other settings, from the next start of the gateway."""
        self._changed |= changed

    @property
    def settings(self) -> Settings:
        """Those of the gateway, read as it reads them."""
        values = {name.removeprefix("SLUIS_").lower(): value for name, value in self._changed.items()}
        return Settings(**values)  # type: ignore[arg-type]

    @property
    def keys(self) -> KeyStore:
        """The gateway's private keys, as they are on disk."""
        return open_keys(self.settings)

    @cached_property
    def _pseudonyms(self) -> HmacPseudonyms:
        return HmacPseudonyms(self.keys)

    @property
    def sandbox(self) -> SandboxKeys:
        return SandboxKeys(self.state / "sandbox")

    @property
    def log_keys(self) -> list[str]:
        return (self.state / "sandbox" / "log.vkeys").read_text().split()

    def partner(self, name: str = "voorbeeldstad") -> Partner:
        return Partner.load(self.sandbox.partner_file(name))

    def client(self, name: str = "voorbeeldstad") -> AsyncGateway:
        return AsyncGateway(self.url, self.partner(name), log_keys=self.log_keys)

    def enter(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Enter the region into the registers anew, as `change` alters it."""
        document = Region.load().registers(self.sandbox, f"http://127.0.0.1:{self.holder_port}")
        change(document)
        registers = open_registers(self.settings)
        try:
            enter_document(registers, document, self._pseudonyms.of)
        finally:
            registers.close()

    def leaves(self, tenant: str) -> list[Mapping[str, Any]]:
        """The records of a tenant's newest log, in order, read from the file as it is now."""
        newest = max((self.state / "log").glob(f"{tenant}-*.sqlite"))
        reader = apsw.Connection(str(newest), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            return [json.loads(leaf) for (leaf,) in reader.execute("SELECT leaf FROM entries ORDER BY idx")]
        finally:
            reader.close()

    def requests(self, tenant: str) -> list[Mapping[str, Any]]:
        """Those that are about a request: without what the gateway itself stated."""
        return [leaf for leaf in self.leaves(tenant) if leaf["class"] != "act"]

    def start_holder(self) -> None:
        arguments = ["--port", str(self.holder_port), "--keys", str(self.state / "sandbox")]
        self.holder = self._start(self._holder_log, "gateway.sandbox.holder", *arguments)
        until = time.monotonic() + READY
        while time.monotonic() < until and self.holder.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.holder_port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError(f"the holder did not start: {self._holder_log.read_text()[-500:]}")

    def start_gateway(self, *before: str) -> None:
        """`before`: a program and its arguments that start the gateway in its turn."""
        self.gateway = self._start(self.log, "gateway", "serve", before=before)

    async def ready(self) -> None:
        await asyncio.to_thread(self.await_ready)

    async def alive(self) -> None:
        """Wait until the gateway answers, ready or not."""
        await asyncio.to_thread(self.await_ready, "/livez")

    def await_ready(self, path: str = "/readyz") -> None:
        """Wait until the gateway says that it is ready; `AssertionError` with its last words when it does not become
        so.
        """
        until = time.monotonic() + READY
        with httpx.Client(trust_env=False) as http:
            while time.monotonic() < until:
                assert self.gateway is not None
                assert self.gateway.poll() is None, f"the gateway ended: {self.log.read_text()[-500:]}"
                try:
                    if http.get(self.url + path, timeout=2).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                time.sleep(0.02)
        raise AssertionError("the gateway did not become ready")

    def kill(self) -> None:
        """`kill -9`, as a power button would, and wait for the end."""
        self._end(self.gateway, signal.SIGKILL)

    def stop_gateway(self) -> None:
        """Tell it to stop, and wait for the end."""
        self._end(self.gateway, signal.SIGTERM)

    async def get(self, path: str, **query: Any) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False) as http:
            return await http.get(f"{self.url}{path}", params=query)

    def __enter__(self) -> Self:
        """Start the holder and the gateway, and wait until it is ready."""
        self.start_holder()
        self.start_gateway()
        try:
            self.await_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._end(self.gateway, signal.SIGTERM)
        self._end(self.holder, signal.SIGTERM)

    def _end(self, process: subprocess.Popen[bytes] | None, how: signal.Signals) -> None:
        if process is not None and process.poll() is None:
            process.send_signal(how)
            process.wait(30)

    def _start(self, log: Path, module: str, *arguments: str, before: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
        with log.open("ab") as told:
            return subprocess.Popen(
                [*before, sys.executable, "-m", module, *arguments],
                env=os.environ | self._changed,
                stdout=told,
                stderr=told,
            )
