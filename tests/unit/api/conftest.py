"""An API over simulators, spoken to over ASGI."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI

from gateway.api import create_api
from gateway.catalogue import Catalogue
from gateway.settings import Settings

from .simulators import ASK, Simulator

CATALOGUE = Catalogue.load()


@pytest.fixture(scope="session", autouse=True)
def silence() -> Iterator[None]:
    """Log lines go nowhere, save where a test looks at them."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    yield
    structlog.reset_defaults()


@pytest.fixture
def catalogue() -> Catalogue:
    return CATALOGUE


@pytest.fixture
def below(shared: tuple[Simulator, FastAPI]) -> Simulator:
    """What lies below the API, as new; tests change what it says."""
    vars(shared[0]).clear()
    vars(shared[0]).update(vars(Simulator()))
    return shared[0]


@pytest.fixture(scope="session")
def shared() -> tuple[Simulator, FastAPI]:
    """One simulator under one API, since building an API renders every page."""
    below = Simulator()
    settings = Settings(development=True, requests_per_minute=10**6)
    return below, create_api(below.services(), settings, CATALOGUE)


@pytest.fixture
def build(below: Simulator) -> Callable[..., FastAPI]:
    """Build the API with other settings."""

    def build(**settings: Any) -> FastAPI:
        return create_api(below.services(), Settings(development=True, **settings), CATALOGUE)

    return build


def client_of(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8400")


@pytest.fixture
async def http(below: Simulator, shared: tuple[Simulator, FastAPI]) -> AsyncIterator[httpx.AsyncClient]:
    assert below is shared[0]
    async with client_of(shared[1]) as client:
        yield client


HEADERS = {"Authorization": "DPoP a.b.c", "DPoP": "d.e.f", "Idempotency-Key": "0b2f6c1e-7f4e-4a53-9a39-1f4ad5a6f2c7"}


@pytest.fixture
def ask(http: httpx.AsyncClient) -> Callable[..., Any]:
    """Send a request for a disclosure; headers can be changed (None takes one away), so can the body."""

    async def ask(body: Any = ASK, **changes: str | None) -> httpx.Response:
        headers = {**HEADERS, **{name.replace("_", "-"): value for name, value in changes.items()}}
        kept = {name: value for name, value in headers.items() if value is not None}
        if isinstance(body, bytes):
            kept.setdefault("Content-Type", "application/json")
            return await http.post("/v1/disclosures", content=body, headers=kept)
        return await http.post("/v1/disclosures", json=body, headers=kept)

    return ask
