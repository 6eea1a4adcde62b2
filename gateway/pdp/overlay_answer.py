"""What an overlay said, read as nothing but refusals and grants of the fields that were asked.

Rules:
- `{"fields": {"<name>": {"granted": true|false, "reasons": ["text", …]}}}`; what it says of other fields is not read.
- A grant has no reasons. A reason is a text of the overlay itself: what it made of the facts leaves nothing.
- An entry that breaks a rule is a refusal of that field; an answer without fields is no answer.
"""

from collections.abc import Collection, Mapping
from typing import Any

from gateway.model.overlay import WITHOUT_MEANING, Verdict

MOST_REASONS = 4


def read_verdicts(
    document: Mapping[str, Any], fields: Collection[str], texts: Collection[str]
) -> Mapping[str, Verdict] | None:
    """The verdict on each of `fields` that it names; None where it is no answer. `texts`: what it may say."""
    named = document.get("fields")
    if not isinstance(named, dict):
        return None
    return {name: _verdict(named[name], texts) for name in fields if name in named}


def _verdict(entry: Any, texts: Collection[str]) -> Verdict:
    if not isinstance(entry, dict) or entry.keys() != {"granted", "reasons"}:
        return WITHOUT_MEANING
    granted, reasons = entry["granted"], entry["reasons"]
    if not isinstance(granted, bool) or not isinstance(reasons, list) or len(reasons) > MOST_REASONS:
        return WITHOUT_MEANING
    if (granted and reasons) or not all(isinstance(reason, str) and reason in texts for reason in reasons):
        return WITHOUT_MEANING
    return Verdict(granted, tuple(reasons))
