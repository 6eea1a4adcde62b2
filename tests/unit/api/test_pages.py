"""Pages for people: complete, safe, in two languages, and they load nothing from elsewhere."""

from collections import Counter
from html import escape
from html.parser import HTMLParser

import httpx
import pytest

from gateway.api.pages.frame import CSP, Page, table, text
from gateway.catalogue import Kind
from gateway.catalogue.catalogue import Language

from .conftest import CATALOGUE

PAGES = ["/", "/docs", "/codes", *(f"/codes/{code}" for code in CATALOGUE)]
VOID = {"meta", "link", "br", "hr", "img", "input"}
LOADS = {"src", "srcset", "href", "action", "formaction", "data", "poster", "background", "xlink:href", "manifest"}


class Read(HTMLParser):
    """What a page holds: tags in balance, what it loads or links to, its ids and headings."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.places: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.attributes: set[str] = set()
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        self.places += [(tag, value or "") for name, value in attrs if name in LOADS]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_whole_and_loads_nothing_from_elsewhere(
    http: httpx.AsyncClient, path: str, language: str
) -> None:
    response = await http.get(path, headers={"Accept-Language": language})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-language"] == language
    assert response.headers["content-security-policy"] == CSP
    assert f'<html lang="{language}">' in response.text
    page = Read(response.text)
    assert page.tags["h1"] == page.tags["main"] == page.tags["title"] == 1
    assert not {"script", "iframe", "object", "embed", "img", "style", "form", "base"} & page.tags.keys()
    assert not [name for name in page.attributes if name.startswith("on") or name == "style"]
    assert [place for tag, place in page.places if tag == "link"] == ["/style.css"]
    assert all(place.startswith(("/", "#")) and not place.startswith("//") for _, place in page.places)
    assert {place[1:] for _, place in page.places if place.startswith("#")} <= set(page.ids)
    assert max(Counter(page.ids).values()) == 1


async def test_every_link_leads_somewhere(http: httpx.AsyncClient) -> None:
    places = set()
    for path in ("/", "/docs", "/codes", "/codes/not-found"):
        places |= {place for _, place in Read((await http.get(path)).text).places if place.startswith("/")}
    assert len(places) > 100
    for place in places:
        assert (await http.get(place)).status_code == 200, place


async def test_the_style_loads_nothing(http: httpx.AsyncClient) -> None:
    style = await http.get("/style.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "url(" not in style.text
    assert "@import" not in style.text
    assert "prefers-color-scheme: dark" in style.text


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_every_code_has_its_page(http: httpx.AsyncClient, language: Language) -> None:
    index = (await http.get(f"/codes?lang={language}")).text
    for code in CATALOGUE.values():
        assert f'href="/codes/{code.code}?lang={language}"' in index
        page, words = (await http.get(f"/codes/{code.code}?lang={language}")).text, code.text(language)
        assert f"<h1>{escape(words.title)}</h1>" in page
        for sentence in filter(None, (words.sentence, words.cause, words.next)):
            assert text(sentence)[:40] in page
        assert all(escape(article) in page for article in code.articles)
        told = "Bij een storing is er niets verstrekt." if language == "nl" else "With a fault, nothing was released."
        assert (told in page) == (code.kind is Kind.FAULT)


@pytest.mark.parametrize(
    ("query", "header", "language"), [("?lang=en", "nl", "en"), ("?lang=nl", "en", "nl"), ("?lang=fr", "en", "en")]
)
async def test_the_address_goes_before_the_browser(
    http: httpx.AsyncClient, query: str, header: str, language: str
) -> None:
    response = await http.get(f"/codes{query}", headers={"Accept-Language": header})
    assert response.headers["content-language"] == language


def test_words_are_escaped() -> None:
    nasty = "<script>alert('x')</script>"
    html = Page("/x", "nl", nasty, text(nasty) + table(nasty, [nasty], [[text(nasty), text(nasty)]])).html()
    assert "<script" not in html
    assert Read(html).tags["table"] == 1


async def test_pages_are_small(http: httpx.AsyncClient) -> None:
    import gzip

    for path in ("/", "/docs", "/codes"):
        assert len(gzip.compress((await http.get(path)).content)) < 25_000
