"""The table of routes: what is reachable, by which method, under which template."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from gateway.api import context

Handler = Callable[[Request], Awaitable[Response]]


class Table:
    """Plain routes of Starlette: FastAPI's own reading of parameters would answer with what was sent (its 422)."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str, handler: Handler) -> None:
        self._add("GET", path, handler)

    def post(self, path: str, handler: Handler) -> None:
        self._add("POST", path, handler)

    def _add(self, method: str, path: str, handler: Handler) -> None:
        template = path.replace(":path}", "}")

        async def handle(request: Request) -> Response:
            context.of(request.scope).route = template
            return await handler(request)

        self._app.add_route(path, handle, methods=[method], name=f"{method} {template}", include_in_schema=False)
