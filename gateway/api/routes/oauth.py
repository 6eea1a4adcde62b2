"""The doors of the authorization server (RFC 6749, RFC 8414). What it says is its own; here it only gets its mail.

Its errors have the form of RFC 6749 section 5.2, which clients expect, not that of RFC 9457.
"""

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import respond
from gateway.api.routes.table import Table
from gateway.api.services import Pairs, Services

FORM = "application/x-www-form-urlencoded"
MOST_PARAMETERS = 32


class OAuth:
    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, table: Table) -> None:
        table.post("/oauth/token", self.token)
        table.get("/oauth/jwks", self.keys)
        table.get("/.well-known/oauth-authorization-server", self.metadata)

    async def token(self, request: Request) -> Response:
        respond.require_media_type(request, FORM)
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.scope["headers"]]
        form = _parameters(await request.body())
        status, added, body = await self._services.token("POST", str(request.url), headers, form)
        response = Response(body, status_code=status, media_type="application/json")
        for name, value in added:
            if name.lower() not in ("content-type", "content-length"):
                response.headers[name] = value
        return response

    async def keys(self, _: Request) -> Response:
        return respond.json(self._services.token_keys())

    async def metadata(self, _: Request) -> Response:
        return respond.json(self._services.metadata())


def _parameters(body: bytes) -> Pairs:
    """The form as it came; one that cannot be read is as empty, and refused as such."""
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="strict")
    except ValueError:
        return ()
