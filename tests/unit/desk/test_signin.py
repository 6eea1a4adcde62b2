"""Signing in by a provider that tells the truth, and by one that does not."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio

from gateway.desk.app import create_desk
from gateway.desk.roles import Role
from gateway.desk.signin.provider import NotProved, Provider
from gateway.desk.signin.signin import SignIn, local
from gateway.model.codes import Tenant
from tests.support.desk import URL, main_of, make_provider
from tests.support.signing_in import Lies, Scene, at_the_door

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened_scene(own_morning: Path) -> AsyncIterator[Scene]:
    async with at_the_door(own_morning) as scene:
        yield scene


@pytest.fixture
def scene(opened_scene: Scene) -> Scene:
    opened_scene.begin()
    return opened_scene


async def test_somebody_signs_in_and_comes_where_they_wanted(scene: Scene) -> None:
    asked = await scene.browser.get("/zvh?x=1")
    assert (asked.status_code, asked.headers["location"]) == (303, "/aanmelden?verder=/zvh%3Fx%3D1")
    back = await scene.sign_in(place=asked.headers["location"])
    assert (back.status_code, back.headers["location"]) == (303, "/zvh?x=1")
    page = await scene.browser.get("/zvh?x=1")
    assert page.status_code == 200
    assert "Fenna Fg" in page.text
    session = scene.desk.sessions.find(scene.browser.cookies["sluis"], scene.desk.clock.now())
    assert session is not None
    assert (session.who, session.roles) == ("fenna-fg-zvh", {Tenant.ZVH: (Role.FG,)})
    assert (await scene.browser.get("/")).headers["location"] == "/zvh"


async def test_the_provider_is_asked_with_all_that_protects(scene: Scene) -> None:
    said = parse_qs(urlsplit(await scene.there()).query)
    assert said["response_type"] == ["code"]
    assert said["code_challenge_method"] == ["S256"]
    assert said["redirect_uri"] == [f"{URL}/aanmelden/terug"]
    assert said["max_age"] == ["28800"]
    assert len(said["state"][0]) >= 20
    assert len(said["nonce"][0]) >= 20
    assert len(said["code_challenge"][0]) == 43
    again = parse_qs(urlsplit(await scene.there()).query)
    assert all(said[name] != again[name] for name in ("state", "nonce", "code_challenge"))


async def test_cookies_are_the_servers_alone(scene: Scene) -> None:
    first = await scene.browser.get("/aanmelden")
    back = await scene.browser.get(await scene.pick(first.headers["location"], "fenna-fg-zvh"))
    for cookie in (*first.headers.get_list("set-cookie"), *back.headers.get_list("set-cookie")):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("lies", "why", "status"),
    [
        pytest.param(Lies(claims={"iss": "https://other.example"}), "answer", 403, id="another iss in the token"),
        pytest.param(Lies(claims={"nonce": "another"}), "answer", 403, id="another nonce"),
        pytest.param(Lies(claims={"nonce": None}), "answer", 403, id="no nonce"),
        pytest.param(Lies(claims={"aud": "another"}), "answer", 403, id="another audience"),
        pytest.param(Lies(claims={"aud": "another", "azp": "sluis-bureau"}), "answer", 403, id="audience by azp"),
        pytest.param(Lies(claims={"exp": 1}), "answer", 403, id="expired"),
        pytest.param(Lies(claims={"exp": None}), "answer", 403, id="without end"),
        pytest.param(Lies(claims={"sub": None}), "answer", 403, id="no sub"),
        pytest.param(Lies(claims={"sub": ["a"]}), "answer", 403, id="a list as sub"),
        pytest.param(Lies(claims={"auth_time": 10**11}), "answer", 403, id="proved in the future"),
        pytest.param(Lies(claims={"auth_time": "now"}), "answer", 403, id="proved in words"),
        pytest.param(Lies(claims={"auth_time": 10**9}), "answer", 403, id="proved in 2001"),
        pytest.param(Lies(answer={"iss": "https://other.example"}), "answer", 403, id="another iss in the answer"),
        pytest.param(Lies(answer={"iss": None}), "answer", 403, id="no iss where it was promised"),
        pytest.param(Lies(answer={"state": "another"}), "answer", 403, id="another state"),
        pytest.param(Lies(answer={"code": "another"}), "answer", 403, id="another code"),
        pytest.param(Lies(answer={"error": "server_error", "code": None}), "answer", 403, id="an error"),
        pytest.param(Lies(algorithm="none"), "answer", 403, id="unsigned"),
        pytest.param(Lies(algorithm="HS256"), "answer", 403, id="signed with the public key"),
        pytest.param(Lies(another_key=True), "answer", 403, id="another key"),
        pytest.param(Lies(typ="at+jwt"), "answer", 403, id="another kind of token"),
        pytest.param(Lies(answer={"error": "access_denied", "code": None}), "denied", 403, id="not allowed there"),
        pytest.param(Lies(claims={"sluis_roles": None}), "roles", 403, id="no roles"),
        pytest.param(Lies(claims={"sluis_roles": []}), "roles", 403, id="an empty list of roles"),
        pytest.param(Lies(claims={"sluis_roles": "fg:zvh"}), "roles", 403, id="a word for a list"),
        pytest.param(Lies(claims={"sluis_roles": {"fg": "zvh"}}), "roles", 403, id="roles as an object"),
        pytest.param(Lies(claims={"sluis_roles": ["baas:zvh"]}), "roles", 403, id="an unknown role"),
        pytest.param(Lies(claims={"sluis_roles": ["fg:utrecht"]}), "roles", 403, id="an unknown tenant"),
        pytest.param(Lies(claims={"sluis_roles": ["fg"]}), "roles", 403, id="a role without a tenant"),
        pytest.param(Lies(claims={"sluis_roles": ["fg:zvh", "x"]}), "roles", 403, id="one entry of something else"),
        pytest.param(Lies(claims={"sluis_roles": ["FG:ZVH"]}), "roles", 403, id="another spelling"),
        pytest.param(Lies(claims={"sluis_roles": [["fg:zvh"]]}), "roles", 403, id="a list in the list"),
        pytest.param(Lies(claims={"sluis_roles": ["fg:zvh"] * 33}), "roles", 403, id="a very long list"),
    ],
)
async def test_a_lie_signs_nobody_in(scene: Scene, lies: Lies, why: str, status: int) -> None:
    there = await scene.there()
    scene.door.lies = lies
    back = await scene.browser.get(await scene.pick(there, "fenna-fg-zvh"))
    assert back.status_code == status
    told = {"answer": "niet nagaan wie u bent", "denied": "afgebroken", "roles": "U heeft hier geen rol"}[why]
    page = main_of(back.text)
    assert told in page
    assert "Er zijn geen gegevens getoond" in page
    assert "sluis" not in scene.browser.cookies
    assert (await scene.browser.get("/zvh")).status_code == 303
    if why == "roles":
        assert "sluis_roles" in page, "the page does not say which claim was expected"
        for sent in ("baas", "utrecht", "FG:ZVH"):
            assert sent not in page


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://other.example"},
        {"id_token_signing_alg_values_supported": ["none", "ES256"]},
        {"id_token_signing_alg_values_supported": ["HS256"]},
        {"code_challenge_methods_supported": ["plain"]},
        {"token_endpoint": "http://other.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": 7},
    ],
    ids=str,
)
async def test_a_provider_that_is_not_trusted_is_not_used(scene: Scene, metadata: dict[str, Any]) -> None:
    scene.door.lies = Lies(metadata=metadata)
    page = await scene.browser.get("/aanmelden")
    assert page.status_code == 503
    assert "geen bruikbaar antwoord" in main_of(page.text)


async def test_an_answer_counts_once_and_in_the_browser_that_asked(scene: Scene) -> None:
    back = await scene.pick(await scene.there(), "fenna-fg-zvh")
    async with scene.desk.browser() as another:
        assert (await another.get(back)).status_code == 403
    assert (await scene.browser.get(back)).status_code == 303
    async with scene.desk.browser(dict(scene.browser.cookies)) as again:
        assert (await again.get(back)).status_code == 403


async def test_a_number_from_before_counts_no_more(scene: Scene) -> None:
    await scene.sign_in()
    first = scene.browser.cookies["sluis"]
    there = parse_qs(urlsplit((await scene.browser.get("/aanmelden")).headers["location"]).query)
    assert there == {}, "whoever is signed in needs no provider"
    back = await scene.desk.browser({"sluis": "planted"}).get("/zvh")
    assert back.status_code == 303
    agreed = await scene.desk.browser().get("/aanmelden")
    pair = {"sluis": first, "sluis-aanmelden": agreed.cookies["sluis-aanmelden"]}
    async with scene.desk.browser(pair) as browser:
        signed = await browser.get(await scene.pick(agreed.headers["location"], "bea-beheerder-zvh"))
    assert signed.cookies["sluis"] != first
    assert scene.desk.sessions.find(first, scene.desk.clock.now()) is None


async def test_whoever_signs_out_is_out(scene: Scene) -> None:
    await scene.sign_in()
    token, csrf = scene.browser.cookies["sluis"], scene.csrf()
    assert (await scene.browser.post("/afmelden", data={"csrf": "another"})).status_code == 403
    assert scene.desk.sessions.find(token, scene.desk.clock.now()) is not None
    left = await scene.browser.post("/afmelden", data={"csrf": csrf})
    assert (left.status_code, left.headers["location"]) == (303, "/afgemeld")
    assert scene.desk.sessions.find(token, scene.desk.clock.now()) is None
    assert "sluis" not in scene.browser.cookies
    page = await scene.browser.get("/afgemeld")
    assert page.status_code == 200
    assert f"{scene.door.issuer}/end-session?client_id=sluis-bureau" in page.text
    assert "id_token" not in page.text


async def test_a_coordinating_fg_has_the_tenants_of_the_zvh(scene: Scene) -> None:
    await scene.sign_in("cora-fg-coordinerend-zvh")
    assert [(await scene.browser.get(each)).status_code for each in ("/zvh", "/gemeente")] == [200, 200]


async def test_a_coordinating_fg_of_the_municipality_has_that_alone(scene: Scene) -> None:
    await scene.sign_in("coen-fg-coordinerend-gemeente")
    assert [(await scene.browser.get(each)).status_code for each in ("/zvh", "/gemeente")] == [404, 200]


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("/zvh/verstrekkingen?besluit=geweigerd", "/zvh/verstrekkingen?besluit=geweigerd"),
        ("", "/"),
        ("https://other.example/", "/"),
        ("//other.example/", "/"),
        ("/\\other.example", "/"),
        ("/\t/other.example", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("zvh", "/"),
    ],
)
async def test_one_returns_to_this_desk_and_to_nowhere_else(asked: str, place: str) -> None:
    assert local(asked) == place


async def test_a_desk_in_earnest_refuses_the_sandboxs_provider(scene: Scene) -> None:
    earnest = Provider(
        scene.door.issuer, client_id="x", client_secret="x", back="x", roles_claim="x", development=False
    )
    document = (await scene.outside.get(f"{scene.door.issuer}/.well-known/openid-configuration")).json()
    with pytest.raises(NotProved, match="the sandbox's provider"):
        earnest._checked(document)


async def test_over_https_a_cookie_is_bound_to_the_host(scene: Scene) -> None:
    signin = SignIn(scene.desk.desk, make_provider(scene.door.issuer), url="https://bureau.example")
    app = create_desk(scene.desk.desk, signin)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://bureau.example") as browser:
        sent = await browser.get("/aanmelden")
        said = sent.headers["set-cookie"]
        led = urlsplit(await scene.pick(sent.headers["location"], "fenna-fg-zvh"))
        back = await browser.get(f"{led.path}?{led.query}")
    assert said.startswith("__Host-sluis-aanmelden=")
    for cookie in (said, *back.headers.get_list("set-cookie")):
        assert cookie.startswith("__Host-sluis")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
    assert any(cookie.startswith("__Host-sluis=") for cookie in back.headers.get_list("set-cookie"))
