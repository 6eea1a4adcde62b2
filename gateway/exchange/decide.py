"""Third step: the policy decides, twice where the holder's word is needed (contract rule 15), and each decision is
narrowed by the partners' own policies.

First without that word: only when it is all that is missing is the holder asked, so that a refused request never
tells a holder that somebody asked, and only about fields against which nothing else stands. The decision on the
complete facts is the one that counts.
"""

from gateway.exchange.gate import Gate
from gateway.exchange.narrow import narrow
from gateway.exchange.ruling import Ruling
from gateway.model.disclosure import Question


async def decide(gate: Gate, question: Question) -> Ruling:
    """The ruling on a question. A dry run asks no holder; a holder that has not assessed leaves the first decision
    standing.
    """
    first = await narrow(gate, question, Ruling(question.facts, await gate.policy.decide(question.facts)))
    if not first.decision.awaits_holder or question.ask.dry_run:
        return first
    statement = await gate.holders.statement(question, first.decision.would_grant)
    if statement is None:
        return first
    facts = question.facts.with_statement(statement)
    ruling = Ruling(facts, await gate.policy.decide(facts), statement, overlays=first.overlays)
    return await narrow(gate, question, ruling)
