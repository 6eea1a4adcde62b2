"""A real browser for tests of pages: this machine's Chromium, headless, by Playwright.

Rule: a tab keeps a list of every address that it asked and of every complaint, so that a test can say there were none.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from playwright.async_api import Browser, Page, async_playwright

WIDE = "document.documentElement.scrollWidth <= window.innerWidth"
GROUND = "getComputedStyle(document.body).backgroundColor"
LOW = """[...document.querySelectorAll('a, summary')].filter(each => {
  const height = each.getBoundingClientRect().height;
  return height > 0 && height < 24 && !each.closest('p, td, th, dd, dt');
}).length"""


@asynccontextmanager
async def chromium(*flags: str) -> AsyncIterator[Browser]:
    """A new one, that ends with the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", *flags]
        )
        try:
            yield browser
        finally:
            await browser.close()


class Tab:
    """One tab. `asked`: every address; `complaints`: what the console says, save of an icon that is not there."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda said: "favicon.ico" in said.location["url"] or self.complaints.append(said.text))

    async def dress(self, width: int, scheme: Literal["light", "dark"] = "light") -> None:
        await self._page.emulate_media(color_scheme=scheme)
        await self._page.set_viewport_size({"width": width, "height": 800})

    async def visit(self, url: str) -> None:
        await self._page.goto(url)

    async def read(self, expression: str) -> Any:
        return await self._page.evaluate(expression)


@asynccontextmanager
async def browsing() -> AsyncIterator[Tab]:
    """A tab of a new Chromium that knows nothing from before; it ends with the block."""
    async with chromium() as browser:
        yield Tab(await browser.new_page())
