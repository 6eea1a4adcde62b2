"""Samples on the desk: drawn and recorded before they are shown, judged one by one, drawn again by anybody."""

import hashlib
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.desk.roles import Role
from gateway.model.codes import Tenant
from gateway.model.writing import WritingKind
from gateway.review.filter import Filter
from tests.support.desk import OpenDesk, Person, main_of, opened
from tests.unit.review.test_follow import ONE, erase_subject

pytestmark = pytest.mark.asyncio(loop_scope="module")
ZVH = Tenant.ZVH
DECIDED = "soort=verstrekking&soort=weigering"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(morning: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenDesk]:
    """A desk over a copy, in which tests write."""
    async with opened(shutil.copytree(morning, tmp_path_factory.mktemp("desk") / "state")) as found:
        yield found


async def draw(fenna: Person, size: int = 25, filter: str = DECIDED, title: str = "november") -> str:
    """A new sample; its path."""
    drawn = await fenna.post("/zvh/steekproeven", {"title": title, "size": str(size), "filter": filter})
    assert drawn.status_code == 303, main_of(drawn.text)
    return drawn.headers["location"]


async def test_it_is_recorded_before_it_is_shown_and_anybody_can_draw_it_again(desk: OpenDesk) -> None:
    fenna, index = desk.sign_in(), desk.desk.indexes[ZVH]
    path = await draw(fenna, size=2)
    [writing] = await desk.desk.writings.all(ZVH, WritingKind.SAMPLE)
    assert "steekproef" not in {each.look.what for each in desk.desk.acts[ZVH].looks()}
    text = main_of((await fenna.get(path)).text)
    said = writing.content
    seed, population = (
        said["seed"],
        [each.record for each in index.lines(Filter.of(soort=["verstrekking", "weigering"]))],
    )
    ranked = sorted(population, key=lambda each: hashlib.sha256(f"sluis sample 1\n{seed}{each}".encode()).digest())
    assert said["records"] == ranked[:2]
    assert (said["population"], len(seed)) == (3, 64)
    assert said["sizes"] == {"2026": 4}
    assert said["roots"] == {"2026": index.level.seals[2026].root}
    for shown in (seed, said["digest"], "sluis-sample-1", "0 van 2 beoordeeld"):
        assert shown in text


async def test_no_two_seeds_are_alike_and_nobody_can_bring_one(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    chosen = {"title": "x", "size": "1", "filter": DECIDED, "seed": "00" * 32}
    for _ in range(2):
        await fenna.post("/zvh/steekproeven", chosen)
    seeds = [each.content["seed"] for each in await desk.desk.writings.all(ZVH, WritingKind.SAMPLE)]
    assert len(set(seeds)) == len(seeds)
    assert "00" * 32 not in seeds


async def test_judging_goes_from_one_to_the_next_until_all_are_done(desk: OpenDesk) -> None:
    fenna, path = desk.sign_in(), ""
    path = await draw(fenna)
    for done in range(3):
        page = (await fenna.get(path)).text
        assert f"{done} van 3 beoordeeld" in main_of(page)
        limit = {0: "", 1: "zekerheid is het in het geheel hoogstens 95,0%", 2: "hoogstens 77,6%"}[done]
        assert limit in main_of(page)
        [record] = re.findall(r'name="record" value="([^"]+)"', page)
        assert (await fenna.post(f"{path}/oordeel", {"record": record, "verdict": "prima"})).status_code == 422
        wrong = await fenna.post(f"{path}/oordeel", {"record": record, "verdict": "onrechtmatig", "why": ""})
        assert "Schrijf op waarom" in main_of(wrong.text)
        finding = {"verdict": "verbetering-nodig", "why": "leg uit"} if done == 2 else {"verdict": "rechtmatig"}
        judged = await fenna.post(f"{path}/oordeel", {"record": record, **finding})
        assert (judged.status_code, judged.headers["location"]) == (303, path)
    text = main_of((await fenna.get(path)).text)
    assert "3 van 3 beoordeeld" in text
    assert "Alle regels van deze steekproef zijn beoordeeld." in text
    assert "Niet rechtmatig: 1 van de 3. U heeft het geheel beoordeeld, dus dit is geen schatting." in text
    assert desk.desk.indexes[ZVH].count(Filter.of(beoordeeld="ja")) == 3
    strange = {"record": "01999999-0000-7000-8000-000000000000", "verdict": "rechtmatig"}
    assert (await fenna.post(f"{path}/oordeel", strange)).status_code == 404


async def test_the_file_has_all_that_it_takes_to_draw_it_again(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    path = await draw(fenna, size=2)
    file = (await fenna.get(f"{path}/bestand.json")).json()
    writing = (await desk.desk.writings.all(ZVH, WritingKind.SAMPLE))[-1]
    assert (file["seed"], file["population_sha256"], file["algorithm"]) == (
        writing.content["seed"],
        writing.content["digest"],
        "sluis-sample-1",
    )
    assert [each["record"] for each in file["rows"]] == writing.content["records"]
    [listed] = [
        each
        for each in (await fenna.get("/zvh/steekproeven/bestand.json")).json()["rows"]
        if each["id"] == path.rpartition("/")[2]
    ]
    assert (listed["seed"], listed["population"], listed["size"]) == (writing.content["seed"], 3, 2)
    csv = (await fenna.get(f"{path}/bestand.csv")).content.decode("utf-8-sig")
    assert f"# seed: {writing.content['seed']}" in csv
    assert (await fenna.get(f"{path}/bestand.xls")).status_code == 404
    stale = await desk.sign_in(who="frits", ago=20).get(f"{path}/bestand.csv")
    assert (stale.status_code, writing.content["seed"] in stale.text) == (303, False)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": ""}, "Geef de steekproef een naam"),
        ({"size": "0"}, "Kies een aantal tussen 1 en 500."),
        ({"size": "501"}, "Kies een aantal tussen 1 en 500."),
        ({"size": "٣"}, "Kies een aantal tussen 1 en 500."),
        ({"filter": "beoordeeld=nee"}, "keuze verandert later"),
        ({"filter": "besluit=gewist"}, "keuze verandert later"),
        ({"filter": "opgehaald=ja"}, "keuze verandert later"),
        ({"filter": "besluit=beschadigd"}, "keuze verandert later"),
        ({"filter": "betrokkene=ABCDEFGH"}, "keuze verandert later"),
        ({"filter": "onbekend=1"}, "is er niets te trekken"),
        ({"filter": "grondslag=wams.meldpunt"}, "is er niets te trekken"),
    ],
)
async def test_what_cannot_be_drawn_says_why_and_records_nothing(
    desk: OpenDesk, changes: dict[str, str], told: str
) -> None:
    fenna, before = desk.sign_in(), len(await desk.desk.writings.all(ZVH))
    page = await fenna.post("/zvh/steekproeven", {"title": "x", "size": "5", "filter": DECIDED} | changes)
    assert page.status_code == 422
    assert told in main_of(page.text)
    assert len(await desk.desk.writings.all(ZVH)) == before


async def test_the_list_takes_the_filter_that_somebody_came_with(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    page = (await fenna.get("/zvh/steekproeven?soort=weigering")).text
    assert 'name="filter" value="soort=weigering"' in page
    assert "1 regel" in main_of(page)
    page = (await fenna.get("/zvh/steekproeven")).text
    assert 'name="filter" value="soort=verstrekking&amp;soort=weigering"' in page


async def test_what_is_no_filter_is_not_repeated(desk: OpenDesk) -> None:
    page = await desk.sign_in().get("/zvh/steekproeven?naam=Janssen")
    assert page.status_code == 422
    assert "Janssen" not in main_of(page.text)
    assert "is er niets te trekken" in main_of(page.text)


async def test_an_auditor_draws_again_and_judges_nothing(desk: OpenDesk) -> None:
    fenna, arie = desk.sign_in(), desk.sign_in({ZVH: Role.AUDITOR}, who="arie")
    path = await draw(fenna, title="voor de auditor")
    page = (await arie.get(path)).text
    assert "voor de auditor" in page
    assert f'action="{path}' not in page
    assert "Deze steekproef klopt." in main_of((await arie.get(f"{path}/narekenen")).text)
    assert 'action="/zvh/steekproeven"' not in (await arie.get("/zvh/steekproeven")).text
    assert (await arie.post(f"{path}/oordeel", {"record": "x"})).status_code == 403
    assert (await arie.post("/zvh/steekproeven", {"title": "x"})).status_code == 403
    assert (await arie.get(path.replace("zvh", "gemeente"))).status_code in (403, 404)


async def test_drawn_again_it_is_the_same_until_erasure_and_then_as_far_as_can_be(desk: OpenDesk) -> None:
    fenna = desk.sign_in()
    path = await draw(fenna, title="narekenen")
    assert "Deze steekproef klopt." in main_of((await fenna.get(f"{path}/narekenen")).text)
    refused = await draw(fenna, filter="besluit=geweigerd", title="geweigerd")
    await erase_subject(desk.state, ONE)
    desk.desk.follower.level()
    assert "Deze steekproef klopt." in main_of((await fenna.get(f"{path}/narekenen")).text)
    again = main_of((await fenna.get(f"{refused}/narekenen")).text)
    assert "Deze steekproef klopt voor zover nog na te rekenen is." in again
    assert "gewist" in again
