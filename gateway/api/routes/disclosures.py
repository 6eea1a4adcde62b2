"""Asking for a disclosure and coming for one: the form is checked here, everything else is the exchange's.

The URL that a DPoP proof must name is that of the settings, never the request's (RFC 9449 section 4.3, behind a proxy).
"""

import re
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import context, respond
from gateway.api.answers import Answers
from gateway.api.reading import reader
from gateway.api.routes.table import Table
from gateway.api.services import Services
from gateway.errors import BadRequest, NotFound
from gateway.model.parties import Credentials
from gateway.model.request import Call

_KEY = re.compile(r'("?)([A-Za-z0-9._:~-]{8,128})\1')


class Disclosures:
    def __init__(self, services: Services, answers: Answers, public_url: str) -> None:
        self._services, self._answers, self._url = services, answers, public_url
        self._read = reader(services.field_names)
        self._dictionary = respond.json(services.dictionary).body

    def register(self, table: Table) -> None:
        table.post("/v1/disclosures", self.disclose)
        table.get("/v1/disclosures/{id}", self.collect)
        table.get("/v1/dictionary", self.dictionary)
        table.get("/v1/release-keys", self.release_keys)

    async def disclose(self, request: Request) -> Response:
        respond.require_media_type(request, "application/json")
        current = context.of(request.scope)
        call = Call(
            credentials=credentials_of(request, self._url),
            idempotency_key=_idempotency_key(request),
            body=await request.body(),
            read=self._read,
            trace_id=current.trace_id,
        )
        return self._answers.of(await self._services.disclose(call), current)

    async def collect(self, request: Request) -> Response:
        current, id = context.of(request.scope), request.path_params["id"]
        if not is_uuid(id):
            raise NotFound("not-found")
        answer = await self._services.collect(credentials_of(request, self._url), id, current.trace_id)
        return self._answers.of(answer, current)

    async def dictionary(self, _: Request) -> Response:
        return Response(self._dictionary, media_type="application/json")

    async def release_keys(self, _: Request) -> Response:
        return respond.json(self._services.release_keys())


def credentials_of(request: Request, public_url: str) -> Credentials:
    """A header that came more than once is handed on as one that no check can take."""
    authorization, dpop = request.headers.getlist("authorization"), request.headers.getlist("dpop")
    return Credentials(
        authorization=", ".join(authorization) or None,
        dpop=", ".join(dpop) or None,
        method=request.method,
        url=public_url + request.scope["path"],
    )


def _idempotency_key(request: Request) -> str:
    given = request.headers.getlist("idempotency-key")
    if not given:
        raise BadRequest("idempotency-key-missing")
    key = _KEY.fullmatch(given[0])
    if len(given) > 1 or key is None:
        raise BadRequest("idempotency-key-invalid")
    return key[2]


def is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
