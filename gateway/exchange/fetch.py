"""Fourth step: only what was granted is fetched, and only when there is a key to seal it to. That a source is asked is
counted first, outside the log.
"""

from gateway.errors import Fault
from gateway.exchange.gate import Gate
from gateway.model.counted import Counted, Passage
from gateway.model.decision import Decision
from gateway.model.disclosure import Found, Question
from gateway.model.parties import PublicKey


async def find_key(gate: Gate, question: Question) -> PublicKey:
    """The recipient's published key; a fault before anything is fetched when it, or ours to sign with, is not there."""
    gate.sealer.check()
    key = await gate.directory.encryption_key(question.recipient.oin)
    if key is None:
        raise Fault("recipient-key-missing", retry_after=3600)
    return key


async def fetch(gate: Gate, question: Question, decision: Decision) -> Found:
    """The granted fields as the holder has them. A grant without fields (closing a case) needs no holder."""
    if not decision.granted:
        return Found({})
    source = question.source
    await gate.counters.count(Counted(Passage.ASKED, question.id, question.tenant, source.oin, source.name))
    return await gate.holders.fields(question, decision.granted)
