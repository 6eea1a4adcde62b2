"""Two engines, one answer: thousands of documents decided by both, through the ports that the gateway uses.

Rules: an answer is compared as the bytes that would be recorded. A fault is an answer that does not count: policies
decide on anything, so none may happen. What no engine may see must have been stopped by the gateway, before both.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from gateway.errors import Fault
from gateway.model.decision import Decision
from gateway.pdp.bundle import Bundle
from gateway.pdp.embedded import EmbeddedEngine
from gateway.pdp.point import GATEWAY, DecisionPoint
from gateway.pdp.port import PolicyEngine
from gateway.pdp.private_opa import PrivateOpa
from gateway.pdp.schema import Schemas
from gateway.settings import ROOT
from tests.policy.differences.hostile import lines
from tests.support.reading import is_read

AT_A_TIME = 64
TIMEOUT = 30.0
SHOWN = 3


@dataclass
class Differences:
    """What came out. `counts`: how many of which kind and which answer; `found`: the documents that went wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    found: list[tuple[str, bytes]] = field(default_factory=list)

    def add(self, kind: str, document: bytes, one: Decision | Fault, other: Decision | Fault) -> None:
        """Compare two answers on one document."""
        self.counts["compared"] += 1
        self.counts[f"kind: {kind}"] += 1
        if isinstance(one, Fault) or isinstance(other, Fault):
            self.found.append((f"a fault: {one!s:.200} | {other!s:.200}", document))
        elif one.encoded != other.encoded:
            self.found.append(("a difference", document))
        elif not (one.engine == GATEWAY) == (other.engine == GATEWAY) != is_read(document):
            self.found.append(("seen by an engine, or not, against the rules", document))
        else:
            self.counts[f"outcome: {one.outcome}"] += 1
            self.counts["decided by both engines" if one.engine != GATEWAY else "stopped before both"] += 1

    def told(self) -> str:
        """The smallest of them."""
        least = sorted(self.found, key=lambda found: len(found[1]))[:SHOWN]
        return "\n".join(f"{how}: {document.decode(errors='backslashreplace')[:4000]}" for how, document in least)


async def compare(seed: int | str, count: int, opa: Path) -> Differences:
    """Decide `count` documents of this seed by the embedded engine and by OPA."""
    bundle, schemas = Bundle.read(ROOT / "policies" / "rules"), Schemas.read()
    engines: list[PolicyEngine] = [EmbeddedEngine(workers=2), PrivateOpa(opa)]
    points = [DecisionPoint(engine, schemas, timeout=TIMEOUT) for engine in engines]
    result = Differences()
    try:
        for point in points:
            await point.load(bundle)
        for some in _batches(lines(seed, count)):
            answers = await asyncio.gather(*(_judge(point, document) for _, document in some for point in points))
            for (kind, document), one, other in zip(some, answers[::2], answers[1::2], strict=True):
                result.add(kind, document, one, other)
    finally:
        await asyncio.gather(*(point.aclose() for point in points))
    return result


async def _judge(point: DecisionPoint, document: bytes) -> Decision | Fault:
    try:
        return await point.judge(document)
    except Fault as fault:
        return fault


def _batches(each: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    iterator = iter(each)
    while some := list(islice(iterator, AT_A_TIME)):
        yield some
