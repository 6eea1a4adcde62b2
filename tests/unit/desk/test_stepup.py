"""Taking data along: only for who proved a moment ago who they are, and exactly what they asked for."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from gateway.model.codes import Tenant
from tests.support.desk import main_of
from tests.support.signing_in import Lies, Scene, at_the_door

pytestmark = pytest.mark.asyncio(loop_scope="module")
FORM = {"besluit": ["geweigerd", "toegestaan"], "waarom": "een geheim"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened_scene(own_morning: Path) -> AsyncIterator[Scene]:
    async with at_the_door(own_morning) as scene:
        yield scene


@pytest_asyncio.fixture(loop_scope="module")
async def scene(opened_scene: Scene) -> Scene:
    """Fenna, who signed in an hour ago by her session, though the provider's clock stood still."""
    opened_scene.begin()
    await opened_scene.sign_in()
    session = opened_scene.desk.sessions.find(opened_scene.browser.cookies["sluis"], opened_scene.desk.clock.now())
    assert session is not None
    session.authenticated_at = session.authenticated_at.replace(year=2020)
    opened_scene.desk.sessions.save(session)
    return opened_scene


async def held(scene: Scene) -> httpx.Response:
    return await scene.browser.post("/zvh/proef/mee", data=FORM | {"csrf": scene.csrf()})


async def proved(scene: Scene, sub: str = "fenna-fg-zvh") -> httpx.Response:
    return await scene.browser.get(await scene.pick(await scene.there("/aanmelden/opnieuw"), sub))


def looks(scene: Scene) -> list[str]:
    return [each.look.what for each in scene.desk.desk.acts[Tenant.ZVH].looks()]


async def test_what_was_asked_comes_after_proof_and_consent(scene: Scene) -> None:
    before = looks(scene).count("proef")
    asked = await held(scene)
    assert (asked.status_code, asked.headers["location"]) == (303, "/zvh/opnieuw-aanmelden")
    page = await scene.browser.get("/zvh/opnieuw-aanmelden")
    assert "proef › mee" in main_of(page.text)
    assert 'href="/aanmelden/opnieuw"' in page.text
    there = await scene.there("/aanmelden/opnieuw")
    assert "prompt=login" in there
    assert "max_age=0" in there
    token, csrf = scene.browser.cookies["sluis"], scene.csrf()
    back = await scene.browser.get(await scene.pick(there, "fenna-fg-zvh"))
    assert back.headers["location"] == "/zvh/bevestigen"
    assert scene.browser.cookies["sluis"] != token
    assert scene.csrf() != csrf
    confirm = await scene.browser.get("/zvh/bevestigen")
    assert "geheim" not in confirm.text + str(confirm.url) + back.headers["location"]
    assert looks(scene).count("proef") == before, "taken before it was confirmed"
    [key] = re.findall(r'name="held" value="([^"]+)"', confirm.text)
    taken = await scene.browser.post("/zvh/proef/mee", data={"csrf": scene.csrf(), "held": key})
    assert taken.status_code == 200
    assert taken.text.splitlines()[:2] == ["besluit=geweigerd", "besluit=toegestaan"]
    assert "waarom=een geheim" in taken.text
    assert looks(scene).count("proef") == before + 1
    again = await scene.browser.post("/zvh/proef/mee", data={"csrf": scene.csrf(), "held": key})
    assert again.status_code == 422
    assert "niet bewaard" in main_of(again.text)
    assert (await scene.browser.get("/zvh/bevestigen")).status_code == 404


async def test_what_is_held_counts_at_its_own_place_and_for_its_own_person(scene: Scene) -> None:
    await held(scene)
    await proved(scene)
    confirm = await scene.browser.get("/zvh/bevestigen")
    [key] = re.findall(r'name="held" value="([^"]+)"', confirm.text)
    elsewhere = await scene.browser.post("/zvh/proef/mee?x=1", data={"csrf": scene.csrf(), "held": key})
    assert elsewhere.status_code == 422
    other = scene.desk.sign_in(who="another")
    assert (await other.post("/zvh/proef/mee", {"held": key})).status_code == 422
    assert (await scene.browser.post("/zvh/proef/mee", data={"csrf": scene.csrf(), "held": key})).status_code == 200


async def test_a_link_is_held_too(scene: Scene) -> None:
    asked = await scene.browser.get("/zvh/proef/mee?besluit=geweigerd")
    assert asked.headers["location"] == "/zvh/opnieuw-aanmelden"
    await proved(scene)
    confirm = await scene.browser.get("/zvh/bevestigen")
    assert 'href="/zvh/proef/mee?besluit=geweigerd"' in confirm.text
    assert "proef › mee (besluit=geweigerd)" in main_of(confirm.text)
    assert (await scene.browser.get("/zvh/proef/mee?besluit=geweigerd")).text == "besluit=geweigerd"


async def test_after_five_minutes_it_is_asked_again(scene: Scene) -> None:
    await held(scene)
    await proved(scene)
    taken = await held(scene)
    assert taken.status_code == 200
    scene.desk.clock.move(minutes=6)
    try:
        assert (await held(scene)).status_code == 303
    finally:
        scene.desk.clock.move(minutes=-6)


@pytest.mark.parametrize(
    ("lies", "sub", "told"),
    [
        pytest.param(Lies(), "bea-beheerder-zvh", "als iemand anders", id="another person"),
        pytest.param(Lies(claims={"sub": "x"}), "fenna-fg-zvh", "als iemand anders", id="another sub"),
        pytest.param(Lies(claims={"auth_time": 10**9}), "fenna-fg-zvh", "zegt niet dat u zich net", id="stale"),
        pytest.param(Lies(claims={"auth_time": None}), "fenna-fg-zvh", "zegt niet dat u zich net", id="no moment"),
        pytest.param(Lies(claims={"nonce": "x"}), "fenna-fg-zvh", "niet nagaan wie u bent", id="another nonce"),
        pytest.param(Lies(algorithm="none"), "fenna-fg-zvh", "niet nagaan wie u bent", id="unsigned"),
        pytest.param(Lies(claims={"sluis_roles": []}), "fenna-fg-zvh", "U heeft hier geen rol", id="no roles any more"),
    ],
)
async def test_a_lie_proves_nothing_again(scene: Scene, lies: Lies, sub: str, told: str) -> None:
    await held(scene)
    there = await scene.there("/aanmelden/opnieuw")
    scene.door.lies = lies
    back = await scene.browser.get(await scene.pick(there, sub))
    assert back.status_code == 403
    assert told in main_of(back.text)
    scene.door.lies = Lies()
    if "geen rol" in told:
        assert (await scene.browser.get("/zvh")).status_code == 303, "who has no role any more is still in"
    else:
        assert (await held(scene)).headers["location"] == "/zvh/opnieuw-aanmelden"


async def test_a_role_that_was_taken_away_counts_no_more(scene: Scene) -> None:
    await held(scene)
    there = await scene.there("/aanmelden/opnieuw")
    scene.door.lies = Lies(claims={"sluis_roles": ["beheerder:zvh"]})
    await scene.browser.get(await scene.pick(there, "fenna-fg-zvh"))
    assert (await held(scene)).status_code == 403


async def test_another_browser_proves_nothing_here(scene: Scene) -> None:
    await held(scene)
    back = await scene.pick(await scene.there("/aanmelden/opnieuw"), "fenna-fg-zvh")
    attempt = scene.browser.cookies["sluis-aanmelden"]
    other = scene.desk.sign_in(who="fenna-fg-zvh", ago=60)
    other.client.cookies.set("sluis-aanmelden", attempt)
    assert (await other.get(back)).status_code == 403


async def test_there_is_nothing_to_prove_without_a_request(scene: Scene) -> None:
    assert (await scene.browser.get("/aanmelden/opnieuw")).headers["location"] == "/"
    assert (await scene.browser.get("/zvh/opnieuw-aanmelden")).status_code == 404
    await held(scene)
    scene.desk.clock.move(minutes=11)
    try:
        assert (await scene.browser.get("/zvh/bevestigen")).status_code == 404
        assert (await scene.browser.get("/aanmelden/opnieuw")).headers["location"] == "/"
    finally:
        scene.desk.clock.move(minutes=-11)


async def test_what_is_held_stands_on_no_disk(scene: Scene, own_morning: Path) -> None:
    await held(scene)
    kept = b"".join(path.read_bytes() for path in own_morning.glob("desk.sqlite*"))  # noqa: ASYNC240
    assert b"fenna-fg-zvh" in kept
    assert b"een geheim" not in kept
    assert b"een+geheim" not in kept
