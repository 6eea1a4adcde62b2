"""The words of the reference in two languages, and what of a page stays Dutch.

Rule: whatever is Dutch on an English page is marked so, for a screen reader and for whoever translates.
"""

from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from gateway.catalogue.catalogue import Language
from gateway.catalogue.terms import term as catalogue_term
from gateway.pdp.yaml import parse_yaml

MARKS = ("ST", "SEC", "MEM", "INF")
"""How an article is known, the surest first."""


@cache
def _words() -> dict[str, Any]:
    return parse_yaml((files("gateway.workbench.reference") / "words.yaml").read_text("utf-8"))


def label(name: str, language: Language) -> str:
    """A word of the page's own, as HTML."""
    return escape(_words()["labels"][name][language])


def sentence(name: str, language: Language, *filled: str) -> str:
    """A sentence on a column, as HTML; `filled` is HTML already."""
    return escape(_words()["sentences"][name][language], quote=False).format(*filled)


def mark(name: str, language: Language) -> str:
    """What a mark (ST, SEC, MEM, INF) means."""
    return escape(_words()["marks"][name][language])


def group(name: str, language: Language) -> str:
    """What a group of roles is called."""
    return escape(_words()["groups"][name][language])


def term(code: str) -> str:
    """The Dutch words for a kind of organisation, a category or a circumstance, as plain text; else the code itself."""
    return catalogue_term(code, "nl")


def dutch(text: str, language: Language) -> str:
    """Dutch text as HTML, marked where the page is not Dutch."""
    said = escape(text, quote=False)
    return said if language == "nl" or not said else f'<span lang="nl">{said}</span>'
