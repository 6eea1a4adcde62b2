"""Sixth step: signed by the gateway, then encrypted to the recipient (RFC 7515 inside RFC 7516). From here nobody on
the way can read it.
"""

from gateway.exchange.gate import Gate
from gateway.model.decision import Decision
from gateway.model.disclosure import Payload, Question, Sealed, SealRequest
from gateway.model.parties import PublicKey


def seal(gate: Gate, question: Question, decision: Decision, payload: Payload, key: PublicKey) -> Sealed:
    return gate.sealer.seal(SealRequest(question, decision, payload, key))
