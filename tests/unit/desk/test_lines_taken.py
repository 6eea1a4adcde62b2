"""A list taken along: what it holds, what it is of, and only for who proved who they are."""

import csv
import io
import json

import pytest

from gateway.desk.pages import lines_taken
from gateway.desk.roles import Role
from gateway.model.codes import Tenant
from tests.support.desk import OpenDesk

LIST = "/zvh/verstrekkingen"
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_csv_holds_what_the_list_shows_and_what_it_is_of(one_desk: OpenDesk) -> None:
    answer = await one_desk.sign_in().get(f"{LIST}.csv?besluit=geweigerd")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    lines = answer.content.decode("utf-8-sig").split("\r\n")
    head = dict(line.removeprefix("# ").split(": ", 1) for line in lines if line.startswith("# "))
    index = one_desk.desk.indexes[Tenant.ZVH]
    seal = index.level.newest
    assert head["filter"] == "besluit=geweigerd"
    assert head["aantal"] == "2"
    assert head["zegels"] == f"{seal.origin} 4 {seal.root}"
    assert head["lijst"] == "Verzoeken, met als besluit geweigerd."
    rows = list(csv.DictReader(io.StringIO("\r\n".join(line for line in lines if not line.startswith("# ")))))
    assert [(row["nummer"], row["besluit"]) for row in rows] == [("2", "geweigerd"), ("1", "geweigerd")]
    assert rows[1]["aanvrager_naam"] == "Wijkteam Centrum"
    assert rows[1]["alias_betrokkene"] == index.line(2026, 1).subject
    assert rows[1]["regel"] == index.line(2026, 1).record


async def test_json_holds_the_same(one_desk: OpenDesk) -> None:
    answer = await one_desk.sign_in().get(f"{LIST}.json?besluit=geweigerd")
    assert answer.headers["content-type"] == "application/json"
    assert 'filename="verstrekkingen-zvh-' in answer.headers["content-disposition"]
    document = json.loads(answer.content)
    assert (document["aantal"], document["filter"]) == (2, "besluit=geweigerd")
    assert [row["nummer"] for row in document["rows"]] == [2, 1]
    assert document["rows"][1]["redenen"][0] == "niet-betrokken-bij-casus"


async def test_it_is_recorded_what_was_taken(one_desk: OpenDesk) -> None:
    await one_desk.sign_in().get(f"{LIST}.csv?besluit=geweigerd")
    look = one_desk.desk.acts[Tenant.ZVH].looks()[-1].look
    assert (look.what, look.filter, look.count) == ("verstrekkingen.csv", "besluit=geweigerd", 2)


async def test_whoever_proved_it_long_ago_proves_again_who_they_are(one_desk: OpenDesk) -> None:
    answer = await one_desk.sign_in(ago=6).get(f"{LIST}.csv")
    assert (answer.status_code, answer.headers["location"]) == (303, "/zvh/opnieuw-aanmelden")


async def test_a_role_that_may_not_take_along_takes_nothing(one_desk: OpenDesk) -> None:
    officer = one_desk.sign_in({Tenant.ZVH: Role.PRIVACYFUNCTIONARIS}, who="piet")
    for kind in ("csv", "json"):
        assert (await officer.get(f"{LIST}.{kind}")).status_code == 403


async def test_a_wrong_filter_takes_nothing_along(one_desk: OpenDesk) -> None:
    answer = await one_desk.sign_in().get(f"{LIST}.csv?besluit=x")
    assert answer.status_code == 400
    assert "Wat er staat bij “Besluit” klopt niet" in answer.text


async def test_more_than_a_file_holds_is_not_made(one_desk: OpenDesk, monkeypatch) -> None:
    monkeypatch.setattr(lines_taken, "MOST_EXPORTED", 3)
    fenna = one_desk.sign_in()
    answer = await fenna.get(f"{LIST}.csv")
    assert (answer.status_code, answer.headers["location"]) == (303, LIST)
    assert "Er gaan ten hoogste 3 regels in een bestand" in (await fenna.get(LIST)).text
    assert (await fenna.get(f"{LIST}.csv?besluit=geweigerd")).status_code == 200
