"""Signing in, proving it again to take a list along, and signing out: in a real browser, by the sandbox's own door,
with and without scripts.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.support.chromium import WIDE, Browsing, browsing, judge, keep, walk
from tests.support.chromium import Shown as Judged
from tests.support.desk import URL, record_a_morning
from tests.support.signing_in import Lies, Scene, at_the_door

pytestmark = [pytest.mark.part("chromium"), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def doors(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Scene, Browsing]]:
    state: Path = tmp_path_factory.mktemp("door")
    await asyncio.to_thread(lambda: asyncio.run(record_a_morning(state)))
    async with at_the_door(state) as scene, browsing(scene.desk) as browser:
        yield scene, browser


async def complaints(page: Page, name: str) -> list[str]:
    judged = Judged(page.url, "wide", 0)
    await judge(page, judged)
    await keep(page, name)
    return judged.complaints + await walk(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_somebody_comes_in_takes_a_list_along_and_leaves(doors: tuple[Scene, Browsing], scripts: bool) -> None:
    scene, browser = doors
    context = await browser.browser.new_context(viewport=WIDE, java_script_enabled=scripts, accept_downloads=True)
    page = await context.new_page()
    page.set_default_timeout(10_000)
    await page.goto(f"{URL}/zvh/wie-keek")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Wie wilt u zijn?")
    await page.get_by_role("button", name="Fenna Fg").click()
    await expect(page).to_have_url(f"{URL}/zvh/wie-keek")
    scene.desk.clock.move(minutes=6)
    try:
        await page.get_by_role("link", name="Als CSV").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Meld u opnieuw aan")
        assert not scripts or await complaints(page, "signin-again.wide") == []
        scene.door.lies = Lies(claims={"auth_time": int(scene.desk.clock.now().timestamp())})
        await page.get_by_role("link", name="Opnieuw aanmelden").click()
        await page.get_by_role("button", name="Fenna Fg").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Wilt u dit meenemen?")
        assert not scripts or await complaints(page, "signin-confirm.wide") == []
        async with page.expect_download() as download:
            await page.get_by_role("link", name="Ja, neem dit mee").click()
        assert (await download.value).suggested_filename.startswith("wie-keek-zvh-")
        await page.get_by_role("button", name="Afmelden").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("U bent afgemeld")
        assert not scripts or await complaints(page, "signin-left.wide") == []
        await page.get_by_role("link", name="Ook bij uw organisatie afmelden").click()
        await expect(page).to_have_url(f"{URL}/afgemeld")
        await page.goto(f"{URL}/zvh")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Wie wilt u zijn?")
    finally:
        scene.door.lies = Lies()
        scene.desk.clock.move(minutes=-6)
        await context.close()


@pytest.mark.parametrize("mode", ["wide", "narrow", "dark"])
async def test_whoever_is_not_let_in_reads_why(doors: tuple[Scene, Browsing], mode: str) -> None:
    _, browser = doors
    context = await browser.context(mode, None)
    page = await context.new_page()
    await page.goto(f"{URL}/zvh")
    door = await page.evaluate("[document.documentElement.lang, document.querySelectorAll('h1').length]")
    assert door == ["nl", 1]
    await page.get_by_role("button", name="Niels Nergens").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Aanmelden is niet gelukt")
    judged = Judged(page.url, mode, 403)
    await judge(page, judged)
    await keep(page, f"signin-failed.{mode}")
    assert judged.complaints == []
    await context.close()
