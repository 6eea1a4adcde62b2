"""What every response carries, and what the access log says of it."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
import structlog

from gateway.api.context import authenticated
from gateway.api.language import negotiate
from gateway.api.middleware.edge import SECURITY

from .conftest import HEADERS, client_of
from .simulators import ASK, BSN, ID, Simulator

Ask = Callable[..., Awaitable[httpx.Response]]
PATHS = [
    "/",
    "/docs",
    "/codes",
    "/codes/not-found",
    "/openapi.json",
    "/style.css",
    "/v1/dictionary",
    "/v1/release-keys",
    "/oauth/jwks",
    "/.well-known/oauth-authorization-server",
    "/v1/logs",
    "/v1/logs/zvh/2026/checkpoint",
    "/v1/logs/zvh/2026/tile/0/000.p/3",
    "/livez",
    "/readyz",
    f"/v1/disclosures/{ID}",
    "/v1/disclosures",
    "/nowhere",
]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What the loggers of the API say; set before the API is built."""
    with structlog.testing.capture_logs() as said:
        yield said


@pytest.mark.parametrize("path", PATHS)
async def test_every_response_is_dressed(http: httpx.AsyncClient, path: str) -> None:
    response = await http.get(path, headers=HEADERS)
    expected = {name.decode(): value.decode() for name, value in SECURITY} | {"api-version": "1.0.0"}
    if "/tile/" in path:  # of all that is served, this alone is everybody's and never changes
        expected["cache-control"] = "public, max-age=31536000, immutable"
    for name, value in expected.items():
        assert len(response.headers.get_list(name)) == 1, name
        if name not in ("content-security-policy", "cross-origin-resource-policy"):
            assert response.headers[name] == value
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "content-type" in response.headers
    assert "server" not in response.headers


async def test_a_crash_is_dressed_too(ask: Ask, below: Simulator) -> None:
    below.error = ZeroDivisionError()
    response = await ask()
    assert response.status_code == 500
    assert response.headers["x-frame-options"] == "DENY"


async def test_only_the_description_is_open_to_other_origins(http: httpx.AsyncClient) -> None:
    for path in PATHS:
        headers = (await http.get(path, headers=HEADERS | {"Origin": "https://elsewhere.example"})).headers
        assert headers.get("access-control-allow-origin") == ("*" if path == "/openapi.json" else None)


async def test_a_trace_is_continued(ask: Ask, below: Simulator) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    response = await ask(traceparent=f"00-{trace}-00f067aa0ba902b7-01")
    assert response.json()["trace_id"] == below.calls[0].trace_id == trace
    version, answered, span, flags = response.headers["traceparent"].split("-")
    assert (version, answered, flags) == ("00", trace, "01")
    assert span != "00f067aa0ba902b7"


@pytest.mark.parametrize(
    "wrong",
    ["", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", "00-" + "A" * 32 + "-00f067aa0ba902b7-01", f"00-{BSN}-x-01"],
)
async def test_a_trace_of_another_form_is_not(ask: Ask, wrong: str) -> None:
    first, second = await ask(traceparent=wrong), await ask(traceparent=wrong)
    assert len(first.json()["trace_id"]) == 32
    assert first.json()["trace_id"] != second.json()["trace_id"]
    assert first.json()["trace_id"] not in wrong


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "nl"),
        ("", "nl"),
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("nl,en", "nl"),
        ("en;q=0.8, nl;q=0.9", "nl"),
        ("de, en;q=0.3", "en"),
        ("fr", "nl"),
        ("*", "nl"),
        ("nl;q=0, *", "en"),
        ("en;q=x", "nl"),
        ("e" * 300, "nl"),
        ("\xff\xfe", "nl"),
    ],
)
def test_the_language_that_is_preferred(header: str | None, language: str) -> None:
    assert negotiate(header if header is None else header.encode("latin-1")) == language


async def test_one_line_a_request_and_no_person_in_it(
    lines: list[dict[str, Any]], build: Callable[..., Any], below: Simulator
) -> None:
    async with client_of(build()) as http:
        await http.post("/v1/disclosures?bsn=999993653", json=ASK, headers=HEADERS)
        await http.get(f"/v1/disclosures/{ID}?x={BSN}", headers=HEADERS)
        await http.get(f"/v1/persons/{BSN}", headers=HEADERS | {"User-Agent": BSN})
        below.error = ValueError(f"value of {BSN}")
        await http.post("/v1/disclosures", json=ASK, headers=HEADERS)
    requests = [line for line in lines if line["event"] == "request"]
    assert [(line["method"], line["route"], line["status"], line["client"], line["code"]) for line in requests] == [
        ("POST", "/v1/disclosures", 200, "wijkteam-noord", None),
        ("GET", "/v1/disclosures/{id}", 200, "wijkteam-noord", None),
        ("GET", "-", 404, None, "not-found"),
        ("POST", "/v1/disclosures", 500, "wijkteam-noord", "internal-fault"),
    ]
    assert all(len(line["trace_id"]) == 32 and line["ms"] > 0 for line in requests)
    [unforeseen] = [line for line in lines if line["event"] == "unforeseen"]
    assert unforeseen["type"] == "ValueError"
    assert unforeseen["at"][-1].startswith("simulators.py:")
    said = str(lines)
    assert not [part for part in (BSN, ID, "a.b.c", "m-17", "adres_huidig") if part in said]


def test_nobody_is_authenticated_outside_a_request() -> None:
    authenticated("wijkteam-noord")
