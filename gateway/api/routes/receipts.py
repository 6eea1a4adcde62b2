"""A receipt of one disclosure anew, in the form that `Accept` names: a tlog-proof, or COSE (RFC 9942)."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.api.routes.disclosures import credentials_of, is_uuid
from gateway.api.routes.table import Table
from gateway.api.services import Services
from gateway.errors import NotFound


class ReceiptRoutes:
    """Who names none of the forms gets the first."""

    def __init__(self, services: Services, public_url: str) -> None:
        self._forms, self._url = services.receipts, public_url

    def register(self, table: Table) -> None:
        table.get("/v1/disclosures/{id}/receipt", self.receipt)

    async def receipt(self, request: Request) -> Response:
        id = request.path_params["id"]
        if not is_uuid(id):
            raise NotFound("not-found")
        named = {part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "").split(",")}
        chosen = next((form for form in self._forms if form.partition(";")[0] in named), next(iter(self._forms)))
        content = await self._forms[chosen](credentials_of(request, self._url), id)
        headers = {"content-type": chosen, "vary": "Accept", "cache-control": "no-store"}
        return Response(content, headers=headers)
