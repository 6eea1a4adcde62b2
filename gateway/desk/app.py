"""Putting the desk together: pages inside, what surrounds them outside. `app` calls this and nothing else here."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway.desk.desk import Desk
from gateway.desk.errors import Refused
from gateway.desk.headers import Edge
from gateway.desk.routes import Road, all_routes
from gateway.desk.static import Static
from gateway.errors import SluisError

SILENT = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False}


def create_desk(desk: Desk, static: Static, *, cookie: str) -> FastAPI:
    """The ASGI application. It starts nothing and owns nothing: what it shows is in `desk`."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, telemetry=SILENT)
    road = Road(desk, cookie)
    app.add_route("/static/{name:path}", static.serve, methods=["GET"])
    for route in all_routes():
        app.add_route(f"/{{tenant}}{route.path}", road.endpoint(route), methods=[route.method])

    def failed(status: int) -> Response:
        words = desk.renderer.text("errors", "nl", f"title.{status}")
        page = desk.renderer.page(
            "errors/error.html.j2", "nl", desk.clock.now(), None, title=words, said=None, alarm=None, tenants=[]
        )
        return HTMLResponse(page, status)

    async def refused(request: Request, error: Exception) -> Response:
        return failed(error.status if isinstance(error, Refused) else 503)

    async def of_the_router(request: Request, error: Exception) -> Response:
        return failed(error.status_code if isinstance(error, HTTPException) else 503)

    async def first(request: Request) -> Response:
        """The first tenant at which whoever is signed in has a role."""
        session = desk.sessions.find(request.cookies.get(cookie, ""), desk.clock.now())
        if session is None:
            return RedirectResponse("/aanmelden", 303)
        return RedirectResponse(f"/{next(iter(session.roles))}", 303)

    app.add_route("/", first, methods=["GET"])
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(SluisError, refused)
    app.add_exception_handler(HTTPException, of_the_router)
    app.add_middleware(Edge)
    return app
