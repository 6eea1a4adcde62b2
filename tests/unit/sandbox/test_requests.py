"""What the region answers to each example, by the policies as they stand; the holder's word comes from the region."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.api.reading import read_ask
from gateway.directory import Directory, KeySets
from gateway.facts import Dictionary, FactsBook
from gateway.model.codes import Profile
from gateway.model.facts import Facts, Statement
from gateway.model.parties import tenant_of
from gateway.model.request import Ask
from gateway.pdp.bundle import Bundle
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.point import DecisionPoint
from gateway.pdp.schema import Schemas
from gateway.sandbox.keys import SandboxKeys
from gateway.sandbox.region import Holding, Region, seed
from gateway.settings import ROOT
from tests.support.requests import EXAMPLES, Example
from tests.support.simulators import NOON, MemoryRegisters, PlainPseudonyms

REGION, DICTIONARY, PSEUDONYMS = Region.load(), Dictionary.load(), PlainPseudonyms()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def policy() -> AsyncIterator[DecisionPoint]:
    point = DecisionPoint(EmbeddedEngine(workers=1), Schemas.read(), timeout=5)
    await point.load(Bundle.read(ROOT / "policies" / "rules"))
    yield point
    await point.aclose()


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> MemoryRegisters:
    registers = MemoryRegisters()
    folder: Path = tmp_path_factory.mktemp("state") / "sandbox"
    seed(registers, PSEUDONYMS.of, SandboxKeys(folder), "http://127.0.0.1:1")
    return registers


async def gather(registers: MemoryRegisters, example: Example, ask: Ask) -> Facts:
    directory = Directory(registers, KeySets(()), profile=Profile.PRODUCTIE, development=True)
    requester = await directory.requester(example.client)
    asking = requester.organisation.oin
    parties = await directory.parties(
        holder=ask.holder, source=ask.source, recipient=ask.recipient or asking, requester=asking, actor=ask.actor
    )
    return await FactsBook(registers, DICTIONARY, profile=Profile.PRODUCTIE).gather(
        ask,
        at=NOON,
        requester=requester,
        actor=parties.actor,
        recipient=parties.recipient,
        holder=parties.source,
        holder_organisation=parties.holder,
        subject=PSEUDONYMS.of(tenant_of(ask.basis), ask.bsn),
    )


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
async def test_an_example_comes_out_as_it_says(policy, registers, example):
    ask = read_ask(json.dumps(example.document).encode(), field_names=DICTIONARY.names)
    facts = await gather(registers, example, ask)
    decision = await policy.decide(facts)
    word = REGION.holdings(ask.holder, ask.source).get(ask.bsn, Holding()).statement
    if decision.awaits_holder and word is not None:
        decision = await policy.decide(facts.with_statement(Statement(word, "")))
    said = {*decision.reasons, *(reason for field in decision.fields for reason in field.reasons)}
    assert (decision.outcome, frozenset(decision.granted)) == (example.outcome, example.granted)
    assert example.reasons <= said
    if example.outcome == "toegestaan":
        assert not said


@pytest.mark.asyncio(loop_scope="module")
async def test_somebody_unknown_and_somebody_elsewhere_get_the_same_answer(policy, registers):
    answers = []
    for name in ("known, but not in this case", "known to nobody"):
        ask = read_ask(json.dumps(EXAMPLES[name].document).encode(), field_names=DICTIONARY.names)
        answers.append((await policy.decide(await gather(registers, EXAMPLES[name], ask))).encoded)
    assert answers[0] == answers[1]
