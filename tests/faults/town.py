"""A gateway that can be killed, restarted and looked into, with a sandbox holder that stays."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from gateway.client import AsyncGateway, Partner
from gateway.sandbox.town import prepare
from gateway.settings import Settings

READY = 30.0


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
        self.log = folder / "gateway.log"
        self.environment = os.environ | {
            "SLUIS_DEVELOPMENT": "true",
            "SLUIS_STATE": str(self.state),
            "SLUIS_PORT": str(self.port),
            "SLUIS_PUBLIC_URL": self.url,
            **changed,
        }
        self.gateway: subprocess.Popen[bytes] | None = None
        self.holder: subprocess.Popen[bytes] | None = None
        settings = Settings(development=True, state=self.state, port=self.port, public_url=self.url)
        prepare(settings, f"http://127.0.0.1:{self.holder_port}")

    @property
    def log_keys(self) -> list[str]:
        return (self.state / "sandbox" / "log.vkeys").read_text().split()

    def client(self, name: str = "voorbeeldstad") -> AsyncGateway:
        partner = Partner.load(self.state / "sandbox" / "partners" / f"{name}.json")
        return AsyncGateway(self.url, partner, log_keys=self.log_keys)

    def start_holder(self) -> None:
        arguments = ["--port", str(self.holder_port), "--keys", str(self.state / "sandbox")]
        self.holder = self._start("gateway.sandbox.holder", *arguments)

    def start_gateway(self) -> None:
        self.gateway = self._start("gateway", "serve")

    async def ready(self) -> None:
        """Wait until the gateway says that it is ready; `AssertionError` with its last words when it does not become
        so.
        """
        until = time.monotonic() + READY
        async with httpx.AsyncClient(trust_env=False) as http:
            while time.monotonic() < until:
                assert self.gateway is not None
                assert self.gateway.poll() is None, f"the gateway ended: {self.log.read_text()[-500:]}"
                try:
                    if (await http.get(f"{self.url}/readyz", timeout=2)).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.02)
        raise AssertionError("the gateway did not become ready")

    def kill(self) -> None:
        """`kill -9`, as a power button would, and wait for the end."""
        assert self.gateway is not None
        self.gateway.send_signal(signal.SIGKILL)
        self.gateway.wait()

    async def get(self, path: str, **query: Any) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False) as http:
            return await http.get(f"{self.url}{path}", params=query)

    def stop(self) -> None:
        for process in (self.gateway, self.holder):
            if process is not None and process.poll() is None:
                process.terminate()
                process.wait(30)

    def _start(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments], env=self.environment, stdout=log, stderr=log
            )
