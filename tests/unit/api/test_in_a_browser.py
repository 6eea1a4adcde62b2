"""The pages in a real browser: no sideways scroll at 320 px, light and dark, no request to elsewhere, no complaint."""

from collections.abc import AsyncIterator, Callable

import pytest
from fastapi import FastAPI

from tests.support.browser import GROUND, LOW, WIDE, Tab, browsing
from tests.support.serving import serving

PAGES = ("/", "/docs", "/codes", "/codes/beroepsgeheim-geen-toestemming")


@pytest.fixture
async def served(build: Callable[..., FastAPI]) -> AsyncIterator[str]:
    async with serving(build()) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def tab() -> AsyncIterator[Tab]:
    async with browsing() as opened:
        yield opened


@pytest.mark.part("chromium")
async def test_pages_at_320_pixels_by_day_and_night(served: str, tab: Tab) -> None:
    for scheme, ground in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(18, 24, 31)")):
        for width in (320, 1280):
            await tab.dress(width, scheme)
            for path in PAGES:
                await tab.visit(served + path)
                assert await tab.read(WIDE), (path, width)
                assert await tab.read(LOW) == 0, path
                assert await tab.read(GROUND) == ground
    assert tab.complaints == []
    assert [url for url in tab.asked if not url.startswith(served + "/")] == []
