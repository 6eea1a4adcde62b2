"""The parts of one disclosure, each by itself, in the order of `exchange/pipeline.py`: the real parts of a gateway over
the same keys and registers, the same question, the real holder process, a log of its own.

`PRIMITIVES` are what a disclosure cannot do without; the others are what the gateway puts around them.
"""

import uuid
from dataclasses import dataclass, replace
from typing import Any

from scene import Asker
from timing import Probe
from within import Within

from gateway.api.answers import Answers
from gateway.api.context import Context
from gateway.api.reading import reader
from gateway.catalogue import Catalogue
from gateway.exchange.assemble import assemble
from gateway.exchange.fetch import find_key
from gateway.exchange.gate import Gate
from gateway.exchange.minimise import minimise
from gateway.exchange.recall import Claim, recall
from gateway.exchange.record import record
from gateway.exchange.release import release
from gateway.exchange.ruling import Ruling
from gateway.facts import Dictionary
from gateway.model.codes import Outcome
from gateway.model.disclosure import SealRequest
from gateway.model.facts import Facts
from gateway.model.record import CommittedReceipt, NewRecord
from gateway.model.request import Call

TRACE = "0" * 31 + "1"
CHECK, DECISIONS, HOLDER, SEAL, COMMIT = PRIMITIVES = (
    "token and DPoP check",
    "two decisions",
    "two holder calls",
    "JWS and JWE seal",
    "durable commit",
)
READ, RECALL, FACTS, KEY, RECORD, ANSWER = AROUND = (
    "read the request",
    "look for an earlier answer",
    "facts from the registers",
    "recipient's key",
    "put the record together",
    "release and words",
)
STORY = "all of it in one process, without HTTP"
PORTS = {
    "tokens": {"authenticate": CHECK},
    "policy": {"decide": DECISIONS},
    "holders": {"statement": HOLDER, "fields": HOLDER},
    "sealer": {"seal": SEAL},
    "records": {"append": COMMIT},
}
"""What is called of the gate for each primitive."""


@dataclass
class Overheard:
    """The log, keeping what was handed over last, so that it can be handed over again."""

    gate: Gate
    new: NewRecord | None = None

    async def append(self, tenant: Any, at: Any, new: NewRecord) -> CommittedReceipt:
        self.new = new
        return await self.gate.records.append(tenant, at, new)


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A log that takes no time."""

    receipt: CommittedReceipt

    async def append(self, *_: object) -> CommittedReceipt:
        return self.receipt


@dataclass(frozen=True, slots=True)
class Parts:
    """A probe for each part and for the story, what the primitives take `within` that, the record that such a
    disclosure leaves, and its complete facts.
    """

    probes: list[Probe]
    within: Within
    record: NewRecord
    facts: Facts


async def take_apart(gate: Gate, asker: Asker, issuer: str) -> Parts:
    """One disclosure is done to have the materials; `AssertionError` where it was not granted in full."""
    read = reader(Dictionary.load().names)
    requester = await gate.tokens.authenticate(asker.credentials())
    ask = read(asker.content)
    question = await assemble(gate, ask, requester, TRACE)
    first = await gate.policy.decide(question.facts)
    statement = await gate.holders.statement(question, first.would_grant)
    assert statement is not None, "the holder has not assessed"
    facts = question.facts.with_statement(statement)
    decision = await gate.policy.decide(facts)
    assert decision.outcome is Outcome.TOEGESTAAN, "the disclosure that is measured is not granted in full"
    key = await find_key(gate, question)
    payload = minimise(await gate.holders.fields(question, decision.granted), decision)
    sealed = gate.sealer.seal(SealRequest(question, decision, payload, key))
    ruling, overheard = Ruling(facts, decision, statement), Overheard(gate)
    stored = await record(replace(gate, records=overheard), question, ruling, sealed, _claim(gate, asker))
    new, within, answers = overheard.new, Within(gate, PORTS), Answers(Catalogue.load(), issuer)
    assert new is not None
    free = replace(gate, records=Unwritten(stored.receipt))

    async def read_request(_: None) -> None:
        read(asker.content)

    async def decide(_: None) -> None:
        await gate.policy.decide(question.facts)
        await gate.policy.decide(facts)

    async def ask_holder(_: None) -> None:
        await gate.holders.statement(question, first.would_grant)
        await gate.holders.fields(question, decision.granted)

    async def seal(_: None) -> None:
        gate.sealer.seal(SealRequest(question, decision, payload, key))

    async def answer(_: None) -> None:
        given = await release(gate, stored.receipt, stored.row, viewer=stored.row.requester)
        answers.of(given, Context(TRACE, "1" * 16, "nl"))

    def call() -> Call:
        return Call(asker.credentials(), str(uuid.uuid4()), asker.content, read, TRACE)

    def fresh_record() -> NewRecord:
        fresh = gate.identifiers.new()
        return replace(new, request_id=fresh, outbox=new.outbox and replace(new.outbox, idempotency_hash=fresh))

    probes = [
        Probe(CHECK, gate.tokens.authenticate, asker.credentials),
        Probe(READ, read_request),
        Probe(RECALL, lambda claim: recall(gate, claim), lambda: _claim(gate, asker)),
        Probe(FACTS, lambda _: assemble(gate, ask, requester, TRACE)),
        Probe(DECISIONS, decide),
        Probe(KEY, lambda _: find_key(gate, question)),
        Probe(HOLDER, ask_holder),
        Probe(SEAL, seal),
        Probe(RECORD, lambda claim: record(free, question, ruling, sealed, claim), lambda: _claim(gate, asker)),
        Probe(COMMIT, lambda each: gate.records.append(question.tenant, question.at, each), fresh_record),
        Probe(ANSWER, answer),
        Probe(STORY, within.disclose, call),
    ]
    return Parts(probes, within, new, facts)


def _claim(gate: Gate, asker: Asker) -> Claim:
    return Claim(asker.partner.client_id, str(uuid.uuid4()), gate.pseudonyms.digest(asker.content))
