"""The decision point: what it lets through, in and out."""

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest

from gateway.errors import Fault
from gateway.model.codes import Outcome
from gateway.model.facts import Facts
from gateway.pdp.bundle import Bundle
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.point import DecisionPoint
from gateway.pdp.schema import Schema, Schemas
from tests.unit.pdp.conftest import FILES, facts, policy


@pytest.fixture
async def point(bundle: Bundle, schemas: Schemas) -> AsyncIterator[DecisionPoint]:
    point = DecisionPoint(EmbeddedEngine(workers=1), schemas, timeout=2.0)
    await point.load(bundle)
    yield point
    await point.aclose()


def assembled(do: str, **more: object) -> Facts:
    return Facts(orjson.loads(facts(do, **more)))


async def fault(point: DecisionPoint, do: str, **more: object) -> Fault:
    with pytest.raises(Fault) as caught:
        await point.decide(assembled(do, **more))
    return caught.value


async def test_a_decision_carries_its_revision_engine_and_canonical_bytes(point: DecisionPoint, bundle: Bundle) -> None:
    decision = await point.decide(assembled("grant"))
    assert decision.outcome is Outcome.TOEGESTAAN
    assert decision.granted == ("naam",)
    assert (decision.revision, decision.engine) == (bundle.revision, "embedded")
    assert decision.document["policy"] == {"revision": bundle.revision}
    assert decision.encoded == orjson.dumps(decision.document, option=orjson.OPT_SORT_KEYS)


async def test_a_policy_cannot_name_its_own_revision(point: DecisionPoint, bundle: Bundle) -> None:
    decision = await point.decide(assembled("change", change={"policy": {"revision": "van mij"}}))
    assert decision.revision == bundle.revision
    assert b"van mij" not in decision.encoded


async def test_facts_that_break_the_schema_never_reach_the_policy(point: DecisionPoint) -> None:
    wrong = await fault(point, "geheim")
    assert wrong.code == "facts-invalid"
    assert wrong.log == "/do enum"


async def test_facts_that_cannot_be_written_are_a_fault(point: DecisionPoint) -> None:
    with pytest.raises(Fault) as caught:
        await point.decide(Facts({"do": "grant", "text": "\ud800"}))
    assert caught.value.code == "facts-invalid"


async def test_an_answer_without_the_agreed_shape_is_a_fault(point: DecisionPoint) -> None:
    assert (await fault(point, "shapeless")).code == "decision-invalid"


FIELD = {"name": "naam", "granted": True, "reasons": []}
REFUSED = {**FIELD, "granted": False}
CONTRADICTIONS = {
    "a field that was not asked": {"fields": [FIELD, {**FIELD, "name": "bsn"}]},
    "granted against a reason": {"reasons": ["feit-ontbreekt"]},
    "a field granted against its own reason": {"fields": [{**FIELD, "reasons": ["niet-noodzakelijk"]}]},
    "refused, and granted": {"outcome": "geweigerd"},
    "partly, and all": {"outcome": "gedeeltelijk"},
    "all, and none": {"fields": [REFUSED]},
    "a simulation of its own": {"simulation": True},
}


@pytest.mark.parametrize("change", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
async def test_a_decision_that_contradicts_itself_is_a_fault(point: DecisionPoint, change: dict[str, object]) -> None:
    assert (await fault(point, "change", change=change)).code == "decision-invalid"


SOUND = {
    "partly": ({"outcome": "gedeeltelijk", "fields": [FIELD, {**REFUSED, "name": "b"}]}, {}),
    "nothing asked, and allowed": ({"fields": []}, {"fields": []}),
    "a simulation": ({"simulation": True}, {"profile": "simulatie"}),
}


@pytest.mark.parametrize(("change", "more"), SOUND.values(), ids=SOUND)
async def test_a_decision_that_holds_together_passes(
    point: DecisionPoint, change: dict[str, object], more: dict[str, object]
) -> None:
    fields = {"fields": [{"name": "naam"}, {"name": "b"}]} | more
    assert not (await point.decide(assembled("change", change=change, **fields))).refused


async def test_widening_is_a_fault(point: DecisionPoint) -> None:
    assert (await fault(point, "widen")).code == "decision-invalid"


async def test_an_engine_that_fails_decides_nothing(point: DecisionPoint) -> None:
    assert (await fault(point, "undefined")).code == "engine-undefined"
    assert (await fault(point, "endless")).code == "engine-timeout"


async def test_before_load_nothing_is_decided(schemas: Schemas) -> None:
    point = DecisionPoint(EmbeddedEngine(workers=1), schemas, timeout=1)
    assert not await point.ready()
    for judged in (point.decide(assembled("grant")), point.judge(facts("grant")), point.judge(b"?")):
        with pytest.raises(Fault) as caught:
            await judged
        assert caught.value.code == "engine-unavailable"


async def test_policies_that_are_refused_leave_the_revision(point: DecisionPoint, bundle: Bundle) -> None:
    with pytest.raises(Fault):
        await point.load(policy("decision := "))
    assert point.revision == bundle.revision
    assert await point.ready()


async def test_outside_facts_are_for_the_policy_to_refuse(point: DecisionPoint) -> None:
    for document in (b'{"do": 7}', b"{}", b'{"fields": [5]}'):
        decision = await point.judge(document)
        assert decision.refused
        assert decision.engine == "embedded"


@pytest.mark.parametrize("document", [b"null", b"5", b"[]", b'"x"'])
async def test_so_are_facts_that_are_no_object(schemas: Schemas, document: bytes) -> None:
    point = DecisionPoint(EmbeddedEngine(workers=1), schemas, timeout=2)
    await point.load(Bundle.of({"main.rego": FILES["main.rego"].replace(b"object.get(input,", b"object.get({},")}))
    decision = await point.judge(document)
    assert (decision.outcome, decision.engine) == (Outcome.GEWEIGERD, "embedded")
    await point.aclose()


async def test_a_grant_on_facts_that_break_the_schema_is_a_fault(bundle: Bundle, schemas: Schemas) -> None:
    narrow = Schemas(Schema({"properties": {"profile": {"const": "simulatie"}}}), schemas.decision)
    point = DecisionPoint(EmbeddedEngine(workers=1), narrow, timeout=2)
    await point.load(bundle)
    assert (await point.judge(facts("refuse"))).refused
    with pytest.raises(Fault) as caught:
        await point.judge(facts("grant"))
    assert caught.value.code == "schema-breach"
    await point.aclose()


async def test_a_refused_field_may_break_the_schema(bundle: Bundle, schemas: Schemas) -> None:
    named = {"properties": {"fields": {"items": {"properties": {"necessity": {"type": "object"}}}}}}
    point = DecisionPoint(EmbeddedEngine(workers=1), Schemas(Schema(named), schemas.decision), timeout=2)
    await point.load(bundle)
    change = {"outcome": "gedeeltelijk", "fields": [FIELD, {**REFUSED, "name": "b"}]}
    granted, refused = {"name": "naam", "necessity": {}}, {"name": "b", "necessity": 7}
    assert (await point.judge(facts("change", change=change, fields=[granted, refused]))).granted == ("naam",)
    with pytest.raises(Fault) as caught:
        await point.judge(facts("change", change=change, fields=[{**granted, "necessity": 7}, refused]))
    assert (caught.value.code, caught.value.log) == ("schema-breach", "/fields/0/necessity type")
    await point.aclose()


HOSTILE = {
    "a member twice": (
        b'{"basis": "x", "basis": "a.b", "profile": "simulatie", '
        b'"fields": [{"name": "a"}, {"name": 7}, 3, {"name": " "}]}',
        ("a.b", True, ["a"]),
    ),
    "no JSON": (b"{", (None, False, [])),
    "an empty line": (b"", (None, False, [])),
    "half a list": (b'[{"basis": "a.b"}', (None, False, [])),
    "a fraction": (b'{"basis": "a.b", "n": 0.5}', ("a.b", False, [])),
    "a lone surrogate": (rb'{"basis": "\ud800", "fields": [{"name": "n\udc00"}]}', ("\ufffd", False, ["n\ufffd"])),
    "members of other types": (b'{"basis": 5, "fields": {}, "profile": [], "x": 1.0}', (None, False, [])),
}


@pytest.mark.parametrize(("document", "read"), HOSTILE.values(), ids=HOSTILE)
async def test_what_no_engine_may_see_is_refused_by_the_gateway(
    point: DecisionPoint, bundle: Bundle, document: bytes, read: tuple[str | None, bool, list[str]]
) -> None:
    decision = await point.judge(document)
    basis, simulation, names = read
    assert (decision.engine, decision.revision) == ("gateway", bundle.revision)
    assert decision.document["basis"]["id"] == basis
    assert decision.simulation is simulation
    assert [(field.name, field.granted, field.reasons) for field in decision.fields] == [(n, False, ()) for n in names]
    assert decision.reasons == ("feit-ongeldig",)
    assert decision.document["ladder"] == [{"rung": "grondslag", "passed": False}]
    assert [obligation.code for obligation in decision.obligations] == ["log-audit"]
    assert decision.missing == decision.hints == ()


async def test_the_same_facts_written_otherwise_give_the_same_bytes(point: DecisionPoint) -> None:
    document = orjson.loads(facts("grant"))
    written = [orjson.dumps(document, option=orjson.OPT_INDENT_2), orjson.dumps(dict(reversed(document.items())))]
    decisions = await asyncio.gather(*map(point.judge, written))
    assert decisions[0].encoded == decisions[1].encoded
