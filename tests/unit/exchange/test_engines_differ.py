"""Two engines that differ, through the exchange: nothing is released, and the record holds what both said."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.errors import Fault
from gateway.exchange.pipeline import Exchange
from gateway.pdp.both import BothEngines
from gateway.pdp.bundle import Bundle
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.point import DecisionPoint
from gateway.pdp.port import Failure, Outcome
from gateway.pdp.schema import Schemas
from gateway.settings import ROOT
from tests.support.world import World

BUNDLE = Bundle.read(ROOT / "policies" / "rules")


class LyingEngine(EmbeddedEngine):
    """An honest engine but for what a test has it say instead."""

    name = "opa"
    lie: Mapping[str, Any] | Fault | None = None

    async def decide(self, facts: bytes, *, timeout: float) -> Outcome:
        honest = await super().decide(facts, timeout=timeout)
        if isinstance(self.lie, Fault):
            raise self.lie
        return honest if self.lie is None else Outcome({**honest.document, **self.lie}, honest.revision)


@pytest.fixture
async def liar(world: World) -> AsyncIterator[LyingEngine]:
    """The second engine of the world's gateway."""
    liar = LyingEngine(workers=1)
    point = DecisionPoint(BothEngines(EmbeddedEngine(workers=1), liar), Schemas.read(), timeout=5)
    await point.load(BUNDLE)
    world.exchange = Exchange(replace(world.gate, policy=point))
    yield liar
    await point.aclose()


async def body(world: World) -> dict[str, Any]:
    [leaf] = await world.leaves("zvh")
    [log] = [log for (tenant, _), log in world.logs.opened.items() if tenant == "zvh"]
    return {**json.loads(log.body(0)), "class": leaf["class"], "leaf_revision": leaf["revision"]}


async def test_where_the_two_agree_the_exchange_goes_on(world: World, liar: LyingEngine):
    answer = await world.exchange.disclose(world.call())
    assert answer.document["outcome"] == "toegestaan"
    assert (await body(world))["engine"] == "both"


@pytest.mark.parametrize("lie", [{"outcome": "toegestaan"}, {"hints": ["toestemming"]}, Fault(Failure.ERROR)], ids=str)
async def test_a_difference_is_recorded_with_both_answers_and_no_holder_is_asked(
    world: World, liar: LyingEngine, lie: Mapping[str, Any] | Fault
):
    liar.lie = lie
    with capture_logs() as told, pytest.raises(Fault) as caught:
        await world.exchange.disclose(world.call())
    assert caught.value.code == "engines-differ"
    assert world.holders.asked == []
    recorded = await body(world)
    assert (recorded["class"], recorded["fault"]) == ("storing", "engines-differ")
    assert recorded["leaf_revision"] == BUNDLE.revision
    assert recorded["evidence"].keys() == {"embedded", "opa"}
    assert recorded["evidence"]["embedded"]["policy"] == {"revision": BUNDLE.revision}
    assert recorded["evidence"]["embedded"]["outcome"] == "geweigerd"  # the first decision awaits the holder
    said = recorded["evidence"]["opa"]
    assert said == {"fault": "engine-error"} if isinstance(lie, Fault) else lie.items() <= said.items()
    assert [line["event"] for line in told] == ["engines-differ"]
    assert "adres_huidig" not in str(told) + str(caught.value)


async def test_a_fault_without_evidence_keeps_none(world: World):
    world.holders.fail("holder-timeout")
    with pytest.raises(Fault):
        await world.exchange.disclose(world.call())
    recorded = await body(world)
    assert "evidence" not in recorded
    assert recorded["leaf_revision"] == "none"
