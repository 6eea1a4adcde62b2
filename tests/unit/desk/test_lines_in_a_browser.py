"""The list in a real browser: a part of it is replaced, focus stays where it was, and keys walk the rows."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.support.chromium import browsing
from tests.support.desk import URL, OpenDesk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.part("chromium")]
LIST = f"{URL}/zvh/verstrekkingen"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(one_desk: OpenDesk) -> AsyncIterator[Page]:
    async with browsing(one_desk) as browser:
        context = await browser.context("wide", one_desk.sign_in().client.cookies["sluis"])
        yield await context.new_page()


async def test_another_choice_replaces_the_records_and_nothing_that_has_the_focus(page: Page) -> None:
    await page.goto(LIST)
    await page.evaluate("window.same = true")
    region = await page.evaluate_handle("document.querySelector('#aantal')")
    await page.fill("#vanaf", "2026-11-22")
    await page.focus("text=Toon")
    await page.keyboard.press("Enter")
    await expect(page.locator("#aantal")).to_have_text("0 regels gevonden")
    if await page.locator("script[src*='htmx']").count():  # where npm could not be reached, the whole page comes
        assert await page.evaluate("window.same") is True
        assert await region.evaluate("each => each.isConnected && each.getAttribute('role')") == "status"
        assert await page.evaluate("document.activeElement.textContent") == "Toon"
    assert "vanaf=2026-11-22" in page.url
    await expect(page.locator("#resultaat")).to_contain_text("Zonder “Vanaf: 22 november 2026”: 4 regels")
    await expect(page.locator("#facetten a[aria-current]")).to_have_count(0)
    await page.go_back()
    await expect(page.locator("#aantal")).to_have_text("4 regels gevonden")


async def test_what_is_wrong_is_told_in_the_same_place(page: Page) -> None:
    await page.goto(LIST)
    await page.fill("#casus", "<script>")
    await page.click("text=Toon")
    await expect(page.locator("#resultaat")).to_contain_text("Wat er staat bij “Casusnummer” klopt niet.")
    await expect(page.locator("#aantal")).to_be_empty()


async def test_keys_walk_the_rows_flag_and_search_and_can_be_off(page: Page) -> None:
    await page.goto(LIST)
    focused = "document.activeElement.getAttribute('href') || document.activeElement.id"
    numbers = []
    for key in ("j", "j", "k"):
        await page.keyboard.press(key)
        numbers.append(await page.evaluate("document.activeElement.textContent"))
    assert numbers == ["3", "2", "3"]
    await page.keyboard.press("/")
    assert await page.evaluate(focused) == "zoek"
    await page.keyboard.type("j/")
    assert await page.input_value("#zoek") == "j/"
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("j")
    await page.keyboard.press("f")
    await page.wait_for_url("**/regels/2026/*#oordeel")
    await page.goto(LIST)
    await page.evaluate("document.documentElement.dataset.keys = 'off'")
    await page.keyboard.press("j")
    assert await page.evaluate("document.activeElement.tagName") == "BODY"
