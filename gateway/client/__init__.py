"""What a partner installs: ask, open, verify the receipt.

    partner = Partner.load("partner.json")
    with Gateway("https://sluis.example", partner, log_keys=[...]) as gateway:
        answer = gateway.ask(basis=..., case=..., subject=..., actor=..., holder=(oin, source), fields={name: (task,
        reason)})
        values = answer.open()
        gateway.witnessed(answer.id, policy)     # a receipt that enough witnesses of your own policy vouch for

An answer without a valid receipt, or with one of another answer, is never handed over (`Untrustworthy`). A refusal is
an answer: `answer.outcome`.
"""

from gateway.client.answer import Answer
from gateway.client.errors import Faulted, GatewayError, Rejected, Untrustworthy
from gateway.client.gateway import AsyncGateway, Gateway
from gateway.client.partner import Partner
from gateway.client.witnessed import Witnessed

__all__ = [
    "Answer",
    "AsyncGateway",
    "Faulted",
    "Gateway",
    "GatewayError",
    "Partner",
    "Rejected",
    "Untrustworthy",
    "Witnessed",
]
