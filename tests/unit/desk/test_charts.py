"""Charts: the numbers beside the picture, nothing told by colour alone, nothing that a strict CSP would refuse."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from markupsafe import Markup

from gateway.desk.charts import KEPT_BACK, PATTERNS, WIDTH, Told, stacked

TOLD = Told("Besluiten per maand", "Een balk per maand.", "Maand", ("Aantal",))
THREE = Told("Per uitkomst", "Drie delen.", "Fase", ("toegestaan", "gedeeltelijk", "geweigerd"))
EVIL = '<script>alert(1)</script>"&'

EACH: dict[str, Callable[[Told], Markup]] = {
    "single": lambda told: stacked(told, [("januari", [12]), ("februari", [None]), ("maart", [0])]),
    "stacked": lambda told: stacked(told, [("fase 1", [5, 2, 1]), ("fase 2", [0, None, 3])]),
    "no rows": lambda told: stacked(told, []),
}


def parsed(chart: Markup) -> ET.Element:
    return ET.fromstring(str(chart))


@pytest.mark.parametrize("name", EACH)
def test_every_chart_is_a_picture_with_words_and_a_table(name: str) -> None:
    figure = parsed(EACH[name](THREE if name == "stacked" else TOLD))
    svg = figure.find("svg")
    assert svg is not None
    assert svg.get("role") == "img"
    named = svg.get("aria-labelledby", "").split()
    assert [svg.find("title").get("id"), svg.find("desc").get("id")] == named
    assert (svg.find("title").text, svg.find("desc").text) == (
        (THREE.title, THREE.desc) if name == "stacked" else (TOLD.title, TOLD.desc)
    )
    assert figure.find("details/summary").text == "Bekijk als tabel"
    assert figure.find("details/table/caption") is not None
    ground = svg.find("rect")
    assert (ground.get("class"), ground.get("width")) == ("sluis-chart__ground", str(WIDTH))


@pytest.mark.parametrize("name", EACH)
def test_nothing_in_a_chart_needs_an_inline_style_or_script(name: str) -> None:
    said = str(EACH[name](TOLD if name != "stacked" else THREE))
    assert not re.search(r"style=|<style|<script|javascript:|href|\son\w+=|https?://", said)


def test_the_table_has_every_number_and_the_mark_of_those_kept_back() -> None:
    cells = [[cell.text for cell in row] for row in parsed(EACH["stacked"](THREE)).findall("details/table/tbody/tr")]
    assert cells == [["fase 1", "5", "2", "1"], ["fase 2", "0", KEPT_BACK, "3"]]


def test_each_series_has_its_pattern_and_its_place_in_the_legend() -> None:
    figure = parsed(EACH["stacked"](THREE))
    labels = [text.text for text in figure.iter("text") if text.get("class") == "sluis-chart__label"]
    assert labels[:3] == list(THREE.series)
    fills = {rect.get("fill", "")[1 + 4 :].rstrip(")").partition("-")[2] for rect in figure.iter("rect")} - {""}
    patterns = {pattern.get("id").partition("-")[2] for pattern in figure.iter("pattern")}
    assert fills == {"stripes", "dots"}
    assert patterns == set(PATTERNS[1:])


def test_a_bar_is_as_long_as_its_number_and_nought_has_none() -> None:
    figure = parsed(stacked(TOLD, [("a", [100]), ("b", [50]), ("c", [0]), ("d", [1])]))
    wide = [int(rect.get("width")) for rect in figure.iter("rect") if "series" in rect.get("class", "")]
    assert wide == [WIDTH - 100, (WIDTH - 100) // 2, (WIDTH - 100) // 100]
    assert all(int(text.get("x")) <= WIDTH - 90 for text in figure.iter("text"))


def test_the_numbers_stand_in_the_picture_too() -> None:
    said = [
        text.text for text in parsed(EACH["single"](TOLD)).iter("text") if text.get("class") == "sluis-chart__value"
    ]
    assert said == ["12", KEPT_BACK, "0"]


def test_what_comes_from_outside_is_escaped_everywhere() -> None:
    told = Told(EVIL, EVIL, EVIL, (EVIL, EVIL), table=EVIL)
    said = str(stacked(told, [(EVIL, [1, 2])]))
    assert "<script" not in said
    assert parsed(Markup(said)).find("svg/title").text == EVIL


def test_numbers_are_told_as_the_language_does() -> None:
    english = Told("Decisions", "A bar.", "Month", ("Count",), language="en")
    assert "1,234" in str(stacked(english, [("a", [1234])]))
    assert "1.234" in str(stacked(TOLD, [("a", [1234])]))


def test_two_charts_on_one_page_share_no_id() -> None:
    ids = re.findall(r'\bid="([^"]+)"', str(EACH["single"](TOLD)) + str(EACH["stacked"](THREE)))
    assert len(ids) == len(set(ids))
