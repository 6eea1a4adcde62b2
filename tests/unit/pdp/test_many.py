"""Many facts in one question: each is decided as if it were asked alone, and one that fails harms no other."""

from collections.abc import Callable

import orjson
import pytest

from gateway.errors import Fault
from gateway.model.decision import Decision
from gateway.pdp.bundle import Bundle
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.point import DecisionPoint
from gateway.pdp.port import PolicyEngine
from gateway.pdp.schema import Schemas
from tests.unit.pdp.conftest import ENGINES, children, facts

DOCUMENTS = [facts("grant"), b"{", facts("fail", text="x"), facts("refuse"), facts("shapeless"), b'{"do":1,"do":2}']


def told(answer: Decision | Fault) -> str:
    return answer.code if isinstance(answer, Fault) else f"{answer.engine} {answer.outcome}"


@pytest.mark.parametrize("name", ENGINES)
async def test_each_is_judged_as_if_it_were_alone(
    name: str, make_engine: Callable[[str], PolicyEngine], bundle: Bundle, schemas: Schemas
) -> None:
    point = DecisionPoint(make_engine(name), schemas, timeout=5)
    await point.load(bundle)
    try:
        judged = await point.judge_many(DOCUMENTS)
        assert [told(answer) for answer in judged] == [
            f"{name} toegestaan",
            "gateway geweigerd",
            "engine-error",
            f"{name} geweigerd",
            "decision-invalid",
            "gateway geweigerd",
        ]
        for document, answer in zip(DOCUMENTS, judged, strict=True):
            if isinstance(answer, Decision):
                assert answer.encoded == (await point.judge(document)).encoded
        assert await point.judge_many([]) == []
    finally:
        await point.aclose()


async def test_an_endless_one_is_the_only_one_without_a_decision(bundle: Bundle, schemas: Schemas) -> None:
    before = children()
    point = DecisionPoint(EmbeddedEngine(workers=1), schemas, timeout=0.3)
    await point.load(bundle)
    judged = await point.judge_many([facts("grant"), facts("endless"), facts("refuse")])
    assert [told(answer) for answer in judged] == ["embedded toegestaan", "engine-timeout", "embedded geweigerd"]
    await point.aclose()
    assert children() <= before


async def test_the_worker_says_of_many_what_it_says_of_one(bundle: Bundle) -> None:
    engine = EmbeddedEngine(workers=1)
    with pytest.raises(Fault, match="no policies"):
        await engine.decide_many([b"{}"], timeout=1)
    await engine.load(bundle)
    large = facts("grant", text="€" * 200_000)
    outcomes = await engine.decide_many([facts("grant"), facts("undefined"), large], timeout=5)
    assert [getattr(outcome, "code", "") for outcome in outcomes] == ["", "engine-undefined", ""]
    assert orjson.dumps(outcomes[0].document) == orjson.dumps((await engine.decide(facts("grant"), timeout=5)).document)
    await engine.aclose()
