"""Second step: what the registers know is put beside what was asked. Nothing that a register holds is taken from the
request.
"""

from gateway.errors import BadRequest, WrongMember
from gateway.exchange.gate import Gate
from gateway.model.disclosure import Question
from gateway.model.parties import Actor, Requester, tenant_of
from gateway.model.request import Ask


async def assemble(gate: Gate, ask: Ask, requester: Requester, trace_id: str) -> Question:
    """The question to decide. `BadRequest` names every party that the directory does not hold; organisations are no
    secret, people are.
    """
    at, tenant = gate.clock.now(), tenant_of(ask.basis)
    asking = requester.organisation.oin
    found = await gate.directory.parties(
        holder=ask.holder, source=ask.source, recipient=ask.recipient or asking, requester=asking, actor=ask.actor
    )
    holder, source, recipient = found.holder, found.source, found.recipient
    if source is None or holder is None or recipient is None:
        unknown = [WrongMember("/holder/oin", "organisation-unknown")] if holder is None else []
        if holder is not None and source is None:
            unknown.append(WrongMember("/holder/source", "source-unknown"))
        if recipient is None:
            unknown.append(WrongMember("/recipient/oin", "organisation-unknown"))
        raise BadRequest("request-invalid", *unknown)
    subject = gate.pseudonyms.of(tenant, ask.bsn)
    facts = await gate.facts.gather(
        ask,
        at=at,
        requester=requester,
        actor=found.actor or Actor.unknown(ask.actor),
        recipient=recipient,
        holder=source,
        holder_organisation=holder,
        subject=subject,
    )
    return Question(
        id=gate.identifiers.new(),
        at=at,
        tenant=tenant,
        ask=ask,
        requester=requester,
        recipient=recipient,
        source=source,
        subject=subject,
        facts=facts,
        trace_id=trace_id,
    )
