"""People sign in to the desk by `oidc-provider`, an OpenID Connect server that somebody else wrote: ES256, PKCE, `iss`
in its answer, and a new proof when it is asked for.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn
from urllib.parse import urljoin

import httpx
import pytest

from gateway.desk.roles import Role
from gateway.model.codes import Tenant
from tests.support.desk import SECRET, URL, OpenDesk, opened, record_a_morning
from tests.support.simulators import SettableClock

pytestmark = pytest.mark.part("node")
HERE = Path(__file__).parent
PEOPLE = {"fenna": {"name": "Fenna Fg", "sluis_roles": ["fg:zvh"]}, "niels": {"name": "Niels Nergens"}}


@asynccontextmanager
async def running() -> AsyncIterator[str]:
    """The issuer of a server of these people."""
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.DEVNULL}
    server = await asyncio.create_subprocess_exec("node", "oidc-provider.mjs", cwd=HERE, **pipes)
    try:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps({"desk": URL, "secret": SECRET, "people": PEOPLE}).encode())
        server.stdin.close()
        port = await asyncio.wait_for(server.stdout.readline(), 30)
        yield f"http://127.0.0.1:{int(port)}"
    finally:
        server.kill()
        await server.wait()


@pytest.fixture
async def desk(
    installation: str | None, left_out: Callable[[str, str], NoReturn], tmp_path: Path
) -> AsyncIterator[OpenDesk]:
    if installation is not None:
        left_out("npm packages", installation)
    await asyncio.to_thread(lambda: asyncio.run(record_a_morning(tmp_path)))
    async with running() as issuer:
        clock = SettableClock(datetime.now(UTC) - timedelta(hours=2))
        async with opened(tmp_path, clock=clock, issuer=issuer) as desk:
            yield desk


async def walk(
    browser: httpx.AsyncClient, outside: httpx.AsyncClient, place: str, sub: str
) -> tuple[httpx.Response, int]:
    """To the server and back, filling in what it asks: what the desk answers, and how often a name was asked."""
    there, asked = (await browser.get(place)).headers["location"], 0
    for _ in range(12):
        answer = await outside.get(there)
        while not answer.is_redirect:
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
            action = re.search(r'action="([^"]+)"', answer.text)
            assert prompt is not None, answer.text[:400]
            assert action is not None
            asked += prompt[1] == "login"
            form = {"prompt": prompt[1], "login": sub, "password": "any"}
            answer = await outside.post(urljoin(str(answer.url), action[1]), data=form)
        there = urljoin(str(answer.url), answer.headers["location"])
        if there.startswith(URL):
            return await browser.get(there), asked
    raise AssertionError("the server never sends anybody back")


async def test_somebody_signs_in_and_proves_it_again(desk: OpenDesk) -> None:
    async with desk.browser() as browser, httpx.AsyncClient(trust_env=False) as outside:
        back, asked = await walk(browser, outside, "/aanmelden?verder=/zvh/wie-keek", "fenna")
        assert (back.status_code, back.headers["location"], asked) == (303, "/zvh/wie-keek", 1)
        session = desk.sessions.find(browser.cookies["sluis"], desk.clock.now())
        assert session is not None
        assert (session.who, session.name, session.roles) == ("fenna", "Fenna Fg", {Tenant.ZVH: (Role.FG,)})
        assert desk.desk.fresh(session)
        session.authenticated_at -= timedelta(hours=1)
        desk.sessions.save(session)
        taking = await browser.get("/zvh/wie-keek/bestand.csv")
        assert taking.headers["location"] == "/zvh/opnieuw-aanmelden"
        back, asked = await walk(browser, outside, "/aanmelden/opnieuw", "fenna")
        assert (back.headers["location"], asked) == ("/zvh/bevestigen", 1), "whoever is signed in there proved nothing"
        assert (await browser.get("/zvh/wie-keek/bestand.csv")).status_code == 200
    async with desk.browser() as browser, httpx.AsyncClient(trust_env=False) as outside:
        back, _ = await walk(browser, outside, "/aanmelden", "niels")
        assert back.status_code == 403, "whoever has no roles is let in"
        assert "U heeft hier geen rol" in back.text
