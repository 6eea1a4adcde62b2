"""Cijfers as each role sees them, in files and in the report."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import orjson
import pytest

from gateway.desk.roles import Role
from gateway.model.codes import Tenant
from gateway.review.figures.lawful import LEFT_OUT, Control
from gateway.review.filter import Filter
from gateway.review.index import Index
from tests.support.decisions import COLLEGE, GGZ, GRANTED, POLITIE, REFUSED, Log
from tests.support.desk import OpenDesk, Person, main_of

G, Z = Tenant.GEMEENTE, Tenant.ZVH
HALF = {"vanaf": "2026-01-01", "tot": "2026-06-30"}


@pytest.fixture(scope="module")
def half_year(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Forty-nine decisions in half a year: 30 of one party, 16 of another and 3 of a third."""
    log, first = Log(), date(2026, 1, 5)
    for each in range(49):
        requester = COLLEGE if each < 30 else GGZ if each < 46 else POLITIE
        outcome = REFUSED if each % 5 == 0 else GRANTED
        log.add(first + timedelta(each * 3), outcome, requester=requester, phase=each % 4 + 1)
    return log.index(tmp_path_factory.mktemp("half-year"))


@pytest.fixture
def counted(open_desk: OpenDesk, half_year: Index) -> Iterator[OpenDesk]:
    kept, open_desk.desk.indexes = open_desk.desk.indexes, dict.fromkeys(Tenant, half_year)
    yield open_desk
    open_desk.desk.indexes = kept


def lists(page: str) -> dict[str, int]:
    """The queries of the lists that a page leads to, with the number that leads there."""
    found = re.findall(r'href="/\w+/verstrekkingen\?([^"]+)"><span class="sluis-number">([\d.]+)<', page)
    return {query.replace("&amp;", "&"): int(number.replace(".", "")) for query, number in found}


async def test_every_number_leads_to_its_list(counted: OpenDesk, half_year: Index) -> None:
    page = await counted.sign_in().get("/gemeente/cijfers", params=HALF)
    assert page.status_code == 200
    found = lists(page.text)
    assert len(found) > 40
    for query, number in found.items():
        assert half_year.count(Filter.read(parse_qs(query))) == number
    assert "49" in main_of(page.text)


async def test_the_fg_sees_a_small_number_and_that_it_is_kept_back_elsewhere(counted: OpenDesk) -> None:
    page = (await counted.sign_in().get("/gemeente/cijfers", params=HALF)).text
    row = re.search(rf"{POLITIE}</th>.*?</tr>", page, re.S)
    assert row is not None
    assert re.search(r">3</span></a>\s*<abbr[^>]*>\(x\)</abbr>", row[0])


async def test_who_may_not_see_lists_sees_no_small_number_and_no_link(counted: OpenDesk) -> None:
    privacy = counted.sign_in({G: Role.PRIVACYFUNCTIONARIS})
    page = (await privacy.get("/gemeente/cijfers", params=HALF)).text
    assert lists(page) == {}
    assert "verstrekkingen?" not in page
    assert "/cijfers/uitvoer" not in page
    row = re.search(rf"{POLITIE}</th>.*?</tr>", page, re.S)
    assert row is not None
    assert ">3<" not in row[0]
    assert re.search(r"<abbr[^>]*>x</abbr>", row[0])


async def test_a_look_says_what_was_counted_and_of_how_many(counted: OpenDesk) -> None:
    await counted.sign_in().get("/gemeente/cijfers", params=HALF)
    look = counted.desk.acts[G].looks()[-1].look
    assert (look.what, look.filter, look.count) == ("cijfers", "vanaf=2026-01-01&tot=2026-06-30", 49)


async def test_the_seal_stands_beside_the_figures(counted: OpenDesk, half_year: Index) -> None:
    page = main_of((await counted.sign_in().get("/gemeente/cijfers", params=HALF)).text)
    [seal] = half_year.level.seals.values()
    assert f"logboek 2026, 49 regels: {seal.root}" in page


async def test_of_a_zvh_nothing_is_shown_before_somebody_says_what_for(counted: OpenDesk) -> None:
    fenna = counted.sign_in()
    page = await fenna.get("/zvh/cijfers", params=HALF)
    assert page.status_code == 200
    assert lists(page.text) == {}
    assert "<table" not in page.text
    assert counted.desk.acts[Z].looks()[-1].look.what == "cijfers: keuze van het doel"
    for control in Control:
        page = await fenna.get("/zvh/cijfers", params=HALF | {"controle": control})
        assert not any(f'id="{name}"' in page.text for name in (*LEFT_OUT, "maand", "week"))
        assert "Vorige periode" not in page.text
        assert "Wat hier niet staat, en waarom" in main_of(page.text)
        assert f"controle={control}" in counted.desk.acts[Z].looks()[-1].look.filter
        assert not any("aanvrager=" in query for query in lists(page.text))


@pytest.mark.parametrize("tenant", Tenant)
async def test_the_half_year_report_has_no_small_number_in_any_role(counted: OpenDesk, tenant: Tenant) -> None:
    page = await counted.sign_in().get(f"/{tenant}/cijfers/halfjaar?van=2026-1&controle=rechtmatigheid")
    assert page.status_code == 200
    assert "verstrekkingen?" not in page.text
    cells = [int(each.replace(".", "")) for each in re.findall(r'class="sluis-number">([\d.]+)</span></td>', page.text)]
    assert cells
    assert not any(0 < each < 5 for each in cells)
    assert "Bevindingen van de FG" in main_of(page.text)
    assert ("Per aanvrager" in main_of(page.text)) is (tenant is G)
    look = counted.desk.acts[tenant].looks()[-1].look
    assert (look.what, look.count) == ("halfjaarrapport", 49)


async def test_the_report_of_a_half_year_that_is_not_over_says_so(counted: OpenDesk) -> None:
    fenna, today = counted.sign_in(), counted.clock.now().date()
    half = f"{today.year}-{1 + (today.month > 6)}"
    assert "nog niet om" in main_of((await fenna.get(f"/gemeente/cijfers/halfjaar?van={half}")).text)
    assert (await fenna.get("/gemeente/cijfers/halfjaar?van=2090-1")).status_code == 400


async def exported(fenna: Person, path: str) -> bytes:
    answer = await fenna.get(path)
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_files_have_the_published_figures_and_their_seal(counted: OpenDesk, half_year: Index) -> None:
    fenna, path = counted.sign_in(), "/gemeente/cijfers/uitvoer?vanaf=2026-01-01&tot=2026-06-30&vorm="
    found = orjson.loads(await exported(fenna, path + "json"))
    [seal] = half_year.level.seals.values()
    assert found["zegels"] == [f"{seal.origin} 49 {seal.root}"]
    counts = [row["aantal"] for row in found["rows"]]
    assert "x" in counts
    assert not any(isinstance(each, int) and 0 < each < 5 for each in counts)
    text = (await exported(fenna, path + "csv")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text.partition("tabel,")[2])))[1:]
    assert [row[-1] for row in rows] == [str(each) for each in counts]
    look = counted.desk.acts[G].looks()[-1].look
    assert (look.what, look.filter) == ("cijfers: uitvoer", "vanaf=2026-01-01&tot=2026-06-30&vorm=csv")


async def test_a_file_asks_for_the_purpose_and_for_proof_of_who_one_is(counted: OpenDesk) -> None:
    fenna = counted.sign_in()
    assert (await fenna.get("/zvh/cijfers/uitvoer?vorm=csv")).status_code == 422
    found = orjson.loads(await exported(fenna, "/zvh/cijfers/uitvoer?vorm=json&controle=interne-controle"))
    assert found["doel_van_de_controle"] == "interne-controle"
    assert {row["tabel"] for row in found["rows"]} <= {"totaal", "grondslag", "fase", "reden", "beleid"}
    late = await counted.sign_in(ago=10).get("/gemeente/cijfers/uitvoer?vorm=csv")
    assert late.status_code in (200, 303)
    assert b"tabel,waarde" not in late.content


async def test_what_is_no_period_and_what_is_not_in_a_closed_list_is_refused(counted: OpenDesk) -> None:
    fenna = counted.sign_in()
    for path in (
        "cijfers?vanaf=gisteren",
        "cijfers?vanaf=2026-02-30",
        "cijfers?vanaf=2026-03-01&tot=2026-02-01",
        "cijfers?vanaf=0001-01-01",
        "cijfers?vanaf=2001-01-01",
        "cijfers?controle=nieuwsgierig",
        "cijfers/halfjaar?van=2026-3",
        "cijfers/uitvoer?vorm=xls",
    ):
        assert (await fenna.get(f"/zvh/{path}")).status_code == 400, path


async def test_a_log_without_decisions_has_a_page(open_desk: OpenDesk, tmp_path: Path) -> None:
    kept, open_desk.desk.indexes = open_desk.desk.indexes, dict.fromkeys(Tenant, Log().index(tmp_path))
    page = await open_desk.sign_in().get("/gemeente/cijfers", params=HALF)
    open_desk.desk.indexes = kept
    assert page.status_code == 200
    assert "Er zijn geen besluiten in deze periode." in main_of(page.text)


async def test_english(counted: OpenDesk) -> None:
    fenna = counted.sign_in()
    await fenna.post("/gemeente/instellingen", {"taal": "en", "verder": "/cijfers"})
    page = main_of((await fenna.get("/gemeente/cijfers", params=HALF)).text)
    assert "By legal basis" in page
