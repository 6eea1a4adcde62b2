"""What is to be explained: facts that are decided now, a case by its name, a decision as it was recorded."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from gateway.errors import Fault
from gateway.model.canonical import canonical
from gateway.pdp.bundle import Bundle
from gateway.tlog.sealed import DAMAGED, ERASED
from gateway.workbench.cases import CaseBook
from gateway.workbench.judging import deciding_by
from gateway.workbench.records import Records

SHOWN = 10
OTHER_POLICIES = "Dit besluit is genomen met een ander beleid dan het beleid dat hier de uitleg geeft."
NARROWED = "Na dit besluit zijn ook de regels van een partner gevraagd. Die kunnen minder hebben toegestaan."
WHY = {
    ERASED: "De inhoud van {} is gewist: een sleutel is vernietigd.",
    DAMAGED: "De inhoud van {} is niet wat er werd vastgelegd.",
}


class NotFound(ValueError):
    """What was asked for is not there, is there more than once, or cannot be read any more; a sentence in Dutch."""


async def decided(bundle: Bundle, facts: bytes, engine: str) -> Mapping[str, Any]:
    """The decision on a facts document, whatever it is. Raises the faults of the decision point."""
    async with deciding_by(bundle, engine) as point:
        [answer] = await point.judge_many([facts])
    if isinstance(answer, Fault):
        raise answer
    return answer.document


def facts_of_case(folder: Path, name: str) -> bytes:
    """The facts of the one case with this name, in canonical JSON."""
    cases = CaseBook.read(folder).cases()
    exact = [case for case in cases if name in (case.id, f"{case.file.partition('/')[0]}: {case.title}")]
    found = exact or [case for case in cases if name.lower() in case.id.lower()]
    if len(found) == 1:
        return canonical(found[0].facts)
    names = "".join(f"\n  {case.id}" for case in found[:SHOWN])
    raise NotFound(f"{len(found)} gevallen heten {name!r}; noem er precies één.{names}")


def recorded(records: Records, identifier: str, revision: str) -> tuple[Mapping[str, Any], list[str]]:
    """What was decided under an id, and what has to be known with it. `revision`: of the policies that explain it."""
    found = records.find(identifier)
    if found is None:
        reason = next((WHY[kind].format(identifier) for kind in records.skipped), "")
        raise NotFound(reason or f"Er is geen besluit vastgelegd onder {identifier!r}.")
    notes = [OTHER_POLICIES] if found.revision != revision else []
    return orjson.loads(found.decision), notes + ([NARROWED] if found.overlays else [])
