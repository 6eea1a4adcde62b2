"""Signing in by a provider that somebody else wrote: `oidc-provider-mock`, which signs with RS256 and
promises no `iss` in its answer.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import oidc_provider_mock
import pytest
import pytest_asyncio

from tests.support.desk import OpenDesk, main_of, opened
from tests.support.simulators import SettableClock

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(own_morning: Path) -> AsyncIterator[OpenDesk]:
    people = [
        oidc_provider_mock.User(sub="fenna", claims={"name": "Fenna Fg", "sluis_roles": ["fg:zvh"]}),
        oidc_provider_mock.User(sub="niels", claims={"name": "Niels Nergens"}),
    ]
    with oidc_provider_mock.run_server_in_thread(user_claims=people, require_nonce=True) as server:
        issuer = f"http://localhost:{server.server_port}"
        async with opened(
            own_morning, clock=SettableClock(datetime.now(UTC) - timedelta(hours=2)), issuer=issuer
        ) as desk:
            yield desk


async def walk(desk: OpenDesk, browser: httpx.AsyncClient, sub: str, place: str = "/aanmelden") -> httpx.Response:
    there = (await browser.get(place)).headers["location"]
    async with httpx.AsyncClient(trust_env=False) as outside:
        sent = await outside.post(there, data={"sub": sub})
    return await browser.get(sent.headers["location"])


async def test_somebody_signs_in(desk: OpenDesk) -> None:
    async with desk.browser() as browser:
        back = await walk(desk, browser, "fenna")
        assert (back.status_code, back.headers["location"]) == (303, "/")
        assert "Fenna Fg" in (await browser.get("/zvh")).text


async def test_whoever_has_no_roles_is_not_let_in(desk: OpenDesk) -> None:
    async with desk.browser() as browser:
        back = await walk(desk, browser, "niels")
        assert back.status_code == 403
        assert "U heeft hier geen rol" in main_of(back.text)


async def test_the_moment_that_it_tells_counts(desk: OpenDesk) -> None:
    async with desk.browser() as browser:
        await walk(desk, browser, "fenna")
        session = desk.sessions.find(browser.cookies["sluis"], desk.clock.now())
        assert session is not None
        assert desk.desk.fresh(session)
