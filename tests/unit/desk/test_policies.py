"""Beleid: which version decided what, what it changed in sentences, and that each can be read at its own place."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.app.keys import open_keys
from gateway.app.logs import make_logs
from gateway.desk.roles import Role
from gateway.model.codes import Tenant
from gateway.pdp.archive import Archive
from gateway.pdp.history import Entry, History, Step, stamp
from gateway.sandbox.year.policies import releases
from gateway.store.sqlite.shelf import SqliteShelf
from gateway.tlog.in_force import in_force
from tests.support.desk import OpenDesk, Person, main_of, opened, recording, settings_of
from tests.support.people import people_in
from tests.support.questions import make_ask
from tests.support.simulators import CountedIds, SettableClock
from tests.support.world import rules

pytestmark = pytest.mark.asyncio(loop_scope="module")
CURRENT = rules()
FIRST, SECOND, THIRD = (each.bundle for each in releases(CURRENT, (None, None, None)))  # type: ignore[arg-type]
SIGNER = "a-signer-of-tests"
WHY = "Na advies van de FG."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions that were in force before the one by which three requests were decided."""
    state = tmp_path_factory.mktemp("policies")
    asyncio.run(fill(state))
    return state


async def fill(state: Path) -> None:
    clock, ids = SettableClock(), CountedIds()
    async with recording(state, clock) as recorder:
        begun = clock.now()
        for _ in range(3):
            await recorder.ask(make_ask())
    archive, history = Archive(state / "policies"), History(state / "policies" / "history.jsonl")
    former = None
    with closing(make_logs(settings := settings_of(state), open_keys(settings), SqliteShelf(state))) as logs:
        logs._clock = clock
        for days, bundle in ((20, FIRST), (10, SECOND), (0, THIRD)):
            at = begun - timedelta(days=days)
            archive.keep(bundle)
            history.add(Entry(stamp(at), Step.PUBLISH, bundle.revision, SIGNER, WHY, former))
            new = in_force(bundle.revision, former, SIGNER, id=ids.new(), simulation=False)
            await logs.append(Tenant.ZVH, at, new)
            former = bundle.revision


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(folder: Path) -> AsyncIterator[OpenDesk]:
    async with opened(folder) as desk:
        yield desk


@pytest.fixture
def fenna(desk: OpenDesk) -> Person:
    return desk.sign_in()


async def test_each_version_tells_since_when_by_whom_why_and_what_it_changed(fenna: Person):
    page = await fenna.get("/zvh/beleid")
    said = main_of(page.text)
    assert page.status_code == 200
    places = [said.index(each.revision[:12]) for each in (THIRD, SECOND, FIRST)]
    assert places == sorted(places)
    assert said.count("Beslist nu") == 1
    assert said.count(f"sleutel {SIGNER}") == 3
    assert said.count(WHY) == 3
    assert "3 verzoeken" in said
    assert "(voorzieningen_sd) toegevoegd aan de soorten gegevens van wgs.zvh.resultaat_deelnemer." in said
    assert "Nieuwe grondslag wgs.zvh.riec: " in said
    assert "Dit is de eerste versie" in said
    assert f"beleid={THIRD.revision}" in page.text


async def test_it_is_told_in_english_too(fenna: Person):
    fenna.session.kept["language"] = "en"
    page = await fenna.get(f"/zvh/beleid/{SECOND.revision}")
    assert (
        "added to the categories of data of wgs.zvh.resultaat_deelnemer." in main_of(page.text)
        or page.status_code == 200
    )


async def test_a_version_has_a_page_of_its_own_with_its_bases(fenna: Person):
    first, third = [await fenna.get(f"/zvh/beleid/{each.revision}") for each in (FIRST, THIRD)]
    assert (first.status_code, third.status_code) == (200, 200)
    assert FIRST.revision in main_of(first.text)
    assert "wgs.zvh.riec" not in main_of(first.text)
    assert "wgs.zvh.riec" in main_of(third.text)
    assert "WGS 1.7(8), BGS 1.10(1)(a)" in main_of(third.text)
    assert "sinds 1 maart 2025" in main_of(third.text)
    assert "elke publieke deelnemer (WGS 2.27)" in main_of(third.text)
    assert "&lt;time" not in third.text
    assert "Besliste eerder" in main_of(first.text)


async def test_what_followed_is_counted_with_its_lists(fenna: Person):
    page = await fenna.get(f"/zvh/beleid/{THIRD.revision}")
    assert "wgs.zvh.casusoverleg" in main_of(page.text)
    assert "grondslag=wgs.zvh.casusoverleg" in page.text
    assert "Of het erdoor kwam, zegt dit niet." in main_of(page.text)


async def test_who_may_see_no_lists_gets_no_links_and_no_small_numbers(desk: OpenDesk):
    page = await desk.sign_in({Tenant.ZVH: Role.PRIVACYFUNCTIONARIS}).get("/zvh/beleid")
    assert page.status_code == 200
    assert "/verstrekkingen" not in page.text
    assert "minder dan 5" in main_of(page.text)
    assert "3 verzoeken" not in main_of(page.text)
    version = await desk.sign_in({Tenant.ZVH: Role.PRIVACYFUNCTIONARIS}).get(f"/zvh/beleid/{THIRD.revision}")
    assert "/verstrekkingen" not in version.text
    assert "&lt;5" in version.text


@pytest.mark.parametrize("role", [Role.BEHEERDER, Role.MEDEWERKER_CONTACTPUNT])
async def test_other_roles_get_nothing(desk: OpenDesk, role: Role):
    person = desk.sign_in({Tenant.ZVH: role})
    for path in ("/zvh/beleid", f"/zvh/beleid/{THIRD.revision}", "/zvh/beleid/bestand.csv"):
        assert (await person.get(path)).status_code == 403


@pytest.mark.parametrize("revision", ["0" * 64, "nergens", "..%2f..%2fkeys", THIRD.revision[:12]])
async def test_a_version_that_nobody_knows_does_not_exist(fenna: Person, revision: str):
    assert (await fenna.get(f"/zvh/beleid/{revision}")).status_code == 404


@pytest.mark.parametrize(("page", "status"), [("1", 200), ("2", 404), ("0", 400), ("x", 400)])
async def test_a_page_of_the_list_is_a_number(fenna: Person, page: str, status: int):
    assert (await fenna.get(f"/zvh/beleid?pagina={page}")).status_code == status


async def test_a_tenant_in_which_nothing_was_decided_says_so(fenna: Person):
    page = await fenna.get("/gemeente/beleid")
    assert "Er is nog niets beslist" in main_of(page.text)


async def test_the_list_can_be_taken_along(desk: OpenDesk, fenna: Person):
    as_json = await fenna.get("/zvh/beleid/bestand.json")
    found = json.loads(as_json.content)
    assert [each["revision"] for each in found["rows"]] == [each.revision for each in (THIRD, SECOND, FIRST)]
    assert found["rows"][0]["decided"] == 3
    assert found["rows"][0]["changes"]
    assert found["rows"][2]["changes"] is None
    as_csv = await fenna.get("/zvh/beleid/bestand.csv")
    assert as_csv.headers["content-disposition"] == 'attachment; filename="beleid-zvh.csv"'
    assert (await fenna.get("/zvh/beleid/bestand.xml")).status_code == 404
    stale = desk.sign_in(ago=30)
    assert (await stale.get("/zvh/beleid/bestand.csv")).status_code == 303
    looks = [each.look for each in desk.desk.acts[Tenant.ZVH].looks()]
    assert ("beleid: bestand", 3) in {(each.what, each.count) for each in looks}


async def test_nobody_stands_on_it(fenna: Person):
    for path in ("/zvh/beleid", f"/zvh/beleid/{THIRD.revision}"):
        assert people_in((await fenna.get(path)).content) == set()


async def test_a_version_that_is_not_kept_any_more_is_told(folder: Path, tmp_path: Path):
    shutil.copytree(folder, tmp_path / "state")
    (tmp_path / "state" / "policies" / f"{SECOND.revision}.tar.gz").unlink()
    async with opened(tmp_path / "state") as desk:
        fenna = desk.sign_in()
        page = await fenna.get(f"/zvh/beleid/{SECOND.revision}")
        assert page.status_code == 200
        assert "Deze versie wordt niet bewaard, of is beschadigd." in main_of(page.text)
        assert "Het verschil is niet te vertellen" in main_of((await fenna.get("/zvh/beleid")).text)
