"""Which policies decide, stated in each tenant's log when they come into force.

Rules:
- The statement names the revision, the one before it and the key that signed it: nothing of anybody. Anyone who holds a
  log can read from it since when it was decided by what.
- What stands beside a log and is not what its leaf vouches for does not count.
- A revision that the newest statement names already is not stated again, so that a gateway that starts anew says
  nothing. Two gateways that look at once may both state it, which does no harm.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.model.record import Leaf, NewRecord
from gateway.tlog.at_rest import LogsAtRest, ReadableLog, all_statements
from gateway.tlog.turn import stated

ACT = "policy-in-force"


@dataclass(frozen=True, slots=True)
class InForce:
    """One statement: since `at` (aware) it was decided by `revision`. `previous`: the revision before it, `signer`: the
    `kid` of who signed it; None where there is none.
    """

    year: int
    index: int
    record: str
    at: datetime
    revision: str
    previous: str | None
    signer: str | None


def in_force(revision: str, previous: str | None, signer: str | None, *, id: str, simulation: bool) -> NewRecord:
    """The record of a revision that comes into force. `id`: a fresh UUIDv7."""
    statement = {"act": ACT, "previous": previous, "revision": revision, "signer": signer}
    return stated(statement, id=id, simulation=simulation)


def statements(logs: LogsAtRest, stream: str) -> list[InForce]:
    """Every one in a stream's logs, oldest first."""
    return [each for year in logs.years(stream) for each in _of(logs, stream, year)]


def newest(logs: LogsAtRest, stream: str) -> InForce | None:
    """The one that counts now; no older log is read than where it stands."""
    for year in reversed(logs.years(stream)):
        if found := _of(logs, stream, year):
            return found[-1]
    return None


def _of(logs: LogsAtRest, stream: str, year: int) -> list[InForce]:
    log = logs.storage(stream, year)
    try:
        return list(_in(log, year))
    finally:
        log.close()


def _in(log: ReadableLog, year: int) -> Iterable[InForce]:
    for index, statement in all_statements(log):
        said: dict[str, Any] = json.loads(statement)
        leaf = Leaf.from_bytes(log.entries(index, 1)[0])
        if said.get("act") == ACT and leaf.released_sha256 == hashlib.sha256(statement).hexdigest():
            at = datetime.fromisoformat(leaf.time)
            yield InForce(year, index, leaf.id, at, said["revision"], said["previous"], said["signer"])
