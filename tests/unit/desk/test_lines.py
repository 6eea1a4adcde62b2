"""Verstrekkingen: the list, what it says of itself, and what it does with what it does not know."""

import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from gateway.desk.roles import Role
from gateway.model.codes import Tenant
from gateway.review.filter import Filter
from tests.support.desk import OpenDesk, Person, main_of, opened

LIST = "/zvh/verstrekkingen"
pytestmark = pytest.mark.asyncio(loop_scope="module")


def rows_of(page: str) -> list[str]:
    """The numbers of the records that a list shows."""
    return re.findall(r'href="/zvh/regels/2026/(\d+)" aria-label="Open', page)


def links_of(page: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'href="(/zvh/verstrekkingen[^"#]*)"', page)]


async def test_the_list_shows_every_request_newest_first_and_what_it_is_of(one_desk: OpenDesk) -> None:
    page = await one_desk.sign_in().get(LIST)
    assert page.status_code == 200
    text = main_of(page.text)
    assert "4 regels gevonden" in text
    assert "Alle verzoeken. Periode: alles tot en met 21 november 2026" in text
    assert rows_of(page.text) == ["3", "2", "1", "0"]
    seal = one_desk.desk.indexes[Tenant.ZVH].level.newest
    assert f"Zegel {seal.root[:12]}…, 4 regels van 2026." in text
    for said in ("Wijkteam Centrum", "Reclassering Oost", "Niet betrokken bij deze casus, en nog 1 reden"):
        assert said in text


async def test_a_look_says_which_list_and_how_many(one_desk: OpenDesk) -> None:
    await one_desk.sign_in(who="lena").get(f"{LIST}?besluit=geweigerd")
    look = one_desk.desk.acts[Tenant.ZVH].looks()[-1].look
    assert (look.who, look.what, look.filter, look.count) == ("lena", "verstrekkingen", "besluit=geweigerd", 2)


async def test_the_results_are_counted_in_one_region_that_says_so(one_desk: OpenDesk) -> None:
    fenna = one_desk.sign_in()
    for query in ("", "?besluit=geweigerd", "?fase=1"):
        page = (await fenna.get(LIST + query)).text
        [count] = re.findall(r'<p role="status" id="aantal"[^>]*>([^<]*)', page)
        assert count.strip().endswith("gevonden")
        assert page.count('role="status"') == 1


async def test_every_count_leads_to_as_many(one_desk: OpenDesk) -> None:
    """Each value of a facet says how many there would be; its link shows as many."""
    fenna = one_desk.sign_in()
    page = (await fenna.get(f"{LIST}?tijd=buiten-kantoortijd")).text
    found = re.findall(
        r'<li><a href="([^"]+)"[^>]*>([^<]+)</a> <span class="sluis-facets__count"[^>]*>.*?>(\d+)<', page
    )
    assert len(found) > 15
    index = one_desk.desk.indexes[Tenant.ZVH]
    for link, label, count in found:
        if not label.startswith("✔"):
            query = dict[str, list[str]]()
            for pair in unescape(link).partition("?")[2].split("&"):
                name, _, value = pair.partition("=")
                query.setdefault(name, []).append(value)
            meant = index.count(Filter.read(query))
            widened = len(query["tijd"]) > 1
            assert meant == int(count) or widened, link


async def test_a_choice_can_be_taken_away_and_the_rest_stays(one_desk: OpenDesk) -> None:
    page = (await one_desk.sign_in().get(f"{LIST}?besluit=geweigerd&fase=4&groep=casus")).text
    assert f"{LIST}?besluit=geweigerd&groep=casus" in links_of(page)
    assert f"{LIST}?fase=4&groep=casus" in links_of(page)
    assert 'aria-label="Haal weg: AVE-fase: Fase 4"' in page


async def test_the_days_form_keeps_what_was_chosen(one_desk: OpenDesk) -> None:
    page = (await one_desk.sign_in().get(f"{LIST}?besluit=geweigerd&groep=casus&vanaf=2026-11-01")).text
    [form] = re.findall(r'<form method="get".*?</form>', page, re.S)
    assert '<input type="hidden" name="besluit" value="geweigerd">' in form
    assert '<input type="hidden" name="groep" value="casus">' in form
    assert 'value="2026-11-01"' in form
    for part in ('hx-target="#resultaat"', 'hx-select="#resultaat"', 'hx-push-url="true"', "#aantal:innerHTML"):
        assert part in form
    assert form.count('id="resultaat"') == 0
    assert page.count('id="resultaat"') == page.count('id="facetten"') == 1


async def test_empty_fields_of_a_form_are_no_filter(one_desk: OpenDesk) -> None:
    page = await one_desk.sign_in().get(f"{LIST}?vanaf=&tot=&casus=&pagina=&groep=")
    assert page.status_code == 200
    assert "4 regels gevonden" in main_of(page.text)


async def test_a_case_has_its_records_together(one_desk: OpenDesk) -> None:
    page = (await one_desk.sign_in().get(f"{LIST}?groep=casus")).text
    assert "4 regels gevonden. Casussen: 1." in main_of(page)
    assert f"{LIST}?casus=ZVH-2026-0417" in links_of(page)
    assert "Casus ZVH-2026-0417 · 4 regels" in main_of(page).replace("  ", " ")


async def test_nothing_found_says_what_to_take_away(one_desk: OpenDesk) -> None:
    page = (await one_desk.sign_in().get(f"{LIST}?besluit=geweigerd&fase=1")).text
    text = main_of(page)
    assert "0 regels gevonden" in text
    assert "Zonder “AVE-fase: Fase 1”: 2 regels" in text
    assert "Zonder “Besluit" not in text
    assert "Neem deze lijst mee" not in text


async def test_where_no_single_filter_is_in_the_way_all_are_taken_away(one_desk: OpenDesk) -> None:
    text = main_of((await one_desk.sign_in().get(f"{LIST}?casus=ZVH-1&fase=1")).text)
    assert "Geen enkel filter weghalen is genoeg" in text


@pytest.mark.parametrize(
    ("query", "member"),
    [
        ("besluit=misschien", "Besluit"),
        ("vanaf=gisteren", "Vanaf"),
        ("vanaf=2026-13-01", "Vanaf"),
        ("vanaf=2026-11-02&tot=2026-11-01", "Tot en met"),
        ("na=2026-11-02", "Na"),
        ("casus=%3Cscript%3E", "Casusnummer"),
        ("betrokkene=999993653", "Alias van de betrokkene"),
        ("regel=1", "Regel"),
        ("pagina=0", "Bladzijde"),
        ("pagina=x", "Bladzijde"),
        ("groep=alles", "Groep"),
        ("aanvrager=%27%3B--", "Wie vroeg"),
    ],
)
async def test_what_is_wrong_is_named_and_not_repeated(one_desk: OpenDesk, query: str, member: str) -> None:
    page = await one_desk.sign_in().get(f"{LIST}?{query}")
    assert page.status_code == 400
    text = main_of(page.text)
    assert f"Wat er staat bij “{member}” klopt niet. Er is niets gezocht." in text
    for value in re.findall(r"=([^&]+)", query):
        assert len(value) < 2 or unescape(value) not in text


async def test_a_name_that_is_not_known_is_not_repeated_either(one_desk: OpenDesk) -> None:
    page = await one_desk.sign_in().get(f"{LIST}?bsn=999993653")
    assert page.status_code == 400
    assert "999993653" not in main_of(page.text)
    assert "bsn" not in main_of(page.text)


async def searched(person: Person, typed: str) -> tuple[str, str]:
    """Where a search leads, and what the page there says of it."""
    answer = await person.post(f"{LIST}/zoeken", {"zoek": typed})
    assert answer.status_code == 303
    place = answer.headers["location"]
    page = await person.get(place)
    said = re.findall(r'class="sluis-said">([^<]*)', page.text)
    return place, said[0] if said else ""


async def test_a_search_leads_to_a_record_a_case_or_a_person(one_desk: OpenDesk) -> None:
    fenna = one_desk.sign_in()
    alias = one_desk.desk.indexes[Tenant.ZVH].line(2026, 0).subject
    for typed, place in (
        ("2", "/zvh/regels/2026/2"),
        ("2026/0003", "/zvh/regels/2026/3"),
        (" ZVH-2026-0417 ", f"{LIST}?casus=ZVH-2026-0417"),
        (alias.lower(), f"{LIST}?betrokkene={alias}"),
    ):
        answer = await fenna.post(f"{LIST}/zoeken", {"zoek": typed})
        assert answer.headers["location"] == place


@pytest.mark.parametrize("typed", ["999993653", "999 993 653", "9999.93.653", "BSN999993653", "12345678"])
async def test_what_looks_like_a_number_of_a_person_is_not_looked_for(one_desk: OpenDesk, typed: str) -> None:
    place, said = await searched(one_desk.sign_in(), typed)
    assert place == LIST
    assert "burgerservicenummer" in said
    assert typed not in said


@pytest.mark.parametrize("typed", ["", "99", "2031/1", "ZVH-0", "ABCDEFGH", "<script>", "x" * 200])
async def test_what_is_not_found_stands_in_no_address(one_desk: OpenDesk, typed: str) -> None:
    place, said = await searched(one_desk.sign_in(), typed)
    assert (place, said) == (LIST, "Niets gevonden met wat u zocht. Kijk het nummer na.")


async def test_whoever_may_not_write_or_take_along_gets_no_such_button(one_desk: OpenDesk) -> None:
    auditor = one_desk.sign_in({Tenant.ZVH: Role.AUDITOR}, who="anna")
    page = (await auditor.get(LIST)).text
    assert "Vlag regel" not in page
    assert "Als CSV" in page
    contact = one_desk.sign_in({Tenant.ZVH: Role.MEDEWERKER_CONTACTPUNT}, who="kees")
    assert (await contact.get(LIST)).status_code == 403
    assert (await contact.post(f"{LIST}/zoeken", {"zoek": "2"})).status_code == 403


async def test_the_same_list_in_english(one_desk: OpenDesk) -> None:
    fenna = one_desk.sign_in()
    fenna.session.kept["language"] = "en"
    one_desk.desk.sessions.save(fenna.session)
    text = main_of((await fenna.get(f"{LIST}?besluit=geweigerd")).text)
    assert "2 records found" in text
    assert "Requests, decided as refused." in text


async def test_keys_find_what_they_lead_to(one_desk: OpenDesk) -> None:
    page = (await one_desk.sign_in().get(LIST)).text
    assert page.count('data-key="f"') == 4
    assert page.count('data-key="/"') == 1
    assert "j en k lopen door de regels" in main_of(page)


async def test_what_is_flagged_or_judged_says_so_at_once(morning: Path, tmp_path: Path) -> None:
    state = Path(shutil.copytree(morning, tmp_path / "state"))
    async with opened(state) as desk:
        fenna = desk.sign_in()
        index = desk.desk.indexes[Tenant.ZVH]
        await fenna.post("/zvh/regels/2026/1/vlag", {"reason": "kijk ik nog na"})
        await fenna.post("/zvh/regels/2026/0/oordeel", {"verdict": "rechtmatig"})
        assert index.counts(Filter(), "vlag") == {"ja": 1, "nee": 3}
        flagged = (await fenna.get(f"{LIST}?vlag=ja")).text
        assert rows_of(flagged) == ["1"]
        assert "Gevlagd" in main_of(flagged)
        judged = (await fenna.get(f"{LIST}?beoordeeld=ja")).text
        assert rows_of(judged) == ["0"]
        await fenna.post("/zvh/regels/2026/1/vlag", {"lift": "1", "reason": "gezien"})
        assert rows_of((await fenna.get(f"{LIST}?vlag=ja")).text) == []
    async with opened(state) as desk:
        assert rows_of((await desk.sign_in().get(f"{LIST}?beoordeeld=ja")).text) == ["0"]
