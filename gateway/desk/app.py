"""Putting the desk together: pages inside, what surrounds them outside. `app` calls this and nothing else here."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from gateway.desk.desk import Desk
from gateway.desk.failures import ErrorsToPages, Failures
from gateway.desk.headers import Edge
from gateway.desk.pages.about import public
from gateway.desk.routes import all_routes
from gateway.desk.signin.signin import SignIn

SILENT = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False}


def create_desk(desk: Desk, signin: SignIn) -> FastAPI:
    """The ASGI application. It starts nothing and owns nothing: what it shows is in `desk`."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, telemetry=SILENT)
    failures = Failures(desk)
    app.add_route("/static/{name:path}", desk.static.serve, methods=["GET"])
    for method, path, endpoint in signin.routes():
        app.add_route(path, endpoint, methods=[method])
    for path, endpoint in public(desk):
        app.add_route(path, endpoint, methods=["GET"])
    for route in all_routes():
        app.add_route(f"/{{tenant}}{route.path}", signin.road.endpoint(route), methods=[route.method])
    app.add_exception_handler(HTTPException, failures.of_the_router)
    app.add_middleware(ErrorsToPages, failures=failures)
    app.add_middleware(Edge)
    return app
