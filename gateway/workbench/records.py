"""The requests that were recorded: their facts and what was decided on them, out of the logs where they stand.

Rules:
- A record of which a key was destroyed cannot be read by anybody: it is skipped, and counted. So is a body that is not
  the one its leaf speaks of.
- Every body that is opened is counted by tenant: who shows anything of it first records the look (`tlog/audit.py`).
- What was decided is taken as the bytes that were recorded. Records without a decision (faults, collections) are none
  of this. Nothing here prints.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson

from gateway.model.codes import Tenant
from gateway.model.record import Leaf, RecordClass
from gateway.tlog.at_rest import LogsAtRest
from gateway.tlog.sealed import DAMAGED, ERASED, SealedRecord, SealedRecords
from gateway.verify.errors import VerificationError

DECIDED = frozenset({RecordClass.VERSTREKKING, RecordClass.WEIGERING, RecordClass.PROEF})


@dataclass(frozen=True, slots=True)
class Recorded:
    """One decided request. `facts` and `decision`, that of the law, are canonical JSON, as they were; `revision`
    decided; `basis`: the one that was claimed; `overlays`: how many partners' own policies were asked after it.
    """

    log: str
    index: int
    request_id: str
    revision: str
    basis: object = field(repr=False)
    facts: bytes = field(repr=False)
    decision: bytes = field(repr=False)
    overlays: int = 0


class Records:
    """Those of all logs. `skipped` counts what could not be read so far, under `ERASED` and `DAMAGED`; `opened`
    what was, by tenant.
    """

    def __init__(self, logs: LogsAtRest) -> None:
        self._sealed = SealedRecords(logs)
        self.skipped: Counter[str] = Counter()
        self.opened: Counter[Tenant] = Counter()

    def each(self) -> Iterator[Recorded]:
        """Every recorded decision, log by log. Raises the faults of the logs."""
        for stream, year in self._sealed.names():
            for sealed in self._sealed.of(stream, year):
                if (recorded := self._open(sealed)) is not None:
                    yield recorded

    def find(self, identifier: str) -> Recorded | None:
        """The first decision under an id, of a request or of a record; None where there is none that can be read."""
        return next((found for each in self._sealed.named(identifier) if (found := self._open(each))), None)

    def _open(self, sealed: SealedRecord) -> Recorded | None:
        try:
            leaf = Leaf.from_bytes(sealed.leaf)
            if leaf.kind not in DECIDED:
                return None
            if (body := sealed.open(leaf)) is None:
                self.skipped[ERASED] += 1
                return None
            facts, decision = body["facts"].encode(), body["decision"].encode()
            basis, overlays = orjson.loads(facts).get("basis"), len(body.get("overlays", ()))
        except (VerificationError, ValueError, KeyError, TypeError, AttributeError):
            self.skipped[DAMAGED] += 1
            return None
        self.opened[Tenant(sealed.stream)] += 1
        log = f"{sealed.stream}/{sealed.year}"
        return Recorded(log, sealed.index, leaf.request_id, leaf.revision, basis, facts, decision, overlays)
