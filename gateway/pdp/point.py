"""The decision point: facts in, decision out, checked by schema on both sides.

Rules:
- The schemas come on top of what the policy checks, never instead. Facts that the gateway put together and that break
  theirs are the gateway's fault. Facts from outside are for the policy to refuse; if it grants on facts that break
  the schema, refused fields aside, the policy or the schema is wrong, and nothing is decided.
- No decision without its revision; none that grants what was not asked, or that contradicts itself.
- Facts from outside that engines would read differently are refused before any engine sees them (`documents`,
  `refusal`).
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from gateway.errors import Fault
from gateway.model.canonical import canonical
from gateway.model.codes import Outcome, Profile
from gateway.model.decision import Decision
from gateway.model.facts import Facts
from gateway.pdp.bundle import Bundle
from gateway.pdp.documents import Malformed, read_json
from gateway.pdp.port import Failure, PolicyEngine
from gateway.pdp.port import Outcome as EngineOutcome
from gateway.pdp.refusal import refuse
from gateway.pdp.schema import Schemas

GATEWAY = "gateway"


@runtime_checkable
class AsksMany(Protocol):
    """An engine that can also be asked about many facts in one question: for who replays, not for who releases."""

    async def decide_many(self, facts: Sequence[bytes], *, timeout: float) -> list[EngineOutcome | Fault]:
        """`decide` of each, in order, the fault in the place of what failed. `timeout`: seconds, of all together."""


class DecisionPoint:
    """`timeout`: seconds that a decision may take. It decides after `load`."""

    def __init__(self, engine: PolicyEngine, schemas: Schemas, *, timeout: float) -> None:
        self._engine = engine
        self._schemas = schemas
        self._timeout = timeout
        self._revision: str | None = None

    @property
    def revision(self) -> str:
        """Of the policies by which it decides now; a fault before `load`."""
        if self._revision is None:
            raise Fault(Failure.UNAVAILABLE, log="no policies are loaded")
        return self._revision

    async def load(self, bundle: Bundle) -> str:
        """Decide by these policies from now on; where they are not accepted a fault, and nothing changes."""
        self._revision = await self._engine.load(bundle)
        return self._revision

    async def decide(self, facts: Facts) -> Decision:
        """Judge facts that the gateway put together from its registers."""
        try:
            encoded = facts.encode()
        except (TypeError, ValueError) as error:
            raise Fault("facts-invalid", log="no canonical JSON") from error
        if not self._schemas.facts.accepts(facts.document):
            raise Fault("facts-invalid", log=self._schemas.facts.objections(facts.document))
        return await self._ask(facts.document, encoded)

    async def judge(self, document: bytes) -> Decision:
        """Judge a facts document from outside, whatever it is; `engine` is `gateway` where no engine may see it."""
        try:
            facts = read_json(document)
        except Malformed:
            return self._accept(refuse(document), self.revision, GATEWAY)
        return self._hold_to_schema(facts, await self._ask(facts, canonical(facts)))

    async def judge_many(self, documents: Sequence[bytes]) -> list[Decision | Fault]:
        """As `judge`, of each document by itself: a fault stands in the place of the decision that it hinders. In one
        question where the engine takes many; where that fails they are asked one by one, to know which it was.
        """
        if not isinstance(self._engine, AsksMany):
            return list(await asyncio.gather(*map(self._judge_or_fault, documents)))
        read = [_read(document) for document in documents]
        asked = [canonical(facts) for facts in read if not isinstance(facts, Malformed)]
        try:
            outcomes = await self._engine.decide_many(asked, timeout=self._timeout * len(asked)) if asked else []
        except Fault:
            return [await self._judge_or_fault(document) for document in documents]
        said, judged = iter(outcomes), []
        for document, facts in zip(documents, read, strict=True):
            try:
                if isinstance(facts, Malformed):
                    judged.append(self._accept(refuse(document), self.revision, GATEWAY))
                else:
                    judged.append(self._hold_to_schema(facts, self._believe(facts, next(said))))
            except Fault as fault:
                judged.append(fault)
        return judged

    async def ready(self) -> bool:
        return self._revision is not None and await self._engine.ready()

    async def aclose(self) -> None:
        await self._engine.aclose()

    async def _judge_or_fault(self, document: bytes) -> Decision | Fault:
        try:
            return await self.judge(document)
        except Fault as fault:
            return fault

    async def _ask(self, facts: Any, encoded: bytes) -> Decision:
        return self._believe(facts, await self._engine.decide(encoded, timeout=self._timeout))

    def _believe(self, facts: Any, outcome: EngineOutcome | Fault) -> Decision:
        if isinstance(outcome, Fault):
            raise outcome
        decision = self._accept(outcome.document, outcome.revision, self._engine.name)
        if wrong := _contradiction(facts, decision):
            raise Fault("decision-invalid", log=wrong)
        return decision

    def _hold_to_schema(self, facts: Any, decision: Decision) -> Decision:
        if not decision.refused and not self._schemas.facts.accepts(granted := _as_granted(facts, decision)):
            raise Fault("schema-breach", log=self._schemas.facts.objections(granted))
        return decision

    def _accept(self, answer: Mapping[str, Any], revision: str, engine: str) -> Decision:
        document = {**answer, "policy": {"revision": revision}}
        if not self._schemas.decision.accepts(document):
            raise Fault("decision-invalid", log=self._schemas.decision.objections(document))
        return Decision.of(document, encoded=canonical(document), engine=engine)


def _read(document: bytes) -> Any:
    """The document, or how it is malformed."""
    try:
        return read_json(document)
    except Malformed as error:
        return error


def _as_granted(facts: Any, decision: Decision) -> Any:
    """The facts as far as they were granted on: what is wrong within a field refuses that field alone."""
    if not isinstance(facts, dict) or not isinstance(facts.get("fields"), list):
        return facts
    granted = [entry for entry in facts["fields"] if isinstance(entry, dict) and entry.get("name") in decision.granted]
    return {**facts, "fields": granted}


def _contradiction(facts: Any, decision: Decision) -> str:
    """How a decision contradicts itself or what was asked; empty where it does not."""
    facts = facts if isinstance(facts, dict) else {}
    asked = facts.get("fields")
    names = [entry.get("name") for entry in asked if isinstance(entry, dict)] if isinstance(asked, list) else []
    granted = decision.granted
    if any(name not in names for name in granted):
        return "grants a field that was not asked"
    if granted and decision.reasons:
        return "grants against a reason of its own"
    if any(field.granted and field.reasons for field in decision.fields):
        return "grants a field against a reason of its own"
    if decision.outcome is not _outcome(decision) and not (decision.outcome is Outcome.TOEGESTAAN and not names):
        return "its outcome is not that of its fields"
    if decision.simulation is not (facts.get("profile") == Profile.SIMULATIE):
        return "its simulation flag is not that of the facts"
    return ""


def _outcome(decision: Decision) -> Outcome:
    granted = decision.granted
    if not granted:
        return Outcome.GEWEIGERD
    return Outcome.TOEGESTAAN if len(granted) == len(decision.fields) else Outcome.GEDEELTELIJK
