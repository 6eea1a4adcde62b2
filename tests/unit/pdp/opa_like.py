"""A server on a unix socket that speaks as OPA does: it shows what it holds, and decides as it is told."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from gateway.pdp.bundle import Bundle
from gateway.pdp.opa import OpaEngine

Decide = Callable[[web.Request], Awaitable[web.Response]]


@asynccontextmanager
async def asking(decide: Decide, holds: Callable[[], Bundle]) -> AsyncIterator[OpaEngine]:
    """An engine that asks such a server and has loaded nothing yet. `holds`: what the server shows at that moment."""

    async def policies(_: web.Request) -> web.Response:
        return web.json_response({"result": [{"id": path, "raw": text} for path, text in holds().policies.items()]})

    async def data(_: web.Request) -> web.Response:
        return web.Response(body=b'{"result": ' + holds().data + b"}", content_type="application/json")

    async def health(_: web.Request) -> web.Response:
        return web.json_response({})

    application = web.Application()
    application.router.add_post("/v1/data/sluis/main/decision", decide)
    application.router.add_get("/v1/policies", policies)
    application.router.add_get("/v1/data/", data)
    application.router.add_get("/health", health)
    runner = web.AppRunner(application)
    await runner.setup()
    with tempfile.TemporaryDirectory(prefix="sluis-test-") as folder:
        socket = Path(folder, "socket")
        await web.UnixSite(runner, str(socket)).start()
        engine = OpaEngine(socket)
        try:
            yield engine
        finally:
            await engine.aclose()
            await runner.cleanup()
