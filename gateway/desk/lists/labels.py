"""What facets and their values are called on screen, and in the sentence that says what a list shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from gateway.catalogue.catalogue import Language
from gateway.catalogue.terms import term
from gateway.review.filter import FACETS

if TYPE_CHECKING:
    from gateway.desk.desk import Desk

WORDS = "lines"
_CODES = frozenset({"soort", "grondslag", "reden"})
_TERMS = frozenset({"doel", "gegevens", "verstrekt"})
_PARTIES = frozenset({"aanvrager", "bronhouder", "ontvanger"})
_OUTCOMES = frozenset({"toegestaan", "gedeeltelijk", "geweigerd"})
SHORT = 12
"""Characters of a revision that tell it apart on screen."""


class Text(Protocol):
    """The words of a key, with what they hold."""

    def __call__(self, key: str, **values: object) -> str: ...


@dataclass(frozen=True, slots=True)
class Labels:
    """`text`: of the list's words; `title`: of a code of the catalogue; `organisation`: OIN → name."""

    language: Language
    text: Text
    title: Callable[[str], str]
    organisation: Callable[[str], str]

    def facet(self, name: str) -> str:
        return self.text(f"facet.{name}")

    def member(self, name: str) -> str:
        """Of a facet, or of what else a list's URL names."""
        return self.facet(name) if name in FACETS else self.text(f"member.{name}")

    def value(self, facet: str, value: str) -> str:
        """What a value of a facet is called; one that nobody knows stands for itself."""
        if facet in _PARTIES:
            return self.organisation(value)
        if facet in _CODES:
            return self.title(value)
        if facet in _TERMS:
            return term(value, self.language)
        if facet == "beleid":
            return short(value)
        if facet == "besluit" and value in _OUTCOMES:
            return self.title(value)
        if facet == "fase" and value.isdigit():
            return self.text("value.phase", phase=value)
        return self.text(f"value.{facet}.{value}")


def labels_of(desk: Desk, language: Language) -> Labels:
    """Those of a desk, in a language."""

    def text(key: str, **values: object) -> str:
        return desk.renderer.text(WORDS, language, key, **values)

    return Labels(language, text, partial(title_of, desk, language), desk.organisations)


def title_of(desk: Desk, language: Language, code: str) -> str:
    """What a code is called, of the catalogue or of the terms; one that nobody knows stands for itself."""
    return desk.catalogue[code].text(language).title if code in desk.catalogue else term(code, language)


def short(revision: str) -> str:
    """As much of a revision as tells it apart on screen."""
    return revision.removeprefix("sha256:")[:SHORT]
