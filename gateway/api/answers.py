"""An answer of the exchange in words: verdict first, reason second, evidence third.

A grant is 200; a refusal is a problem document of 403, with the same members, so that a client reads both alike. What
a policy says in a code that the catalogue lacks is still said, without words.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from starlette.responses import Response

from gateway.api import respond
from gateway.api.context import Context
from gateway.catalogue import Catalogue, Code
from gateway.catalogue.catalogue import LANGUAGES, Language
from gateway.model.codes import Outcome
from gateway.model.disclosure import Answer

GRANTED, REFUSED = 200, 403
_SIMULATION: Mapping[Language, str] = {"nl": " (simulatie)", "en": " (simulation)"}


class Answers:
    def __init__(self, catalogue: Catalogue, public_url: str) -> None:
        self._catalogue = catalogue
        self._pages = f"{public_url.rstrip('/')}/codes/"
        self._words = {
            language: {
                code.code: orjson.Fragment(orjson.dumps(self._said(code, language))) for code in catalogue.values()
            }
            for language in LANGUAGES
        }

    def of(self, answer: Answer, context: Context) -> Response:
        """The response to a decision that was recorded."""
        document, language = answer.document, context.language
        refused = document["outcome"] == Outcome.GEWEIGERD and not (document["dry_run"] and document["awaits_holder"])
        status = REFUSED if refused else GRANTED
        verdict = self._verdict(document, refused)
        headers = respond.spoken(language) | ({"idempotency-replayed": "true"} if answer.replayed else {})
        body = self._heading(verdict, document, status, language) | self._evidence(document, language)
        body |= {"receipt": answer.receipt, "trace_id": context.trace_id}
        context.code = verdict if refused else None
        media_type = respond.PROBLEM if refused else "application/json"
        return respond.json(body, status=status, media_type=media_type, headers=headers)

    def _verdict(self, document: Mapping[str, Any], refused: bool) -> str:
        """The one code that an answer is headed by: the first reason. Where something else refused, no holder was asked
        (contract, rule 15), so that its word is missing is not why.
        """
        if document["awaits_holder"]:
            return "awaits-holder" if document["dry_run"] else "holder-undecided"
        if not refused:
            return "recipient-collects" if document["collected_by_recipient"] else document["outcome"]
        of_fields = [reason for field in document["fields"] for reason in field["reasons"]]
        reasons = [*document["reasons"], *of_fields]
        if document["missing"] == ["holder_statement"]:
            reasons.sort(key="feit-ontbreekt".__eq__)
        return next(iter(reasons), document["outcome"])

    def _heading(self, code: str, document: Mapping[str, Any], status: int, language: Language) -> dict[str, Any]:
        entry = self._catalogue.get(code) or self._catalogue[document["outcome"]]
        text = entry.text(language)
        heading = {
            "title": text.title + (_SIMULATION[language] if document["simulation"] else ""),
            "detail": text.sentence,
            "code": code,
        }
        if text.next:
            heading["remedy"] = text.next
        if status == REFUSED:
            heading |= {"type": self._pages + code, "status": status, "instance": f"/v1/disclosures/{document['id']}"}
        return heading

    def _evidence(self, document: Mapping[str, Any], language: Language) -> dict[str, Any]:
        words = self._words[language]

        def worded(codes: Iterable[str]) -> list[Any]:
            return [words.get(code) or {"code": code} for code in codes]

        return {
            **document,
            "fields": [{**field, "reasons": worded(field["reasons"])} for field in document["fields"]],
            "reasons": worded(document["reasons"]),
            "hints": worded(document["hints"]),
            "obligations": [
                self._obligation(duty, language) if "on" in duty else words.get(duty["code"]) or duty
                for duty in document["obligations"]
            ],
        }

    def _obligation(self, duty: Mapping[str, Any], language: Language) -> dict[str, Any]:
        entry = self._catalogue.get(duty["code"])
        return {**(self._said(entry, language) if entry else {}), **duty}

    def _said(self, code: Code, language: Language) -> dict[str, Any]:
        text = code.text(language)
        said = {"code": code.code, "title": text.title, "detail": text.sentence, "type": self._pages + code.code}
        return said | ({"remedy": text.next} if text.next else {})
