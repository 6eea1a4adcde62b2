"""Pages of the desk in a real browser: what a person would stumble over on one of them, as sentences.

Rules: one browser a desk, in which the desk's own name leads to the port that it got; whatever is asked of another host
and whatever the console says is a complaint; pictures are kept for human eyes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Page,
    Request,
)

from tests.support.browser import chromium
from tests.support.desk import URL, OpenDesk
from tests.support.serving import serving

SCREENS = Path(__file__).resolve().parents[2] / ".sluis-screens"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
MODES: dict[str, dict[str, Any]] = {  # plain: no script of the page runs
    "wide": {"viewport": WIDE},
    "narrow": {"viewport": NARROW},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "plain": {"viewport": WIDE},
}
ZOOMED = {"width": 640, "height": 400}
"""What is left of a wide screen at 200 %."""
SIDEWAYS = "document.documentElement.scrollWidth > window.innerWidth"
FACTS = """() => ({
  headings: [...document.querySelectorAll('h1')].map(each => each.textContent.trim()),
  title: document.title,
  language: document.documentElement.lang,
  ids: [...document.querySelectorAll('[id]')].map(each => each.id),
  small: [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, summary, nav a')]
    .map(each => [each.outerHTML.slice(0, 120), each.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && box.width + box.height > 2 && (box.height < 24 || box.width < 24))
    .map(([what]) => what),
  styled: document.querySelectorAll('[style], style, script:not([src])').length,
})"""
FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
WALK = """selector => {
  const shown = each => each.checkVisibility({visibilityProperty: true}) && !each.disabled;
  const radio = each => each.type === 'radio' && each !== document.querySelector(`input[name='${each.name}']:checked`)
    && each !== document.querySelector(`input[name='${each.name}']`);
  window.reached = new Set();
  window.unseen = [];
  window.wanted = [...document.querySelectorAll(selector)].filter(each => shown(each) && !radio(each));
  document.addEventListener('focusin', event => {
    const style = getComputedStyle(event.target), line = parseFloat(style.outlineWidth);
    window.reached.add(event.target);
    if (!(style.outlineStyle !== 'none' && line >= 2)) window.unseen.push(event.target.outerHTML.slice(0, 120));
  });
  return window.wanted.length + 3 * window.wanted.filter(each => each.type === 'date').length;
}"""
WALKED = """() => [window.wanted.filter(each => !window.reached.has(each)).map(each => each.outerHTML.slice(0, 120)),
  window.unseen]"""


@dataclass
class Shown:
    """A page as it was shown. `ids`: what an address with a fragment can lead to."""

    url: str
    mode: str
    status: int
    complaints: list[str] = field(default_factory=list)
    ids: frozenset[str] = frozenset()


class Tab:
    """A page of one mode, used for one address after the other."""

    def __init__(self, page: Page, mode: str, session: CDPSession) -> None:
        self.page, self.mode, self._session = page, mode, session
        self._complaints: list[str] = []
        page.on("request", self._asks)
        page.on("console", self._says)

    async def look(self, path: str, *, name: str) -> Shown:
        """Open a path, judge what is there, and keep a picture of it under `name`."""
        self._complaints.clear()
        await self._scripts(self.mode != "plain")
        response = await self.page.goto(URL + path)
        assert response is not None
        await self._scripts(True)  # nothing of the page runs any more, and axe can
        shown = Shown(path, self.mode, response.status)
        await judge(self.page, shown)
        shown.complaints += self._complaints
        if self.mode != "plain":
            await keep(self.page, f"{name}.{self.mode}")
        return shown

    async def _scripts(self, run: bool) -> None:
        await self._session.send("Emulation.setScriptExecutionDisabled", {"value": not run})

    def _asks(self, request: Request) -> None:
        if not request.url.startswith((URL, "data:")):
            self._complaints.append(f"asks {request.url}")

    def _says(self, message: ConsoleMessage) -> None:
        if not message.text.startswith("Failed to load resource"):
            self._complaints.append(f"console: {message.text}")


@dataclass
class Browsing:
    """A desk in a browser."""

    desk: OpenDesk
    browser: Browser

    async def context(self, mode: str, token: str | None) -> BrowserContext:
        """`token`: of who is signed in, None for nobody."""
        context = await self.browser.new_context(**MODES[mode], locale="nl-NL", timezone_id="Europe/Amsterdam")
        if token is not None:
            await context.add_cookies([{"name": "sluis", "value": token, "url": URL}])
        return context

    async def tab(self, mode: str, token: str | None) -> Tab:
        context = await self.context(mode, token)
        page = await context.new_page()
        return Tab(page, mode, await context.new_cdp_session(page))


@asynccontextmanager
async def browsing(desk: OpenDesk) -> AsyncIterator[Browsing]:
    """Serve a desk and open a browser to it."""
    named = "--host-resolver-rules=MAP desk.localhost:80 127.0.0.1:{}"
    async with serving(desk.app) as port, chromium(named.format(port)) as browser:
        yield Browsing(desk, browser)


async def judge(page: Page, shown: Shown) -> None:
    """All that a machine can see on the page as it stands."""
    facts = await page.evaluate(FACTS)
    shown.ids = frozenset(facts["ids"])
    complaints = shown.complaints
    if len(facts["headings"]) != 1:
        complaints.append(f"{len(facts['headings'])} headings of the first level")
    elif not _titled(facts["title"], " ".join(facts["headings"][0].split())):
        complaints.append(f"the title is {facts['title']!r}")
    if facts["language"] not in ("nl", "en"):
        complaints.append(f"language {facts['language']!r}")
    if len(facts["ids"]) != len(shown.ids):
        complaints.append("an id that stands twice")
    if facts["styled"]:
        complaints.append("an inline style or script")
    complaints += [f"too small: {each}" for each in facts["small"]]
    for found in await violations(page, ["color-contrast", "link-in-text-block"] if shown.mode == "dark" else None):
        where = [node["target"] for node in found["nodes"]][:3]
        complaints.append(f"axe {found['id']}: {found['help']} {where} {found['nodes'][0]['failureSummary'][:300]}")
    if await page.evaluate(SIDEWAYS):
        complaints.append("scrolls sideways")
    if shown.mode == "wide":
        await page.set_viewport_size(ZOOMED)
        if await page.evaluate(SIDEWAYS):
            complaints.append("scrolls sideways at 200 %")
        await page.set_viewport_size(WIDE)


def _titled(title: str, heading: str) -> bool:
    """Whether a title is the heading, or its beginning where the heading goes on with what somebody wrote."""
    named, _, desk = title.rpartition(" – ")
    return desk == "Sluis" and named != "" and heading.startswith(named)


async def violations(page: Page, rules: list[str] | None) -> list[dict[str, Any]]:
    """What axe finds, by all rules of WCAG 2.2 A and AA, or by these."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    options = {"runOnly": only, "resultTypes": ["violations"]}
    if not rules:
        options["rules"] = {"target-size": {"enabled": True}}
    return (await Axe().run(page, options=options)).response["violations"]


async def walk(page: Page) -> list[str]:
    """Go through a page by Tab alone: what it never reaches, and where one cannot see that one is there. A date is four
    stops: day, month, year and the calendar.
    """
    wanted = await page.evaluate(WALK, FOCUSABLE)
    for _ in range(wanted + 1):
        await page.keyboard.press("Tab")
    missed, unseen = await page.evaluate(WALKED)
    return [f"Tab never reaches {each}" for each in missed] + [f"focus cannot be seen on {each}" for each in unseen]


async def keep(page: Page, name: str) -> None:
    SCREENS.mkdir(exist_ok=True)
    await page.screenshot(path=SCREENS / f"{name}.jpeg", full_page=True, type="jpeg", quality=70)
