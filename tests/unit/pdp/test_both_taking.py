"""Two engines that take new policies, each in its own time: no question fails, and both or neither decide by them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gateway.errors import Fault
from gateway.pdp.both import BothEngines
from gateway.pdp.bundle import Bundle
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.port import Failure, Outcome
from tests.unit.pdp.conftest import answering

SHORT = 0.1
"""A deadline that is much shorter than the time in between."""


A, B = answering("a"), answering("b")
ANSWERS = {A.revision: "a", B.revision: "b"}


class Slow:
    """An engine of another process: it takes policies when it does, and is compared some time after."""

    name = "opa"

    def __init__(self) -> None:
        self.takes, self.taken, self.compared = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.revision, self.refuses = "", False

    async def load(self, bundle: Bundle) -> str:
        await self.takes.wait()
        if self.refuses:
            raise Fault(Failure.POLICIES)
        self.revision = bundle.revision
        self.taken.set()
        await self.compared.wait()
        return bundle.revision

    async def decide(self, facts: bytes, *, timeout: float) -> Outcome:
        return Outcome({"answer": ANSWERS[self.revision]}, self.revision)

    async def ready(self) -> bool:
        return True

    async def aclose(self) -> None:
        pass


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
async def both(slow: Slow) -> AsyncIterator[BothEngines]:
    """Two engines that hold A; the slow one takes nothing for now."""
    both = BothEngines(EmbeddedEngine(workers=1), slow)
    slow.takes.set()
    slow.compared.set()
    await both.load(A)
    for event in (slow.takes, slow.taken, slow.compared):
        event.clear()
    yield both
    await both.aclose()


async def asked(both: BothEngines, timeout: float = 5) -> str:
    return (await both.decide(b"{}", timeout=timeout)).revision


async def test_until_the_slow_one_has_them_both_decide_by_the_old_ones(both: BothEngines, slow: Slow) -> None:
    loading = asyncio.create_task(both.load(B))
    end = asyncio.get_running_loop().time() + 1
    while asyncio.get_running_loop().time() < end:
        assert await asked(both) == A.revision
    assert not loading.done()
    slow.takes.set()
    slow.compared.set()
    assert await loading == B.revision
    assert await asked(both) == B.revision


async def test_a_question_in_between_waits_for_both(both: BothEngines, slow: Slow) -> None:
    loading = asyncio.create_task(both.load(B))
    slow.takes.set()
    await slow.taken.wait()
    asking = [asyncio.create_task(asked(both, SHORT)) for _ in range(3)]
    await asyncio.sleep(5 * SHORT)
    assert not any(each.done() for each in asking)
    slow.compared.set()
    assert await loading == B.revision
    assert set(await asyncio.gather(*asking)) == {B.revision}


async def test_what_the_slow_one_refuses_neither_takes(both: BothEngines, slow: Slow) -> None:
    slow.refuses = True
    loading = asyncio.create_task(both.load(B))
    slow.takes.set()
    with pytest.raises(Fault, match="policies-rejected"):
        await loading
    assert await asked(both) == A.revision


async def test_what_the_embedded_one_refuses_the_slow_one_gives_back(both: BothEngines, slow: Slow) -> None:
    slow.takes.set()
    slow.compared.set()
    with pytest.raises(Fault, match="policies-rejected"):
        await both.load(Bundle.of({"main.rego": b"package sluis.main\n\ndecision := x\n"}))
    assert slow.revision == A.revision
    assert await asked(both) == A.revision
