"""The first page, the menu, and what the desk says of itself: each role sees what is theirs, and no more."""

import re
from datetime import timedelta

import pytest

from gateway.desk.menu import ENTRIES
from gateway.desk.pages import ROUTES
from gateway.desk.roles import MAY, Role
from gateway.model.codes import Tenant
from gateway.model.writing import WritingKind
from tests.support.desk import OpenDesk, main_of


def as_role(desk: OpenDesk, role: Role, who: str = "rens"):
    return desk.sign_in(dict.fromkeys(Tenant, role), who=who)


@pytest.mark.parametrize("role", Role)
async def test_the_menu_has_what_a_role_may_see_and_nothing_else(open_desk: OpenDesk, role: Role) -> None:
    page = (await as_role(open_desk, role).get("/zvh")).text
    [nav] = re.findall(r'<nav class="sluis-nav".*?</nav>', page, re.S)
    shown = [each.removeprefix("/zvh") for each in re.findall(r'href="([^"]*)"', nav)]
    assert shown == [path for path, permission in ENTRIES if permission in MAY[role]]


def test_every_entry_of_the_menu_is_a_page_of_the_permission_that_it_says() -> None:
    pages = {each.path: each.permission for each in ROUTES if each.method == "GET"}
    assert dict(ENTRIES).items() <= pages.items()


@pytest.mark.parametrize(
    ("role", "numbers"),
    [
        (Role.FG, range(1, 13)),
        (Role.AUDITOR, range(1, 13)),
        (Role.PRIVACYFUNCTIONARIS, [4, 9, 12]),
        (Role.BEHEERDER, []),
        (Role.MEDEWERKER_CONTACTPUNT, [8]),
    ],
)
async def test_a_role_is_asked_the_questions_that_it_may_answer(
    open_desk: OpenDesk, role: Role, numbers: list[int]
) -> None:
    person = as_role(open_desk, role)
    page = (await person.get("/zvh")).text
    links = dict(re.findall(r'id="vraag-(\d+)" href="([^"]+)"', page))
    assert [int(each) for each in links] == list(numbers)
    for link in links.values():
        assert (await person.get(link.replace("&amp;", "&"))).status_code == 200


async def test_what_is_new_counts_from_the_visit_before_and_leads_to_its_list(open_desk: OpenDesk) -> None:
    first = main_of((await open_desk.sign_in(who="noor").get("/zvh")).text)
    assert "Dit is uw eerste bezoek" in first
    assert "1 weigering" in first
    open_desk.clock.move(days=1)
    page = (await open_desk.sign_in(who="noor").get("/zvh")).text
    assert "0 weigeringen" in main_of(page)
    [link] = re.findall(r'href="(/zvh/verstrekkingen\?[^"]*soort=weigering[^"]*na=[^"]*)"', page)
    person = open_desk.sign_in(who="noor")
    assert "0 regels gevonden" in main_of((await person.get(link.replace("&amp;", "&"))).text)


async def test_the_verdict_is_that_of_the_last_check(open_desk: OpenDesk) -> None:
    person = open_desk.sign_in()
    assert "nog niet gecontroleerd" in main_of((await person.get("/gemeente")).text)
    await person.post("/gemeente/controle")
    await open_desk.desk.checks.finished(Tenant.GEMEENTE)
    assert "Het logboek klopt" in main_of((await person.get("/gemeente")).text)


async def test_no_course_in_time_is_told_of_the_log_of_a_zvh(open_desk: OpenDesk) -> None:
    person = open_desk.sign_in()
    assert "sluis-chart" in (await person.get("/gemeente")).text
    zvh = (await person.get("/zvh")).text
    assert "sluis-chart__svg" not in zvh
    assert "artikel 1.8, vierde lid" in main_of(zvh)


async def test_what_is_due_is_told_and_what_is_done_is_not(open_desk: OpenDesk) -> None:
    person = open_desk.sign_in(who="mirjam")
    day = (open_desk.clock.now() - timedelta(days=40)).date().isoformat()
    await person.post("/gemeente/betrokkene/nieuw", {"ontvangen": day, "taal": "nl"})
    drawn = {"title": "Kleine greep", "filter": "soort=verstrekking&soort=weigering", "size": "1"}
    sample = (await person.post("/gemeente/steekproeven", drawn)).headers["location"]
    page = main_of((await person.get("/gemeente")).text)
    assert re.search(r"Inzageverzoek \d{4}-001: \d+ dag(en)? te laat", page)
    assert "Steekproef “Kleine greep”: 0 van 1 beoordeeld" in page
    [written] = await open_desk.desk.writings.all(Tenant.GEMEENTE, WritingKind.SAMPLE)
    verdict = {"record": written.content["records"][0], "verdict": "rechtmatig", "why": ""}
    await person.post(f"{sample}/oordeel", verdict)
    assert "Kleine greep" not in main_of((await person.get("/gemeente")).text)


async def test_a_kept_question_stands_on_the_first_page_of_who_kept_it(open_desk: OpenDesk) -> None:
    person = open_desk.sign_in(who="vera")
    await person.post("/zvh/verstrekkingen/vragen", {"naam": "Mijn vraag", "vraag": "fase=3"})
    assert '<a href="/zvh/verstrekkingen?fase=3">Mijn vraag</a>' in (await person.get("/zvh")).text
    assert "Mijn vraag" not in (await open_desk.sign_in(who="ander").get("/zvh")).text


async def test_language_and_keys_are_of_a_session_and_lead_back(open_desk: OpenDesk) -> None:
    person = open_desk.sign_in(who="tess")
    answer = await person.post("/zvh/instellingen", {"taal": "en", "verder": "/woordenlijst"})
    assert answer.headers["location"] == "/zvh/woordenlijst"
    page = (await person.get("/zvh/woordenlijst")).text
    assert '<html lang="en"' in page
    assert "The shortcut keys are on." in page
    await person.post("/zvh/instellingen", {"toetsen": "uit", "verder": "/woordenlijst"})
    page = (await person.get("/zvh/woordenlijst")).text
    assert 'data-keys="off"' in page
    assert "The shortcut keys are off." in page
    for wrong in ({"taal": "de"}, {"toetsen": "misschien"}, {}):
        assert (await person.post("/zvh/instellingen", wrong)).status_code == 422
    for elsewhere in ("https://elders.example", "//elders.example", "/\r\nX: 1"):
        answer = await person.post("/zvh/instellingen", {"taal": "nl", "verder": elsewhere})
        assert answer.headers["location"] == "/zvh" if elsewhere != "//elders.example" else "/zvh//elders.example"


async def test_anybody_may_read_what_words_mean_and_how_accessible_it_is(open_desk: OpenDesk) -> None:
    stranger = open_desk.browser()
    words = await stranger.get("/woordenlijst", headers={"accept-language": "nl"})
    assert words.status_code == 200
    ids = re.findall(r' id="([^"]+)"', words.text)
    assert len(ids) == len(set(ids))
    for code in open_desk.desk.catalogue:
        if str(open_desk.desk.catalogue[code].kind) in ("reason", "basis", "outcome"):
            assert f'id="{code}"' in words.text
    statement = await stranger.get("/toegankelijkheid", headers={"accept-language": "nl"})
    assert "Dit is een concept" in main_of(statement.text)
    assert "Een adres is hier nog niet ingesteld" in main_of(statement.text)
    open_desk.desk.contact = "toegankelijk@voorbeeld.example"
    assert "toegankelijk@voorbeeld.example" in (await stranger.get("/toegankelijkheid")).text
