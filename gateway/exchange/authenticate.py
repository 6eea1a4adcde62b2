"""First step: who asks is proved before anything of the request is read."""

from gateway.exchange.gate import Gate
from gateway.model.parties import Credentials, Requester


async def authenticate(gate: Gate, credentials: Credentials) -> Requester:
    """The requester behind a sender-constrained token (RFC 9449); `Unauthenticated` otherwise."""
    return await gate.tokens.authenticate(credentials)
