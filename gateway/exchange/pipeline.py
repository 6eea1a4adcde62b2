"""The story of a request, downwards: authenticate, assemble, decide, fetch, minimise, seal, record, release. What is
decided is narrowed by the partners' own policies (`narrow`).

A refusal walks the same road and skips what touches data; it is recorded and gets a receipt. A fault releases
nothing, is recorded if the log can, and says so. A record stands before anything is released; while none can be made,
no holder is asked.
"""

from gateway.errors import Fault
from gateway.exchange.assemble import assemble
from gateway.exchange.authenticate import authenticate
from gateway.exchange.decide import decide
from gateway.exchange.fetch import fetch, find_key
from gateway.exchange.gate import Gate
from gateway.exchange.minimise import minimise
from gateway.exchange.recall import Claim, claimed, recall
from gateway.exchange.record import record, record_fault
from gateway.exchange.release import release
from gateway.exchange.seal import seal
from gateway.model.disclosure import Answer, Question
from gateway.model.request import Call


class Exchange:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def disclose(self, call: Call) -> Answer:
        """Answer one call. Raises `Rejected` before, and `Fault` instead of, a decision that is released."""
        requester = await authenticate(self._gate, call.credentials)
        ask = call.read(call.body)
        async with claimed(self._gate, requester, call) as claim:
            if given := await recall(self._gate, claim):
                return given
            question = await assemble(self._gate, ask, requester, call.trace_id)
            try:
                return await self._answer(question, claim)
            except Fault as fault:
                await record_fault(self._gate, question, fault)
                raise

    async def _answer(self, question: Question, claim: Claim) -> Answer:
        gate, sealed = self._gate, None
        gate.records.check(question.tenant, question.at)
        ruling = await decide(gate, question)
        if not (ruling.decision.refused or question.ask.dry_run):
            key = await find_key(gate, question)
            found = await fetch(gate, question, ruling.decision)
            kept = minimise(found, ruling.decision)
            sealed = seal(gate, question, ruling.decision, kept, key)
        stored = await record(gate, question, ruling, sealed, claim)
        return await release(gate, stored.receipt, stored.row, viewer=question.requester.organisation.oin)
