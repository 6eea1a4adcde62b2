"""A record in words, for whoever gets the evidence: what was decided, on what ground, and which rung refused.

Rules:
- The words of a code are the catalogue's and those of an article the policies': the same as on the record's own page.
- What a record says of a case or of a person is left out: a reader gets that with the body, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gateway.catalogue import Catalogue
from gateway.catalogue.catalogue import Language
from gateway.catalogue.terms import term
from gateway.pdp.telling import Reason
from gateway.review.records.asked import Asked
from gateway.review.records.decided import Decided
from gateway.review.records.reading import Read

_NOTHING: Mapping[str, Any] = {
    "requester": "",
    "phase": None,
    "outcome": "",
    "sentence": "",
    "ladder": [],
    "erased": None,
}
"""What is empty where there is nothing to say."""


class Explainer:
    """`organisations`: OIN → name."""

    def __init__(self, catalogue: Catalogue, organisations: Callable[[str], str]) -> None:
        self._catalogue, self._organisations = catalogue, organisations

    def explain(self, read: Read, language: Language) -> dict[str, Any]:
        """As JSON. `read`: without what it says of a case."""
        kind = self._code(read.entry.leaf.kind, language)
        told: dict[str, Any] = {**_NOTHING, "kind": kind[0], "meaning": kind[1], "content": str(read.entry.content)}
        if read.asked is not None:
            told |= self._asked(read.asked, language)
        if read.decided is not None:
            told |= self._decided(read.decided, language)
        if read.entry.erased is not None:
            title, sentence = self._code(read.entry.erased.reason, language)
            told["erased"] = {"at": read.entry.erased.at.isoformat(), "reason": title, "sentence": sentence}
        return told

    def _asked(self, asked: Asked, language: Language) -> dict[str, Any]:
        return {
            "requester": self._organisations(asked.requester.oin),
            "holder": self._organisations(asked.holder.oin),
            "recipient": self._organisations(asked.recipient.oin),
            "oin": {"requester": asked.requester.oin, "holder": asked.holder.oin, "recipient": asked.recipient.oin},
            "purpose": term(asked.activity, language),
            "phase": asked.phase,
        }

    def _decided(self, decided: Decided, language: Language) -> dict[str, Any]:
        outcome, basis = self._code(decided.outcome, language), decided.told.basis
        return {
            "outcome": outcome[0],
            "sentence": outcome[1],
            "basis": {
                "title": basis.title or self._code(basis.id, language)[0] if basis.known and basis.id else "",
                "since": basis.since,
                "articles": [{"article": article, "says": says} for article, says in basis.articles],
            },
            "ladder": [
                {
                    "rung": self._code(step.rung, language)[0],
                    "passed": step.passed,
                    "reasons": [self._reason(each, language) for each in step.reasons],
                }
                for step in decided.told.ladder
            ],
            "reasons": [self._reason(each, language) for each in decided.told.apart],
            "fields": [
                {
                    "name": field.name,
                    "category": term(field.category, language) if field.category else "",
                    "granted": field.granted,
                    "reasons": [self._code(code, language)[0] for code in field.reasons],
                }
                for field in decided.fields
            ],
            "obligations": [
                {"title": self._code(code, language)[0], "sentence": self._code(code, language)[1], "on": on}
                for code, on in decided.obligations
            ],
            "revision": decided.revision,
            "engine": decided.engine,
        }

    def _reason(self, reason: Reason, language: Language) -> dict[str, Any]:
        title, sentence = self._code(reason.code, language)
        return {
            "code": reason.code,
            "title": title,
            "sentence": sentence,
            "articles": list(reason.articles),
            "fields": list(reason.fields),
        }

    def _code(self, code: str, language: Language) -> tuple[str, str]:
        """Title and sentence; a code that the catalogue does not know stands for itself."""
        if code not in self._catalogue:
            return code, ""
        text = self._catalogue[code].text(language)
        return text.title, text.sentence
