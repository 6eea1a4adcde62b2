"""Seventh step: the record stands durably in the log before anything is released. Of a request only this file
records; what is done with the log itself, and who looks at it, the log records (`tlog`).

A body holds how it came about: facts and the policy's decision as the bytes that they were, what partners' own policies
said of it, the holder's signed word, whose key, which suite. Never a value that was released. The answer stands in an
outbox row of the same transaction, so that a crash after this step loses nothing.
"""

from typing import Any

from gateway.errors import Fault
from gateway.exchange.gate import Gate
from gateway.exchange.kept import marked
from gateway.exchange.recall import Claim
from gateway.exchange.ruling import Ruling
from gateway.model.amsterdam import day_of
from gateway.model.canonical import canonical
from gateway.model.codes import Tenant
from gateway.model.decision import Decision
from gateway.model.disclosure import Question, Sealed
from gateway.model.record import (
    BODY_VERSION,
    NO_REVISION,
    CommittedReceipt,
    NewRecord,
    OutboxRow,
    RecordClass,
    StoredAnswer,
)
from gateway.model.retention import retain_until


async def record(gate: Gate, question: Question, ruling: Ruling, sealed: Sealed | None, claim: Claim) -> StoredAnswer:
    """Record a decision and keep its answer; `Fault` when the log did not take it, and then nothing may be released."""
    decision = ruling.decision
    row = marked(
        OutboxRow(
            client=claim.client,
            idempotency_hash=claim.key,
            body_hmac=claim.body,
            requester=question.requester.organisation.oin,
            recipient=question.recipient.oin,
            answer=canonical(_answer(question, decision, sealed)),
            expires_at=question.at + gate.keep_answers,
        )
    )
    body = _body(question, ruling) | {
        "recipient_key": sealed and sealed.key_thumbprint,
        "suite": sealed and sealed.suite,
    }
    new = NewRecord(
        kind=_kind(question, decision),
        request_id=question.id,
        revision=decision.revision,
        simulation=decision.simulation,
        body=canonical(body),
        released=sealed and sealed.jwe,
        subject=question.subject,
        case=_known_case(question),
        outbox=row,
        retain_until=retain_until(
            _kind(question, decision),
            day_of(question.at),
            gate.keep,
            obligations=decision.obligations,
            case=question.facts.document.get("case"),
        ),
    )
    return StoredAnswer(row, await gate.records.append(question.tenant, question.at, new))


async def record_fault(gate: Gate, question: Question, fault: Fault) -> None:
    """Record that nothing was released because something failed, and what shows it, if the log can: a lost one is
    allowed.
    """
    body = _body(question, None) | {"fault": fault.code}
    new = NewRecord(
        kind=RecordClass.STORING,
        request_id=question.id,
        revision=fault.revision or NO_REVISION,
        simulation=question.facts.document["profile"] == "simulatie",
        body=canonical(body if fault.evidence is None else body | {"evidence": fault.evidence}),
        subject=question.subject,
        case=_known_case(question),
        retain_until=retain_until(
            RecordClass.STORING, day_of(question.at), gate.keep, case=question.facts.document.get("case")
        ),
    )
    try:
        await gate.records.append(question.tenant, question.at, new)
    except Fault:
        return


async def record_outcome(gate: Gate, stored: StoredAnswer, collector: str, trace_id: str) -> CommittedReceipt:
    """Record that the recipient came for a disclosure, before it gets it. `collector`: its OIN."""
    leaf, at = stored.receipt.leaf, gate.clock.now()
    new = NewRecord(
        kind=RecordClass.OUTCOME,
        request_id=leaf.request_id,
        revision=leaf.revision,
        simulation=leaf.simulation,
        body=canonical({"version": BODY_VERSION, "of": leaf.id, "collected_by": collector, "trace_id": trace_id}),
        released=None,
        retain_until=retain_until(RecordClass.OUTCOME, day_of(at), gate.keep),
    )
    return await gate.records.append(Tenant(leaf.tenant), at, new)


def _kind(question: Question, decision: Decision) -> RecordClass:
    if question.ask.dry_run:
        return RecordClass.PROEF
    return RecordClass.WEIGERING if decision.refused else RecordClass.VERSTREKKING


def _known_case(question: Question) -> str | None:
    """The case whose key seals the body: one of the registers. What a caller made up could be anything, and names of
    keys can be read.
    """
    case = question.facts.document.get("case")
    return question.ask.case if case and case.keys() > {"id"} else None


def _body(question: Question, ruling: Ruling | None) -> dict[str, Any]:
    facts = question.facts if ruling is None else ruling.facts
    return {
        "version": BODY_VERSION,
        "facts": facts.encode().decode(),
        "decision": ruling and ruling.law.encoded.decode(),
        "overlays": [answer.document for answer in ruling.overlays] if ruling else [],
        "narrowed": ruling and ruling.narrowed and ruling.narrowed.encoded.decode(),
        "revision": ruling and ruling.decision.revision,
        "engine": ruling and ruling.decision.engine,
        "statement": ruling and ruling.statement and ruling.statement.signed,
        "declaration": question.ask.declaration,
        "fields": [f.name for f in question.ask.fields],
        "source": question.source.name,
        "client": question.requester.client_id,
        "trace_id": question.trace_id,
    }


def _answer(question: Question, decision: Decision, sealed: Sealed | None) -> dict[str, Any]:
    document = decision.document
    return {
        name: document[name]
        for name in ("outcome", "simulation", "basis", "fields", "reasons", "missing", "hints", "obligations")
    } | {
        "id": question.id,
        "dry_run": question.ask.dry_run,
        "awaits_holder": decision.awaits_holder,
        "recipient": question.recipient.oin,
        "collected_by_recipient": sealed is not None and question.pushed,
        "sealed": sealed and sealed.jwe.decode(),
    }
