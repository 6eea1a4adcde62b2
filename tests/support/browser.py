"""A real browser for tests of pages: Chromium, headless, spoken to by its own protocol.

Rule: it keeps a list of every address that it asked and of every complaint, so that a test can say there were none.
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

WIDE = "document.documentElement.scrollWidth <= window.innerWidth"
GROUND = "getComputedStyle(document.body).backgroundColor"
LOW = """[...document.querySelectorAll('a, summary')].filter(each => {
  const height = each.getBoundingClientRect().height;
  return height > 0 && height < 24 && !each.closest('p, td, th, dd, dt');
}).length"""


class Tab:
    """One tab of Chromium, spoken to by its own protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._number = socket, 0
        self.asked: list[str] = []
        self.complaints: list[str] = []

    async def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        while (told := await self._socket.receive_json()).get("id") != self._number:
            self._notice(told)
        return told["result"]

    async def visit(self, url: str) -> None:
        await self.do("Page.navigate", url=url)
        while (told := await self._socket.receive_json()).get("method") != "Page.loadEventFired":
            self._notice(told)

    async def read(self, expression: str) -> Any:
        return (await self.do("Runtime.evaluate", expression=expression))["result"]["value"]

    def _notice(self, told: dict[str, Any]) -> None:
        if told.get("method") == "Network.requestWillBeSent":
            self.asked.append(told["params"]["request"]["url"])
        if told.get("method") == "Log.entryAdded" and "favicon.ico" not in told["params"]["entry"].get("url", ""):
            self.complaints.append(told["params"]["entry"]["text"])


@asynccontextmanager
async def browsing(profile: Path) -> AsyncIterator[Tab]:
    """A tab of a new Chromium that keeps what it has in `profile`; it ends with the block."""
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
    ]
    with tempfile.TemporaryDirectory(prefix="sluis-") as folder:  # of its socket, which it leaves behind
        browser = await asyncio.create_subprocess_exec(
            shutil.which("chromium") or "chromium",
            *flags,
            "about:blank",
            env=os.environ | {"TMPDIR": folder},
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(90), aiohttp.ClientSession() as session:
                assert browser.stderr
                while b"DevTools listening on" not in (line := await browser.stderr.readline()):
                    assert browser.returncode is None
                address = line.split()[-1].decode().removeprefix("ws://").partition("/")[0]
                tabs: list[dict[str, str]] = []
                while not tabs:
                    async with session.get(f"http://{address}/json") as response:
                        tabs = [each for each in await response.json() if each["type"] == "page"]
                async with session.ws_connect(tabs[0]["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    yield Tab(socket)
        finally:
            browser.kill()
            await browser.wait()
