"""An OPA of our own, for the command line and tests: started for a bundle, asked as any other, stopped with us.

Rules:
- It listens on a unix socket in a temporary folder that only this user can enter; it asks nobody for anything,
  updates included.
- It is given the bundle's files, not the folder from which they were read: that may have changed since.
- A bundle is loaded by a new server, which takes over when it holds exactly that bundle.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from gateway.errors import Fault
from gateway.pdp import tether
from gateway.pdp.bundle import Bundle
from gateway.pdp.opa import OpaEngine
from gateway.pdp.port import Failure, Outcome
from gateway.pdp.visitors import Visitors

START_TIMEOUT = 15.0
POLL = 0.02
_FLAGS = ("--unix-socket-perm", "600", "--skip-version-check", "--log-level", "error")


class Server:
    """One process of OPA, and its folder."""

    def __init__(self, binary: Path) -> None:
        self._binary = binary
        self._folder = Path(tempfile.mkdtemp(prefix="sluis-opa-"))
        self._socket, self._words = self._folder / "socket", self._folder / "words"
        self._process: asyncio.subprocess.Process | None = None
        self._visitors = Visitors()
        self._engine = OpaEngine(self._socket)

    async def start(self, bundle: Bundle) -> None:
        """Return when it answers by this bundle; a fault where it does not accept it."""
        rules = self._folder / "rules"
        for path, content in bundle.files.items():
            file = rules / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        command = (self._binary, "run", "--server", "--addr", f"unix://{self._socket}", *_FLAGS, rules)
        with self._words.open("wb") as words:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                tether.__file__,
                str(os.getpid()),
                *map(str, command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=words,
                stderr=words,
            )
        await self._listening(self._process)
        await self._engine.load(bundle)

    async def decide(self, facts: bytes, timeout: float) -> Outcome:
        with self._visitors.visit():
            return await self._engine.decide(facts, timeout=timeout)

    async def ready(self) -> bool:
        with self._visitors.visit():
            return await self._engine.ready()

    async def stop(self) -> None:
        """Wait until what was asked is answered, then end it; no process, connection or file is left."""
        await self._visitors.gone()
        await self._engine.aclose()
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        shutil.rmtree(self._folder)

    async def _listening(self, process: asyncio.subprocess.Process) -> None:
        try:
            async with asyncio.timeout(START_TIMEOUT):
                while not await self._answers():
                    if process.returncode is not None:
                        words = self._words.read_text(errors="replace").replace(f"{self._folder}/rules/", "")
                        raise Fault(Failure.POLICIES, log=words.strip())
                    await asyncio.sleep(POLL)
        except TimeoutError:
            raise Fault(Failure.UNAVAILABLE, log="OPA did not start in time") from None

    async def _answers(self) -> bool:
        return self._socket.exists() and await self._engine.healthy()


class PrivateOpa:
    """`binary`: OPA, 1.21.3 or newer. A `PolicyEngine` that answers after `load`."""

    name = OpaEngine.name

    def __init__(self, binary: Path) -> None:
        self._binary = binary
        self._server: Server | None = None

    async def load(self, bundle: Bundle) -> str:
        server = Server(self._binary)
        try:
            await server.start(bundle)
        except BaseException:
            await server.stop()
            raise
        await self._take_over(server)
        return bundle.revision

    async def decide(self, facts: bytes, *, timeout: float) -> Outcome:
        if self._server is None:
            raise Fault(Failure.UNAVAILABLE, log="no policies are loaded")
        return await self._server.decide(facts, timeout)

    async def ready(self) -> bool:
        return self._server is not None and await self._server.ready()

    async def aclose(self) -> None:
        await self._take_over(None)

    async def _take_over(self, server: Server | None) -> None:
        former, self._server = self._server, server
        if former is not None:
            await former.stop()
