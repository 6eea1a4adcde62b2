"""The published dictionary: what each field is called, which category it falls in and what type its value has.

Rules: a category never comes from a request; a name stands here once; a holder's value that does not fit its type is
refused (`accepts`). Data: `dictionary.yaml`. A dictionary that breaks a rule does not load.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

CATEGORIES = frozenset(
    {
        "ident_contact",
        "bsn",
        "woonsituatie",
        "financieel",
        "inkomen",
        "gezondheid",
        "politie_art8_13",
        "politie_art9_10",
        "justitieel_strafvorderlijk",
        "relaties",
        "toezicht_handhaving",
        "voorzieningen_sd",
        "hulpverlening",
        "medewerker_contact",
        "nationaliteit",
        "ras_etniciteit",
        "religie",
        "seksueel",
        "onderwijs",
        "signaal_omschrijving",
        "betrokken_deelnemers",
        "afspraken_plan",
    }
)
TEXT_LIMIT = 4000
LIST_LIMIT = 100
SAFE_INTEGER = 2**53 - 1
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_UNWRITTEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= TEXT_LIMIT and not _UNWRITTEN.search(value)


def _date(value: Any) -> bool:
    if not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _integer(value: Any) -> bool:
    return type(value) is int and abs(value) <= SAFE_INTEGER


def _boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= LIST_LIMIT and all(_text(one) for one in value)


TYPES: Mapping[str, Callable[[Any], bool]] = {
    "text": _text,
    "date": _date,
    "integer": _integer,
    "boolean": _boolean,
    "texts": _texts,
}
"""`text`: at most 4,000 characters; `date`: YYYY-MM-DD; `integer`: safe in every JSON reader; `texts`: a list of at
most 100 texts."""


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    category: str
    type: str
    nl: str
    en: str


class Dictionary:
    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries

    @classmethod
    @cache
    def load(cls) -> Dictionary:
        """The dictionary of this version of the gateway. `ValueError` where an entry breaks a rule."""
        data = yaml.safe_load(files(__package__).joinpath("dictionary.yaml").read_text("utf-8"))
        entries = {
            name: Entry(name, *(entry[key] for key in ("category", "type", "nl", "en"))) for name, entry in data.items()
        }
        for entry in entries.values():
            if _NAME.fullmatch(entry.name) is None or entry.category not in CATEGORIES or entry.type not in TYPES:
                raise ValueError(f"dictionary: {entry.name} has a wrong name, category or type")
        return cls(entries)

    @property
    def names(self) -> frozenset[str]:
        """Every name of a field."""
        return frozenset(self._entries)

    def category(self, name: str) -> str | None:
        """The category of a field; None for a name that is not in the dictionary."""
        entry = self._entries.get(name)
        return entry and entry.category

    def type_of(self, name: str) -> str | None:
        """The type of a field's value, a name of `TYPES`; None for a name that is not in the dictionary."""
        entry = self._entries.get(name)
        return entry and entry.type

    def accepts(self, name: str, value: Any) -> bool:
        """Whether a value may stand under a name."""
        type = self.type_of(name)
        return type is not None and TYPES[type](value)

    def document(self) -> dict[str, Any]:
        """What `/v1/dictionary` publishes: `{fields: [{name, category, type, description: {nl, en}}]}`, sorted by
        name.
        """
        return {
            "fields": [
                {"name": e.name, "category": e.category, "type": e.type, "description": {"nl": e.nl, "en": e.en}}
                for e in sorted(self._entries.values(), key=lambda entry: entry.name)
            ]
        }
