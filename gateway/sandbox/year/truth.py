"""What was written, kept beside the sandbox's keys so that tests can hold the desk against it: `year.json`.

Rules:
- It is made from the plan and from what the exchange answered, never from the log or from anything that reads it.
- People stand in it by the names of the plan (`p-17`), requests by their ids; no BSN, no pseudonym, no value.

Form: `people` → name → tenant → requests, oldest first, each with `request`, `record`, `at`, `mark`, `basis`, `by`,
`holder`, `source`, `recipient`, `case`, `outcome` (of the decision, or the code of a fault), `granted`, `dry_run`,
`collected`; `marks` → mark → tenant → ids of requests; `erased` → what was erased of whom, with its tombstones;
`policies` → the revisions, oldest first, with `since`, `signer` and `reason`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.crypto.durable import write_whole
from gateway.model.codes import Tenant
from gateway.pdp.history import Entry
from gateway.sandbox.year.writing import Written

FILE, BEGUN = "year.json", "year.begun"


@dataclass(frozen=True, slots=True)
class Erased:
    """Everything of a person in a tenant's log until `at` (aware)."""

    person: str
    tenant: Tenant
    at: datetime
    tombstones: Sequence[str]


def write_truth(
    folder: Path,
    seed: int,
    now: datetime,
    written: Sequence[Written],
    erased: Sequence[Erased],
    policies: Sequence[Entry],
) -> None:
    """Keep it, whole, in a file of its owner alone."""
    people: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    marks: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for each in written:
        people[each.event.ask.about][each.tenant].append(_told(each))
        if each.event.mark:
            marks[each.event.mark][each.tenant].append(each.request)
    document = {
        "version": 1,
        "seed": seed,
        "now": _moment(now),
        "people": people,
        "marks": marks,
        "erased": [{**asdict(each), "at": _moment(each.at)} for each in erased],
        "policies": [
            {"revision": each.revision, "since": each.at, "signer": each.signer, "reason": each.reason}
            for each in policies
        ],
    }
    write_whole(folder / FILE, json.dumps(document, indent=1).encode())


def read_truth(folder: Path) -> Mapping[str, Any] | None:
    """What was written in this sandbox's folder; None where no year was."""
    try:
        return json.loads((folder / FILE).read_bytes())
    except FileNotFoundError:
        return None


def _told(written: Written) -> dict[str, Any]:
    ask = written.event.ask
    return {
        "request": written.request,
        "record": written.record,
        "at": _moment(written.event.at),
        "mark": written.event.mark,
        "basis": ask.document["basis"],
        "by": ask.by,
        "holder": ask.document["holder"]["oin"],
        "source": ask.document["holder"]["source"],
        "recipient": ask.recipient or ask.by,
        "case": ask.document.get("case"),
        "outcome": written.outcome,
        "granted": list(written.granted),
        "dry_run": ask.document.get("dry_run", False),
        "collected": written.collected,
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
