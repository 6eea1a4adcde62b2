"""Putting the API together: routes inside, what surrounds them outside. `app` calls this and nothing else here."""

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gateway.api import context
from gateway.api.answers import Answers
from gateway.api.middleware import Edge, ErrorsToProblems, Limits, Rate
from gateway.api.openapi import describe
from gateway.api.problems import Problems
from gateway.api.routes import Table
from gateway.api.routes.disclosures import Disclosures
from gateway.api.routes.health import Health
from gateway.api.routes.logs import LogRoutes
from gateway.api.routes.oauth import OAuth
from gateway.api.routes.pages import Pages
from gateway.api.routes.receipts import ReceiptRoutes
from gateway.api.services import Services
from gateway.catalogue import Catalogue
from gateway.catalogue.catalogue import LANGUAGES
from gateway.settings import Settings

SILENT = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False}
"""FastAPI would hand paths and texts of exceptions to whatever telemetry the environment names: they can hold data."""


def create_api(services: Services, settings: Settings, catalogue: Catalogue) -> FastAPI:
    """The ASGI application of a gateway. It starts nothing and owns nothing: what it serves is in `services`."""
    public_url = settings.public_url
    descriptions = {language: describe(catalogue, public_url, language) for language in LANGUAGES}
    version = descriptions["nl"]["info"]["version"]
    problems = Problems(catalogue, public_url, lambda: services.metadata()["dpop_signing_alg_values_supported"])

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, telemetry=SILENT)
    table = Table(app)
    Disclosures(services, Answers(catalogue, public_url), public_url).register(table)
    ReceiptRoutes(services, public_url).register(table)
    OAuth(services).register(table)
    LogRoutes(services.logs).register(table)
    Health(services, problems).register(table)
    Pages(catalogue, descriptions).register(table)

    async def of_the_router(request: Request, error: Exception) -> Response:
        return problems.of(error, context.of(request.scope))

    app.add_exception_handler(HTTPException, of_the_router)
    app.add_middleware(ErrorsToProblems, problems=problems)  # innermost: what goes on after its time is told too
    app.add_middleware(Limits, body_limit=settings.body_limit << 10, timeout=settings.request_timeout)
    app.add_middleware(Rate, per_minute=settings.requests_per_minute)
    app.add_middleware(ErrorsToProblems, problems=problems)
    app.add_middleware(Edge, version=version)
    return app
