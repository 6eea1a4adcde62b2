"""The pages in a real browser: no sideways scroll at 320 px, light and dark, no request to elsewhere, no complaint."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from fastapi import FastAPI

from tests.support.serving import serving

PAGES = ("/", "/docs", "/codes", "/codes/beroepsgeheim-geen-toestemming")
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


@pytest.fixture
async def served(build: Callable[..., FastAPI]) -> AsyncIterator[str]:
    async with serving(build()) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def tab(tmp_path: Path) -> AsyncIterator[Tab]:
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        "--remote-debugging-port=0",
        f"--user-data-dir={tmp_path}",
    ]
    browser = await asyncio.create_subprocess_exec(
        shutil.which("chromium") or "chromium", *flags, "about:blank", stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(30), aiohttp.ClientSession() as session:
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


@pytest.mark.part("chromium")
async def test_pages_at_320_pixels_by_day_and_night(served: str, tab: Tab) -> None:
    for domain in ("Page", "Network", "Log"):
        await tab.do(f"{domain}.enable")
    for scheme, ground in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(18, 24, 31)")):
        await tab.do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        for width in (320, 1280):
            await tab.do(
                "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False
            )
            for path in PAGES:
                await tab.visit(served + path)
                assert await tab.read(WIDE), (path, width)
                assert await tab.read(LOW) == 0, path
                assert await tab.read(GROUND) == ground
    assert tab.complaints == []
    assert [url for url in tab.asked if not url.startswith(served + "/")] == []
