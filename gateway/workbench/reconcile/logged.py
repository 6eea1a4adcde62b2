"""What the log says passed, by request: out of its public leaves, and out of the bodies that can still be opened.

Rules: a body that was erased leaves its leaf, which is enough to know that a record is there; what only the body says
(who the parties were) is then not known. Every body that is opened is counted, so that the look can be recorded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from gateway.model.codes import Tenant
from gateway.model.counted import day_of_request
from gateway.model.record import Leaf, MalformedLeaf, RecordClass
from gateway.tlog.at_rest import LogsAtRest
from gateway.tlog.sealed import SealedRecord, SealedRecords
from gateway.verify.errors import VerificationError

OF_A_REQUEST = frozenset(RecordClass) - {RecordClass.ACT, RecordClass.TOMBSTONE}


@dataclass(slots=True)
class Logged:
    """A request as the log has it. `digest`: of the bytes that its record says leave, None where none do; `fetched`:
    whether values were asked of the source, None where the body does not say any more; OINs likewise.
    """

    tenant: Tenant
    classes: set[RecordClass] = field(default_factory=set)
    digest: str | None = None
    requester: str | None = None
    recipient: str | None = None
    holder: str | None = None
    source: str | None = None
    fetched: bool | None = None


@dataclass(slots=True)
class Ledger:
    """Every request of the days that were asked for, by its id; `opened`: how many bodies were, by tenant."""

    requests: dict[str, Logged] = field(default_factory=dict)
    opened: dict[Tenant, int] = field(default_factory=dict)


def read_ledger(logs: LogsAtRest, day: date | None = None) -> Ledger:
    """Read every log; a leaf that is none is passed over: `gateway verify` tells. Raises the faults of the logs."""
    sealed = SealedRecords(logs)
    ledger = Ledger()
    for stream, year in sealed.names():
        _take(ledger, Tenant(stream), sealed.of(stream, year), day)
    return ledger


def _take(ledger: Ledger, tenant: Tenant, records: Iterable[SealedRecord], day: date | None) -> None:
    for sealed in records:
        try:
            leaf = Leaf.from_bytes(sealed.leaf)
        except MalformedLeaf:
            continue
        if leaf.kind not in OF_A_REQUEST or (day is not None and day_of_request(leaf.request_id) != day):
            continue
        logged = ledger.requests.setdefault(leaf.request_id, Logged(tenant))
        logged.classes.add(leaf.kind)
        if leaf.kind is RecordClass.VERSTREKKING:
            logged.digest = leaf.released_sha256
            if (body := _body(sealed, leaf)) is not None:
                ledger.opened[tenant] = ledger.opened.get(tenant, 0) + 1
                _tell(logged, body)


def _body(sealed: SealedRecord, leaf: Leaf) -> Mapping[str, Any] | None:
    try:
        return sealed.open(leaf)
    except (VerificationError, ValueError):
        return None


def _tell(logged: Logged, body: Mapping[str, Any]) -> None:
    try:
        facts = orjson.loads(body["facts"])
        decision = orjson.loads(body.get("narrowed") or body["decision"])
        logged.requester = facts["requester"]["organisation"]["oin"]
        logged.recipient = facts["recipient"]["oin"]
        logged.holder, logged.source = facts["holder"]["oin"], body["source"]
        logged.fetched = any(each["granted"] for each in decision["fields"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return
