"""The one mapping of what went wrong to a problem document (RFC 9457).

Rules: a code comes with its words and a page; a fault always says that nothing was released; nothing that a caller or
a holder sent is ever in it; what nobody foresaw is `internal-fault`, without a trace of its cause.
"""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.api import respond
from gateway.api.context import Context
from gateway.catalogue import Catalogue, Kind
from gateway.catalogue.catalogue import Language
from gateway.errors import BadRequest, Fault, InFlight, SluisError, TooMany, Unauthenticated

NOTHING_RELEASED: Mapping[Language, str] = {"nl": "Er is niets verstrekt.", "en": "Nothing was released."}
_SKEW: Mapping[Language, tuple[str, str]] = {
    "nl": ("Uw klok loopt {} seconden voor.", "Uw klok loopt {} seconden achter."),
    "en": ("Your clock is {} seconds ahead.", "Your clock is {} seconds behind."),
}
_HTTP = {404: "not-found", 405: "method-not-allowed"}


class Problems:
    """`algorithms`: what the token validator takes for DPoP proofs (RFC 9449 section 7.1)."""

    def __init__(self, catalogue: Catalogue, public_url: str, algorithms: Callable[[], list[str]]) -> None:
        self._catalogue = catalogue
        self._pages = f"{public_url.rstrip('/')}/codes/"
        self._algorithms = algorithms

    def of(self, error: Exception, context: Context) -> Response:
        """The response to an error; the context learns its code, for the access log."""
        code = self._code(error)
        document = self.document(code, context)
        headers: dict[str, str] = {}
        if isinstance(error, BadRequest) and error.members:
            document["errors"] = self._members(error, context.language)
        if isinstance(error, Unauthenticated):
            headers["www-authenticate"] = self._challenge(code)
            if error.skew is not None:
                document["clock_skew_seconds"] = error.skew
                document["detail"] += " " + _SKEW[context.language][error.skew < 0].format(abs(error.skew))
        if isinstance(error, Fault | TooMany | InFlight):
            headers["retry-after"] = str(getattr(error, "retry_after", 1))
        if isinstance(error, HTTPException) and "Allow" in (error.headers or {}):
            headers["allow"] = ", ".join(sorted(error.headers["Allow"].split(", ")))
        context.code = code
        context.log = error.log or None if isinstance(error, SluisError) else None
        return self.respond(document, context, headers)

    def document(self, code: str, context: Context) -> dict[str, Any]:
        """The members that every problem has."""
        entry = self._catalogue[code]
        text = entry.text(context.language)
        nothing = f" {NOTHING_RELEASED[context.language]}" if entry.kind is Kind.FAULT else ""
        return {
            "type": self._pages + code,
            "title": text.title,
            "status": entry.status,
            "detail": text.sentence + nothing,
            "code": code,
            "cause": text.cause,
            "remedy": text.next,
            "trace_id": context.trace_id,
        }

    @staticmethod
    def respond(document: Mapping[str, Any], context: Context, headers: Mapping[str, str]) -> Response:
        return respond.json(
            document,
            status=document["status"],
            media_type=respond.PROBLEM,
            headers={**headers, **respond.spoken(context.language)},
        )

    def _code(self, error: Exception) -> str:
        if isinstance(error, HTTPException):
            return _HTTP.get(error.status_code, "internal-fault")
        known = isinstance(error, SluisError) and error.code in self._catalogue
        return error.code if known and self._catalogue[error.code].status else "internal-fault"

    def _members(self, error: BadRequest, language: Language) -> list[dict[str, str]]:
        return [
            {
                "pointer": wrong.pointer,
                "code": wrong.code,
                "detail": self._catalogue[wrong.code].text(language).sentence,
            }
            for wrong in error.members
        ]

    def _challenge(self, code: str) -> str:
        """RFC 9449 section 7.1, RFC 6750 section 3: without `error` where no token came at all."""
        algorithms = f'algs="{" ".join(self._algorithms())}"'
        if code == "token-missing":
            return f"DPoP {algorithms}"
        error = "invalid_dpop_proof" if code.startswith("dpop-") else "invalid_token"
        said = self._catalogue[code].en.sentence.replace('"', "'")
        return f'DPoP error="{error}", error_description="{said}", {algorithms}'
