"""The refusal that the gateway makes itself, of facts that no engine may see because two of them would read them
differently.

Rules: it has the shape of the policy's own refusal of a document that it cannot read, and repeats no more of it than
the policy would: the basis and the names of the fields, as far as a lenient reading finds them (of members that stand
twice the last, U+FFFD for what is no character).
"""

import re
from typing import Any

from gateway.pdp.documents import read_leniently

_SURROGATE = re.compile("[\ud800-\udfff]")


def refuse(document: bytes) -> dict[str, Any]:
    """The decision on a document that was rejected, without `policy`."""
    facts = read_leniently(document) or {}
    basis, fields = facts.get("basis"), facts.get("fields")
    return {
        "outcome": "geweigerd",
        "simulation": facts.get("profile") == "simulatie",
        "basis": {
            "id": _clean(basis) if isinstance(basis, str) else None,
            "articles": [],
            "in_force_since": None,
            "verified": False,
        },
        "fields": [
            {"name": name, "granted": False, "reasons": []}
            for name in _names(fields if isinstance(fields, list) else [])
        ],
        "reasons": ["feit-ongeldig"],
        "obligations": [{"code": "log-audit"}],
        "missing": [],
        "hints": [],
        "ladder": [{"rung": "grondslag", "passed": False}],
    }


def _names(fields: list[Any]) -> list[str]:
    names = (entry.get("name") for entry in fields if isinstance(entry, dict))
    return [_clean(name) for name in names if isinstance(name, str) and name.strip()]


def _clean(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)
