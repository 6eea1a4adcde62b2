"""Third step: the policy decides, twice where the holder's word is needed (contract rule 15).

First without that word: only when it is all that is missing is the holder asked, so that a refused request never
tells a holder that somebody asked, and only about fields against which nothing else stands. The decision on the
complete facts is the one that counts.
"""

from dataclasses import dataclass

from gateway.exchange.gate import Gate
from gateway.model.decision import Decision
from gateway.model.disclosure import Question
from gateway.model.facts import Facts, Statement


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision, the facts on which it was taken, and the holder's signed word where it was asked."""

    facts: Facts
    decision: Decision
    statement: Statement | None = None


async def decide(gate: Gate, question: Question) -> Ruling:
    """The ruling on a question. A dry run asks no holder; a holder that has not assessed leaves the first decision
    standing.
    """
    first = await gate.policy.decide(question.facts)
    if not first.awaits_holder or question.ask.dry_run:
        return Ruling(question.facts, first)
    statement = await gate.holders.statement(question, first.would_grant)
    if statement is None:
        return Ruling(question.facts, first)
    facts = question.facts.with_statement(statement)
    return Ruling(facts, await gate.policy.decide(facts), statement)
