"""A year's end: the last record of one log and the first of the next, each naming the other.

Rules:
- What they say is a statement, whose hash stands in the leaf: anyone can hold the two logs against each other.
- The first record holds the last checkpoint of the log before, so that nothing can be added to that one unseen.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

from gateway.model.canonical import canonical
from gateway.model.record import BODY_VERSION, NO_REVISION, NewRecord, RecordClass
from gateway.verify.checkpoint import Checkpoint


def closing(next_origin: str, *, id: str, simulation: bool) -> NewRecord:
    """The last record of a log, which names the one that follows."""
    act = stated({"act": "log-closed", "next": {"origin": next_origin}}, id=id, simulation=simulation)
    return replace(act, place="last")


def opening(last: Checkpoint, *, id: str, simulation: bool) -> NewRecord:
    """The first record of a log; `last`: the newest checkpoint of the closed log before it."""
    previous = {"origin": last.origin, "size": last.size, "root": base64.b64encode(last.root).decode()}
    act = stated({"act": "log-opened", "previous": previous}, id=id, simulation=simulation)
    return replace(act, place="first")


def stated(statement: dict[str, Any], *, id: str, simulation: bool, kind: RecordClass = RecordClass.ACT) -> NewRecord:
    """A record of what was done with the log itself. `statement`, with its `act`, holds no personal data; `id`: a fresh
    UUIDv7, since no request stands behind it.
    """
    return NewRecord(
        kind=kind,
        request_id=id,
        revision=NO_REVISION,
        simulation=simulation,
        body=canonical({"version": BODY_VERSION, **statement}),
        statement=canonical(statement),
    )
