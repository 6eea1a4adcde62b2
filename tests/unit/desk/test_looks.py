"""Wie keek: every look of a tenant, newest first, by day, person and page; and the list taken along."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.desk.pages.looks import COLUMNS, PAGE
from gateway.desk.roles import Role
from gateway.model.amsterdam import day_of
from gateway.model.codes import Tenant
from gateway.model.look import Look
from gateway.review.looks import tail
from tests.support.desk import OpenDesk, Person, main_of, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
MANY = PAGE + 5


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(own_morning: Path) -> AsyncIterator[OpenDesk]:
    """A desk where somebody looked many times, and somebody else the day after."""
    async with opened(own_morning) as desk:
        for number in range(MANY):
            await desk.desk.audit.looked(
                Tenant.GEMEENTE, Look("bas", "auditor", "verstrekkingen", f"fase={number}", number)
            )
        desk.clock.move(days=1)
        await desk.desk.audit.looked(Tenant.GEMEENTE, Look("=anna", "fg", "regel", "", 1))
        yield desk


@pytest.fixture
def frits(desk: OpenDesk) -> Person:
    return desk.sign_in({Tenant.GEMEENTE: Role.FG}, who="frits")


async def test_the_newest_look_stands_first_and_this_one_is_recorded(desk: OpenDesk, frits: Person) -> None:
    before = len(desk.desk.acts[Tenant.GEMEENTE].looks())
    page = await frits.get("/gemeente/wie-keek?wat=regel")
    assert page.status_code == 200
    assert "=anna" in main_of(page.text)
    assert "bas" not in main_of(page.text).split("nieuwste eerst")[1]
    [look] = desk.desk.acts[Tenant.GEMEENTE].looks()[before:]
    assert (look.look.who, look.look.role, look.look.what) == ("frits", "fg", "wie-keek")
    assert (look.look.filter, look.look.count) == ("wat=regel", 1)
    again = await frits.get("/gemeente/wie-keek")
    assert "wie-keek" in main_of(again.text)


async def test_a_day_and_a_person_can_be_chosen(desk: OpenDesk, frits: Person) -> None:
    today = day_of(desk.clock.now())
    page = main_of((await frits.get(f"/gemeente/wie-keek?dag={today}&wie={tail('=anna')}")).text)
    assert "1 keer keek iemand" in page
    yesterday = main_of((await frits.get(f"/gemeente/wie-keek?dag={today - timedelta(days=1)}&wie={tail('bas')}")).text)
    assert f"{MANY} keer keek iemand" in yesterday
    nobody = main_of((await frits.get("/gemeente/wie-keek?dag=2001-01-01")).text)
    assert "Niemand keek" in nobody


async def test_pages_follow_each_other(desk: OpenDesk, frits: Person) -> None:
    first = await frits.get(f"/gemeente/wie-keek?wie={tail('bas')}")
    assert f"fase={MANY - 1}<" in first.text
    assert f"fase={MANY - PAGE - 1}<" not in first.text
    assert 'rel="next"' in first.text
    assert 'rel="prev"' not in first.text
    second = await frits.get(f"/gemeente/wie-keek?wie={tail('bas')}&pagina=2")
    assert f"fase={MANY - PAGE - 1}<" in second.text
    assert 'rel="next"' not in second.text


@pytest.mark.parametrize(
    "query",
    [
        "pagina=0",
        "pagina=99",
        "pagina=x",
        "pagina=²",
        "dag=gisteren",
        "dag=2026-02-31",
        "naam=x",
        "wie=999993653",
        "wat=999993653",
    ],
)
async def test_what_is_not_understood_is_told_and_not_repeated(desk: OpenDesk, frits: Person, query: str) -> None:
    before = len(desk.desk.acts[Tenant.GEMEENTE].looks())
    page = await frits.get(f"/gemeente/wie-keek?{query}")
    assert page.status_code == 400
    assert query.partition("=")[2] not in main_of(page.text).split()
    assert len(desk.desk.acts[Tenant.GEMEENTE].looks()) == before, "what an address held was recorded"


async def test_no_address_names_anybody(frits: Person) -> None:
    page = (await frits.get("/gemeente/wie-keek")).text
    assert f'value="{tail("bas")}"' in page
    assert 'value="bas"' not in page
    assert "wie=bas" not in page


async def test_the_list_can_be_taken_along(desk: OpenDesk, frits: Person) -> None:
    taken = await frits.get(f"/gemeente/wie-keek/bestand.csv?wie={tail('=anna')}")
    assert taken.status_code == 200
    lines = [line for line in taken.content.decode("utf-8-sig").splitlines() if not line.startswith("#")]
    rows = list(csv.reader(io.StringIO("\n".join(lines))))
    assert rows[0] == list(COLUMNS)
    assert [row[1:] for row in rows[1:]] == [["'=anna", "fg", "regel", "", "1"]]
    [look] = desk.desk.acts[Tenant.GEMEENTE].looks()[-1:]
    assert (look.look.what, look.look.count) == ("wie-keek als csv", 1)
    as_json = json.loads((await frits.get("/gemeente/wie-keek/bestand.json?wat=verstrekkingen")).content)
    assert as_json["aantal"] == len(as_json["rows"]) == MANY
    assert (await frits.get("/gemeente/wie-keek/bestand.xml")).status_code == 404


async def test_taking_it_along_needs_a_fresh_proof(desk: OpenDesk) -> None:
    late = desk.sign_in({Tenant.GEMEENTE: Role.FG}, ago=6)
    taken = await late.get("/gemeente/wie-keek/bestand.csv")
    assert taken.headers["location"] == "/gemeente/opnieuw-aanmelden"


async def test_another_tenants_looks_are_not_here(desk: OpenDesk) -> None:
    fenna = desk.sign_in({Tenant.ZVH: Role.FG})
    assert "=anna" not in (await fenna.get("/zvh/wie-keek")).text
    assert (await fenna.get("/gemeente/wie-keek")).status_code == 404
