"""The public side of the logs: checkpoints, tiles and proofs, for whoever wants to check them (C2SP tlog-tiles).

Nothing here is personal: leaves hold commitments. A tile of a given width never changes, so it may be kept; all else is
asked anew. Bytes go out as they are, without a content coding.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gateway.api import respond
from gateway.api.routes.table import Table
from gateway.api.services import Logs
from gateway.errors import BadRequest, NotFound
from gateway.model.codes import Tenant

Thing = TypeVar("Thing")
FOREVER = "public, max-age=31536000, immutable"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")


class LogRoutes:
    def __init__(self, logs: Logs) -> None:
        self._logs = logs

    def register(self, table: Table) -> None:
        log = "/v1/logs/{tenant}/{year}"
        table.get("/v1/logs", self.origins)
        table.get(f"{log}/checkpoint", self.checkpoint)
        table.get(f"{log}/tile/{{path:path}}", self.tile)
        table.get(f"{log}/proofs/inclusion", self.inclusion)
        table.get(f"{log}/proofs/consistency", self.consistency)

    async def origins(self, _: Request) -> Response:
        return respond.json({"logs": list(await self._logs.origins())})

    async def checkpoint(self, request: Request) -> Response:
        return PlainTextResponse(_found(await self._logs.checkpoint(*_log(request))))

    async def tile(self, request: Request) -> Response:
        path = request.path_params["path"]
        content = _found(await self._logs.tile(*_log(request), path))
        return Response(content, media_type="application/octet-stream", headers={"cache-control": FOREVER})

    async def inclusion(self, request: Request) -> Response:
        index, size = _number(request, "index"), _number(request, "treeSize")
        if not index < size:
            raise BadRequest("query-invalid")
        hashes = _found(await self._logs.inclusion(*_log(request), index, size))
        return respond.json({"index": index, "treeSize": size, "hashes": _base64(hashes)})

    async def consistency(self, request: Request) -> Response:
        old, size = _number(request, "oldSize"), _number(request, "treeSize")
        if not old <= size:
            raise BadRequest("query-invalid")
        hashes = _found(await self._logs.consistency(*_log(request), old, size))
        return respond.json({"oldSize": old, "treeSize": size, "hashes": _base64(hashes)})


def _found(thing: Thing | None) -> Thing:
    if thing is None:
        raise NotFound("not-found")
    return thing


def _log(request: Request) -> tuple[Tenant, int]:
    tenant, year = request.path_params["tenant"], request.path_params["year"]
    if tenant not in set(Tenant) or re.fullmatch(r"[1-9][0-9]{3}", year) is None:
        raise NotFound("not-found")
    return Tenant(tenant), int(year)


def _number(request: Request, name: str) -> int:
    given = request.query_params.getlist(name)
    if len(given) != 1 or _NUMBER.fullmatch(given[0]) is None:
        raise BadRequest("query-invalid")
    return int(given[0])


def _base64(hashes: Sequence[bytes]) -> list[str]:
    return [b64encode(each).decode() for each in hashes]
