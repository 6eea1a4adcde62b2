"""Mutants of the rows of bases: one member of what decides changed, as a mistake in a data file would.

Operators:
- `rij-lid-weg`: an element out of a list (categories, kinds, states, obligations, articles, …).
- `rij-vlag`: true to false and back; in the ladder true to null and back.
- `rij-woord`: one of the closed list of a column to the next (secrecy, consent, objection, retention, …).
- `rij-datum`: `since` or `until` a day later, or open.

Columns that no rule reads (title, summary, marks, the law itself) are left alone: a mutant of one decides nothing else.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from gateway.pdp.yaml import parse_yaml
from gateway.workbench.places import line_of
from tests.policy.mutation.rego import Mutant

COLUMNS: Mapping[str, tuple[Any, ...]] = {
    "secrecy": ("exception", "consent", "breaks", "breaks-on-request", "never", "none"),
    "consent": ("altijd", "gezinslid", "nooit"),
    "objection": ("block", "review", "none"),
    "retention": ("wgs", None),
    "onward": (None, "special", "all"),
    "third": (None, "derde", "incidenteel"),
    "coordinator": (None, "adviseert", "via-college"),
    "roles": ("any", "content", "oversight", "contact"),
    "allowed": ("deelnemer", "publiek", "derde", "soorten", "ieder"),
    "task_prefix": ("", "Wmo "),
    "track": (None, ["zvh"]),
}
READ = frozenset(
    {
        "articles",
        "since",
        "until",
        "verified",
        "activities",
        "parties",
        "same_organisation",
        "on_behalf",
        "roles",
        "actor",
    }
    | {"coordinator", "track", "states", "pga", "linked_active", "intake", "involved", "relations", "kring", "consent"}
    | {
        "emergency",
        "circumstances",
        "categories",
        "sources",
        "necessity",
        "task_prefix",
        "tasks",
        "secrecy",
        "statement",
    }
    | {"competent_authority", "onward", "third", "retention", "renewal", "objection", "ave", "obligations", "hints"}
    | {"hints_outsider", "ladder", "cites", "forbidden"}
)
Steps = tuple[str | int, ...]


def row_mutants(files: Mapping[str, bytes]) -> Iterator[Mutant]:
    """Every mutant of every row. `content`: the whole document, as JSON."""
    for file, content in files.items():
        if file.startswith("bases/") and file.endswith("/data.yaml"):
            row, text = parse_yaml(content.decode()), content.decode()
            for operator, steps, after in _changes(row, ()):
                changed = copy.deepcopy(row)
                before = _set(changed, steps, after)
                where = ".".join(map(str, steps))
                said = "" if after is GONE else f"{where}: {json.dumps(after, ensure_ascii=False)}"
                was = f"{where}: {json.dumps(before, ensure_ascii=False)}"
                yield Mutant(operator, file, line_of(text, steps), was, said, json.dumps(changed))


GONE: Any = object()


def _changes(node: Any, steps: Steps) -> Iterator[tuple[str, Steps, Any]]:
    column = steps[-1] if steps else None
    if isinstance(column, str) and column in COLUMNS and node in COLUMNS[column]:
        values = COLUMNS[column]
        yield "rij-woord", steps, values[(values.index(node) + 1) % len(values)]
    if column in {"since", "until"} and isinstance(node, str):
        yield "rij-datum", steps, (date.fromisoformat(node) + timedelta(days=1)).isoformat()
        yield "rij-datum", steps, None
    elif column in {"since", "until"}:
        yield "rij-datum", steps, "2025-03-01"
    elif isinstance(node, bool):
        yield "rij-vlag", steps, None if column == "passed" else not node
    elif node is None and column == "passed":
        yield "rij-vlag", steps, True
    elif isinstance(node, dict):
        for key, value in node.items():
            if steps or key in READ:
                yield from _changes(value, (*steps, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            if not isinstance(value, dict):
                yield "rij-lid-weg", (*steps, index), GONE
            else:
                yield from _changes(value, (*steps, index))


def _set(document: Any, steps: Steps, value: Any) -> Any:
    """Change `document` in place; return what stood there."""
    for step in steps[:-1]:
        document = document[step]
    before = document[steps[-1]]
    if value is GONE:
        del document[steps[-1]]
    else:
        document[steps[-1]] = value
    return before
