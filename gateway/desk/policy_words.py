"""The difference between two versions of the policies, in sentences.

Rules: one sentence a change; what is of the law keeps its code beside its words, so that it can be looked up; a place
for which there are no words is told by its names in the file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from gateway.catalogue.catalogue import Language
from gateway.catalogue.terms import term
from gateway.desk.render import Renderer
from gateway.review.policies.difference import Change

PAGE = "policies"
LONGEST = 300


def sentences(renderer: Renderer, language: Language, changes: Sequence[Change]) -> list[str]:
    """One a change, in their order."""
    return [_sentence(renderer, language, each) for each in changes]


def _sentence(renderer: Renderer, language: Language, change: Change) -> str:
    def said(key: str, **values: Any) -> str:
        return renderer.text(PAGE, language, key, **values)

    def told(value: Any) -> str:
        if value is None or value == [] or value == "":
            return said("value.none")
        if isinstance(value, bool):
            return said("value.yes" if value else "value.no")
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return ", ".join(_word(each, language) for each in value)
        if isinstance(value, str):
            return _word(value, language)
        text = json.dumps(value, ensure_ascii=False)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

    place = change.place
    of = change.basis if change.basis else said("of.data", name=place[0]) if place else ""
    member = _member(renderer, language, place if change.basis else place[1:])
    values = {"was": told(change.was), "now": told(change.now), "basis": change.basis, "date": change.date}
    return said(f"change.{change.kind}", member=member, of=of, file=change.file, **values)


def _member(renderer: Renderer, language: Language, place: Sequence[str]) -> str:
    """What a place is called: the longest beginning that has words, then its names."""
    known = renderer.keys(PAGE, "member.")
    for end in range(len(place), 0, -1):
        if (name := ".".join(place[:end])) in known:
            rest = [_word(each, language) for each in place[end:]]
            return " › ".join([renderer.text(PAGE, language, f"member.{name}"), *rest])
    return " › ".join(place)


def _word(code: str, language: Language) -> str:
    """The words for a code with the code beside them; the code alone where there are none."""
    words = term(code, language)
    return code if words == code else f"{words} ({code})"
