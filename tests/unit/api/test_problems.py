"""Every problem that the API can answer is provoked, in both languages, and none of them says what was sent."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gateway.api.context import Context
from gateway.api.problems import NOTHING_RELEASED, Problems
from gateway.catalogue import Catalogue, Code, Kind
from gateway.errors import (
    BadRequest,
    Fault,
    InFlight,
    KeyReused,
    NotFound,
    Rejected,
    SluisError,
    TooMany,
    Unauthenticated,
    WrongMember,
)

from .conftest import CATALOGUE, HEADERS
from .simulators import ASK, ID, Simulator

Ask = Callable[..., Awaitable[httpx.Response]]
SECRET = "999990019 of Straatweg 12"
RAISED: dict[int, type[Rejected]] = {401: Unauthenticated, 409: InFlight, 422: KeyReused}
FAULTS = [code for code in CATALOGUE.of(Kind.FAULT) if code.status == 503 and code.code != "not-ready"]
FROM_BELOW = [code for code in CATALOGUE.of(Kind.PROBLEM) if code.status in RAISED]


def check(response: httpx.Response, code: Code, language: str = "nl") -> dict[str, Any]:
    assert response.status_code == code.status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["content-language"] == language
    assert response.headers["vary"] == "Accept-Language"
    problem, text = response.json(), code.text("en" if language == "en" else "nl")
    assert problem["type"] == f"http://127.0.0.1:8400/codes/{code.code}"
    assert (problem["code"], problem["title"], problem["status"]) == (code.code, text.title, code.status)
    assert problem["detail"].startswith(text.sentence)
    assert problem["remedy"] == text.next
    assert response.headers["traceparent"].split("-")[1] == problem["trace_id"]
    return problem


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("code", FAULTS, ids=lambda code: code.code)
async def test_every_fault_says_that_nothing_was_released(
    ask: Ask, below: Simulator, code: Code, language: str
) -> None:
    below.error = Fault(code.code, retry_after=7, log=SECRET)
    response = await ask(Accept_Language=language)
    problem = check(response, code, language)
    assert problem["detail"].endswith(NOTHING_RELEASED["en" if language == "en" else "nl"])
    assert response.headers["retry-after"] == "7"
    assert SECRET not in response.text


@pytest.mark.parametrize("code", FROM_BELOW, ids=lambda code: code.code)
async def test_every_rejection_from_below(ask: Ask, below: Simulator, code: Code) -> None:
    below.error = RAISED[code.status or 0](code.code, log=SECRET)
    response = await ask()
    check(response, code)
    assert ("www-authenticate" in response.headers) == (code.status == 401)
    assert ("retry-after" in response.headers) == (code.status == 409)
    assert SECRET not in response.text


@pytest.mark.parametrize(
    ("code", "error"),
    [("token-expired", "invalid_token"), ("client-unknown", "invalid_token"), ("dpop-replayed", "invalid_dpop_proof")],
)
async def test_a_challenge_names_the_check_that_failed(ask: Ask, below: Simulator, code: str, error: str) -> None:
    below.error = Unauthenticated(code)
    challenge = (await ask()).headers["www-authenticate"]
    assert challenge.startswith(f'DPoP error="{error}", error_description="{CATALOGUE[code].en.sentence}"')
    assert challenge.endswith('algs="PS256 ES256"')
    assert challenge.isascii()


async def test_a_challenge_without_a_token_names_no_error(ask: Ask) -> None:
    response = await ask(Authorization=None)
    check(response, CATALOGUE["token-missing"])
    assert response.headers["www-authenticate"] == 'DPoP algs="PS256 ES256"'


@pytest.mark.parametrize(("skew", "told"), [(94, "Uw klok loopt 94 seconden voor."), (-3600, "3600 seconden achter.")])
async def test_a_clock_that_differs_is_told_by_how_much(ask: Ask, below: Simulator, skew: int, told: str) -> None:
    below.error = Unauthenticated("dpop-clock", skew=skew)
    problem = (await ask()).json()
    assert problem["clock_skew_seconds"] == skew
    assert problem["detail"].endswith(told)


async def test_what_the_exchange_finds_wrong_is_named_at_once(ask: Ask, below: Simulator) -> None:
    wrong = [WrongMember("/holder/oin", "organisation-unknown"), WrongMember("/holder/source", "source-unknown")]
    below.error = BadRequest("request-invalid", *wrong)
    problem = check(await ask(Accept_Language="en"), CATALOGUE["request-invalid"], "en")
    assert problem["errors"] == [
        {"pointer": each.pointer, "code": each.code, "detail": CATALOGUE[each.code].en.sentence} for each in wrong
    ]


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(SECRET),
        KeyError(SECRET),
        Rejected("no-such-code", log=SECRET),
        SluisError("feit-ontbreekt"),
        BadRequest("request-invalid", WrongMember("/a", "no-such-code")),
        NotFound("member-missing"),
    ],
)
async def test_what_nobody_foresaw_is_one_fault_without_a_trace(ask: Ask, below: Simulator, error: Exception) -> None:
    below.error = error
    response = await ask()
    problem = check(response, CATALOGUE["internal-fault"])
    assert problem["detail"].endswith(NOTHING_RELEASED["nl"])
    assert SECRET not in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize("code", ["feit-ontbreekt", "member-missing", "no-such-code"])
def test_a_code_without_a_status_is_no_problem(code: str) -> None:
    response = Problems(CATALOGUE, "", list).of(SluisError(code), Context("0" * 32, "0" * 16, "nl"))
    assert response.status_code == 500


async def test_too_many_from_below_says_when(ask: Ask, below: Simulator) -> None:
    below.error = TooMany("too-many-requests", retry_after=12)
    response = await ask()
    check(response, CATALOGUE["too-many-requests"])
    assert response.headers["retry-after"] == "12"


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("idempotency-key-missing", {"Idempotency_Key": None}),
        ("idempotency-key-invalid", {"Idempotency_Key": "short"}),
        ("idempotency-key-invalid", {"Idempotency_Key": "x" * 129}),
        ("idempotency-key-invalid", {"Idempotency_Key": 'half"-quoted-key'}),
        ("idempotency-key-invalid", {"Idempotency_Key": "with a space in it"}),
        ("media-type-unsupported", {"Content_Type": "text/plain"}),
    ],
)
async def test_headers_that_are_not_right(
    ask: Ask, below: Simulator, code: str, changes: dict[str, str | None]
) -> None:
    check(await ask(**changes), CATALOGUE[code])
    assert not below.calls


async def test_a_key_that_stands_twice_is_refused(http: httpx.AsyncClient) -> None:
    headers = [*HEADERS.items(), ("Idempotency-Key", HEADERS["Idempotency-Key"])]
    check(await http.post("/v1/disclosures", json=ASK, headers=headers), CATALOGUE["idempotency-key-invalid"])


async def test_a_quoted_key_is_the_same_key(ask: Ask, below: Simulator) -> None:
    await ask()
    await ask(Idempotency_Key=f'"{HEADERS["Idempotency-Key"]}"')
    assert [call.idempotency_key for call in below.calls] == [HEADERS["Idempotency-Key"]] * 2


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/v1/nothing", "not-found"),
        ("GET", "/v1/disclosures/", "not-found"),
        ("POST", "/v1/disclosures/", "not-found"),
        ("GET", "/livez/", "not-found"),
        ("GET", f"/v1/disclosures/{ID.upper()}", "not-found"),
        ("GET", "/v1/disclosures/..%2f..", "not-found"),
        ("GET", "/codes/no-such-code", "not-found"),
        ("GET", "/v1/logs/politie/2026/checkpoint", "not-found"),
        ("GET", "/v1/logs/zvh/2025/checkpoint", "not-found"),
        ("GET", "/v1/logs/zvh/02026/checkpoint", "not-found"),
        ("GET", "/v1/logs/zvh/2026/tile/9/999", "not-found"),
        ("GET", "/v1/logs/zvh/2026/proofs/inclusion?index=1&treeSize=9", "not-found"),
        ("GET", "/v1/logs/zvh/2026/proofs/inclusion?index=1", "query-invalid"),
        ("GET", "/v1/logs/zvh/2026/proofs/inclusion?index=3&treeSize=3", "query-invalid"),
        ("GET", "/v1/logs/zvh/2026/proofs/inclusion?index=-1&treeSize=3", "query-invalid"),
        ("GET", "/v1/logs/zvh/2026/proofs/inclusion?index=1&index=1&treeSize=3", "query-invalid"),
        ("GET", "/v1/logs/zvh/2026/proofs/consistency?oldSize=4&treeSize=3", "query-invalid"),
        ("GET", "/v1/logs/zvh/2026/proofs/consistency?oldSize=%D9%A1&treeSize=3", "query-invalid"),
        ("PUT", "/v1/disclosures", "method-not-allowed"),
        ("DELETE", f"/v1/disclosures/{ID}", "method-not-allowed"),
        ("GET", "/oauth/token", "method-not-allowed"),
        ("POST", "/oauth/token", "media-type-unsupported"),
    ],
)
async def test_addresses_that_are_not_right(http: httpx.AsyncClient, method: str, path: str, code: str) -> None:
    response = await http.request(method, path, headers=HEADERS)
    check(response, CATALOGUE[code])
    assert ("allow" in response.headers) == (code == "method-not-allowed")


async def test_fastapi_reads_no_route_and_tells_nobody(build: Callable[..., Any], catalogue: Catalogue) -> None:
    from fastapi.routing import APIRoute

    app = build()
    assert app.routes
    assert app._telemetry
    assert not any(app._telemetry.values())
    assert not [route for route in app.routes if isinstance(route, APIRoute)]
    assert len(catalogue) > 100
