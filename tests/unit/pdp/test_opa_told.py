"""What an OPA server tells of itself, and for which revision its answer counts: a server that says what we want."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from gateway.errors import Fault
from gateway.pdp import opa
from gateway.pdp.bundle import Bundle
from gateway.pdp.opa import OpaEngine
from tests.unit.pdp.opa_like import asking

A, B = (Bundle.of({"main.rego": f'package sluis.main\n\ndecision := {{"x": {n}}}\n'.encode()}) for n in (1, 2))


@dataclass
class Server:
    """`names`: the revisions in its answers, one a bundle; `holds`: what it shows when it is compared."""

    names: list[Any]
    holds: Bundle
    version: str = "1.22.2"
    answering: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def decide(self, request: web.Request) -> web.Response:
        provenance: dict[str, Any] = {"version": self.version}
        if self.names:
            provenance["bundles"] = {f"b{at}": {"revision": name} for at, name in enumerate(self.names)}
        if (await request.json())["input"] == {"slow": True}:
            self.asked.set()
            await self.answering.wait()
        return web.json_response({"result": {"x": 0}, "provenance": provenance})

    def take(self, bundle: Bundle) -> None:
        self.names, self.holds = [bundle.revision], bundle


@pytest.fixture
def server() -> Server:
    return Server([A.revision], A)


@pytest.fixture
async def engine(server: Server, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OpaEngine]:
    """An engine that compared A."""
    monkeypatch.setattr(opa, "PATIENCE", 0.1)
    monkeypatch.setattr(opa, "TAKE_TIMEOUT", 0.3)
    async with asking(server.decide, lambda: server.holds) as engine:
        await engine.load(A)
        yield engine


async def revision(engine: OpaEngine, facts: bytes = b"{}") -> str:
    return (await engine.decide(facts, timeout=5)).revision


async def refused(engine: OpaEngine) -> str:
    with pytest.raises(Fault) as caught:
        await revision(engine)
    assert not await engine.ready()
    return caught.value.code


async def test_an_answer_that_was_asked_under_the_old_one_counts_for_the_old_one(
    engine: OpaEngine, server: Server
) -> None:
    asking = asyncio.create_task(revision(engine, b'{"slow":true}'))
    await server.asked.wait()
    server.take(B)
    await engine.load(B)
    server.answering.set()
    assert await asking == A.revision
    assert await revision(engine) == B.revision


async def test_the_old_one_does_not_come_back_by_itself(engine: OpaEngine, server: Server) -> None:
    server.take(B)
    await engine.load(B)
    server.take(A)
    assert await refused(engine) == "policies-rejected"


async def test_one_that_was_not_taken_in_time_is_not_known(engine: OpaEngine, server: Server) -> None:
    with pytest.raises(Fault, match="did not take"):
        await engine.load(B)
    assert await revision(engine) == A.revision
    assert await engine.ready()
    server.take(B)
    assert await refused(engine) == "policies-rejected"


async def test_an_answer_that_is_ahead_waits_for_us(engine: OpaEngine, server: Server) -> None:
    server.take(B)
    asking = asyncio.create_task(revision(engine))
    await asyncio.sleep(0.03)
    assert not asking.done()
    await engine.load(B)
    assert await asking == B.revision


async def test_another_version_of_opa_is_not_what_was_compared(engine: OpaEngine, server: Server) -> None:
    server.version = "1.22.3"
    assert await refused(engine) == "policies-rejected"


@pytest.mark.parametrize("names", [[], [None], [A.revision, "y"]], ids=["no bundle", "no revision", "two bundles"])
async def test_a_server_that_names_no_revision_any_more_is_refused(
    engine: OpaEngine, server: Server, names: list[Any]
) -> None:
    server.names = names
    assert await refused(engine) == "policies-rejected"


async def test_one_with_plain_files_that_starts_to_name_one_is_refused(engine: OpaEngine, server: Server) -> None:
    server.names = []
    await engine.load(A)
    assert await revision(engine) == A.revision
    server.names = [A.revision]
    assert await refused(engine) == "policies-rejected"
