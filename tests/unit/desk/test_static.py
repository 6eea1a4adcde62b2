"""The desk's own files: kept for ever by their hash, compressed, the theme swapped by a setting, no library needed."""

import gzip
import re
from pathlib import Path

import pytest

from gateway.app.desk import static_of
from gateway.desk.static import KEPT, THEME, Static
from gateway.errors import Fault
from tests.support.desk import OpenDesk, opened, settings_of

BUDGET = 100_000
"""Bytes that a first page may weigh, with all that it loads, as sent."""


async def test_a_file_has_its_hash_in_its_address_and_is_kept_for_ever(open_desk: OpenDesk) -> None:
    browser = open_desk.sign_in().client
    address = open_desk.desk.static.url(THEME)
    answer = await browser.get(address)
    assert re.fullmatch(rf"/static/[0-9a-f]{{16}}/{THEME}", address)
    assert answer.headers["cache-control"] == KEPT
    assert answer.headers["content-type"].startswith("text/css")
    assert ".sluis-theme" in answer.text
    assert (await browser.get("/static/0/nothing.css")).status_code == 404
    assert (await browser.get("/static/0/..%2F..%2Fpages%2Ftoday.py")).status_code == 404


async def test_files_are_compressed_for_who_asks_and_pages_never_are(open_desk: OpenDesk) -> None:
    browser, address = open_desk.sign_in().client, open_desk.desk.static.url(THEME)
    packed = await browser.get(address, headers={"accept-encoding": "gzip"})
    plain = await browser.get(address, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert packed.headers["vary"] == "Accept-Encoding"
    page = await browser.get("/zvh", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in page.headers


async def test_a_first_page_with_all_that_it_loads_stays_within_its_budget(open_desk: OpenDesk) -> None:
    browser = open_desk.sign_in().client
    page = (await browser.get("/zvh")).text
    loaded = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    files = [gzip.compress((await browser.get(each)).content) for each in loaded]
    assert len(loaded) == len(set(loaded)) >= 3
    assert len(page.encode()) + sum(map(len, files)) < BUDGET


async def test_without_the_library_a_page_names_none_of_it(own_morning: Path) -> None:
    async with opened(own_morning) as desk:
        static = desk.desk.static
        for name in ("utrecht.css", "htmx.js"):
            static._files.pop(name, None)
        page = (await desk.sign_in().get("/zvh")).text
    assert "utrecht.css" not in page
    assert "htmx.js" not in page
    assert THEME in page
    assert "Vandaag" in page


def test_another_theme_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "stad.css").write_text(".sluis-theme { --sluis-accent: #004488; }")
    static = Static(tmp_path / "stad.css")
    assert static.url(THEME) != Static().url(THEME)
    assert static._files[THEME] == (tmp_path / "stad.css").read_bytes()


def test_a_theme_that_is_not_there_is_told_before_anything_is_served(tmp_path: Path) -> None:
    with pytest.raises(Fault) as told:
        static_of(settings_of(tmp_path, desk_theme=tmp_path / "away.css"))
    assert told.value.code == "desk-state-unavailable"
