"""What the port promises, on each engine alike."""

import asyncio
import time

import pytest

from gateway.errors import Fault
from gateway.pdp.bundle import Bundle
from gateway.pdp.documents import DEPTH
from gateway.pdp.port import PolicyEngine
from tests.unit.pdp.conftest import facts, policy

PATIENCE = 5.0


async def failure(engine: PolicyEngine, do: str, timeout: float = PATIENCE, **more: object) -> Fault:
    with pytest.raises(Fault) as caught:
        await engine.decide(facts(do, **more), timeout=timeout)
    return caught.value


async def test_it_answers_with_the_decision_and_the_revision(engine: PolicyEngine, bundle: Bundle) -> None:
    outcome = await engine.decide(facts("grant"), timeout=PATIENCE)
    assert outcome.revision == bundle.revision
    assert outcome.document["outcome"] == "toegestaan"
    assert outcome.document["fields"] == [{"name": "naam", "granted": True, "reasons": []}]


async def test_data_stand_where_their_folder_says(engine: PolicyEngine) -> None:
    outcome = await engine.decide(facts("data"), timeout=PATIENCE)
    assert outcome.document["hints"] == ["2025-03-01"]


async def test_an_undefined_decision_is_a_fault(engine: PolicyEngine) -> None:
    assert (await failure(engine, "undefined")).code == "engine-undefined"


async def test_an_error_is_a_fault_that_does_not_quote_the_facts(engine: PolicyEngine) -> None:
    fault = await failure(engine, "fail", text="geheim-adres")
    assert fault.code == "engine-error"
    assert "geheim" not in str(fault)


async def test_an_answer_that_is_no_object_is_a_fault(engine: PolicyEngine) -> None:
    assert (await failure(engine, "number")).code == "engine-error"


async def test_after_every_failure_it_answers_as_before(engine: PolicyEngine) -> None:
    before = await engine.decide(facts("grant"), timeout=PATIENCE)
    for do in ("undefined", "fail", "number", "fail"):
        await failure(engine, do, text="x")
    assert await engine.decide(facts("grant"), timeout=PATIENCE) == before


async def test_an_endless_policy_is_cut_at_the_deadline(engine: PolicyEngine) -> None:
    start = time.monotonic()
    assert (await failure(engine, "endless", timeout=0.3)).code == "engine-timeout"
    assert 0.3 <= time.monotonic() - start < 1.5
    assert (await engine.decide(facts("refuse"), timeout=PATIENCE)).document["outcome"] == "geweigerd"


async def test_many_at_a_time_each_get_their_own_answer(engine: PolicyEngine) -> None:
    asked = ["grant", "refuse"] * 40
    outcomes = await asyncio.gather(*(engine.decide(facts(do), timeout=PATIENCE) for do in asked))
    words = {"grant": "toegestaan", "refuse": "geweigerd"}
    assert [outcome.document["outcome"] for outcome in outcomes] == [words[do] for do in asked]


async def test_a_document_at_the_depth_and_size_that_is_let_in_is_answered(engine: PolicyEngine) -> None:
    deep: object = "x"
    for _ in range(DEPTH - 1):
        deep = [deep]
    outcome = await engine.decide(facts("grant", deep=deep, text="x" * 900_000), timeout=PATIENCE)
    assert outcome.document["outcome"] == "toegestaan"


async def test_nothing_is_decided_before_policies_are_loaded(bare: PolicyEngine) -> None:
    assert not await bare.ready()
    assert (await failure(bare, "grant")).code == "engine-unavailable"


async def test_ready_until_closed(engine: PolicyEngine) -> None:
    assert await engine.ready()
    await engine.aclose()
    assert not await engine.ready()
    assert (await failure(engine, "grant")).code == "engine-unavailable"


async def test_closing_twice_is_closing_once(engine: PolicyEngine) -> None:
    await engine.aclose()
    await engine.aclose()


BROKEN = {
    "no Rego": "decision := ",
    "an unknown function": "decision := nothing.of_the_kind(1)",
    "an unknown name": "decision := unheard_of",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
async def test_broken_policies_change_nothing(engine: PolicyEngine, bundle: Bundle, text: str) -> None:
    with pytest.raises(Fault) as caught:
        await engine.load(policy(text))
    assert caught.value.code == "policies-rejected"
    assert "main.rego" in caught.value.log
    assert (await engine.decide(facts("grant"), timeout=PATIENCE)).revision == bundle.revision


async def test_other_policies_take_over_without_a_request_lost(engine: PolicyEngine, bundle: Bundle) -> None:
    other = policy('decision := {"outcome": "anders"}')
    stop = asyncio.Event()
    seen: list[tuple[str, object]] = []

    async def ask() -> None:
        while not stop.is_set():
            outcome = await engine.decide(facts("grant"), timeout=PATIENCE)
            seen.append((outcome.revision, outcome.document["outcome"]))

    askers = [asyncio.create_task(ask()) for _ in range(3)]
    await asyncio.sleep(0.02)
    assert await engine.load(other) == other.revision
    first_after = len(seen)
    await asyncio.sleep(0.02)
    stop.set()
    await asyncio.gather(*askers)
    assert set(seen) == {(bundle.revision, "toegestaan"), (other.revision, "anders")}
    assert (await engine.decide(facts("grant"), timeout=PATIENCE)).revision == other.revision
    assert len(seen) > first_after
