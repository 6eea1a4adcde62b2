"""Whether the process lives and whether it can serve, told as it is: one part that fails makes the whole not ready."""

import inspect
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import context, respond
from gateway.api.problems import Problems
from gateway.api.routes.table import Table
from gateway.api.services import Services

RETRY = "5"


class Health:
    def __init__(self, services: Services, problems: Problems) -> None:
        self._services, self._problems = services, problems

    def register(self, table: Table) -> None:
        table.get("/livez", self.live)
        table.get("/readyz", self.ready)

    async def live(self, _: Request) -> Response:
        return respond.json({"status": "alive"})

    async def ready(self, request: Request) -> Response:
        told = self._services.readiness()
        parts: Mapping[str, bool] = await told if inspect.isawaitable(told) else told
        checks = {part: "up" if works else "down" for part, works in parts.items()}
        if parts and all(parts.values()):
            return respond.json({"status": "ready", "checks": checks})
        current = context.of(request.scope)
        current.code = "not-ready"
        document = self._problems.document("not-ready", current) | {"checks": checks}
        return self._problems.respond(document, current, {"retry-after": RETRY})
