"""Responses as bytes: JSON by orjson, text and pages, each with its language where it has words."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.catalogue.catalogue import Language
from gateway.errors import BadRequest

PROBLEM = "application/problem+json"


def json(
    document: Any, *, status: int = 200, media_type: str = "application/json", headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON response. `document` may hold `orjson.Fragment`s."""
    return Response(orjson.dumps(document), status_code=status, headers=dict(headers or {}), media_type=media_type)


def spoken(language: Language) -> dict[str, str]:
    """Headers of a response that has words in it."""
    return {"content-language": language, "vary": "Accept-Language"}


def require_media_type(request: Request, expected: str) -> None:
    """`BadRequest` (415) where the request's body is of another type; parameters of the type are not looked at."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != expected:
        raise BadRequest("media-type-unsupported")
