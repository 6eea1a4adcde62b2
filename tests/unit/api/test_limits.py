"""How large, how long and how often."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from gateway.api.middleware.rate import MOST_BUCKETS, Buckets, claimed_client
from gateway.errors import Unauthenticated
from gateway.model.disclosure import Answer
from gateway.model.request import Call

from .conftest import HEADERS, client_of
from .simulators import ASK, Simulator

JSON = {**HEADERS, "Content-Type": "application/json"}


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.mark.parametrize(("size", "status"), [(1024, 400), (1025, 413)])
@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_has_a_limit(build: Callable[..., FastAPI], size: int, status: int, chunked: bool) -> None:
    body = b'"' + b"a" * (size - 2) + b'"'
    async with client_of(build(body_limit=1)) as http:
        content = chunks(body[:600], body[600:]) if chunked else body
        response = await http.post("/v1/disclosures", content=content, headers=JSON)
        assert response.status_code == status
        assert response.json()["code"] == ("body-too-large" if status == 413 else "request-invalid")
        token = await http.post(
            "/oauth/token", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert token.status_code == (413 if status == 413 else 400)


async def raw(
    app: FastAPI, receive: Callable[[], Any], headers: dict[str, str], sent: list[Any] | None = None
) -> tuple[int, bytes]:
    """Speak ASGI by hand, for what no honest client does."""
    sent = [] if sent is None else sent

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/disclosures",
        "raw_path": b"/v1/disclosures",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "asgi": {"version": "3.0"},
    }
    await app(scope, receive, send)
    return (sent[0]["status"], sent[1]["body"]) if sent else (0, b"")


async def test_an_announced_size_is_refused_before_it_is_read(build: Callable[..., FastAPI]) -> None:
    async def receive() -> Any:
        raise AssertionError("nothing may be read")

    status, _ = await raw(build(body_limit=1), receive, {**JSON, "Content-Length": "9" * 30})
    assert status == 413


async def test_a_body_that_never_ends_is_not_kept(build: Callable[..., FastAPI]) -> None:
    reads = 0

    async def receive() -> Any:
        nonlocal reads
        reads += 1
        return {"type": "http.request", "body": b"a" * 512, "more_body": True}

    status, _ = await raw(build(body_limit=1), receive, JSON)
    assert (status, reads) == (413, 3)


async def test_a_body_that_does_not_come_is_not_awaited(build: Callable[..., FastAPI]) -> None:
    async def receive() -> Any:
        await asyncio.sleep(3600)

    status, body = await raw(build(request_timeout=0.05), receive, JSON)
    assert (status, orjson.loads(body)["code"]) == (503, "request-timeout")


async def test_a_caller_that_leaves_gets_nothing(build: Callable[..., FastAPI], below: Simulator) -> None:
    async def receive() -> Any:
        return {"type": "http.disconnect"}

    assert await raw(build(), receive, JSON) == (0, b"")
    assert not below.calls


async def test_what_was_begun_goes_on_after_its_time(build: Callable[..., FastAPI], below: Simulator) -> None:
    """The caller is told, the record that is being written is not cut, and asking again gives the answer."""
    recorded = asyncio.Event()
    answer = below.disclose

    async def slow(call: Call) -> Answer:
        if not recorded.is_set():
            await asyncio.sleep(0.15)
            recorded.set()
        return await answer(call)

    below.disclose = slow  # type: ignore[method-assign]
    async with client_of(build(request_timeout=0.05)) as http:
        late = await http.post("/v1/disclosures", json=ASK, headers=HEADERS)
        assert (late.status_code, late.json()["code"]) == (503, "request-timeout")
        assert late.json()["detail"].endswith("Er is niets verstrekt.")
        assert late.headers["retry-after"] == "1"
        assert not recorded.is_set()
        await asyncio.wait_for(recorded.wait(), 1)
        assert (await http.post("/v1/disclosures", json=ASK, headers=HEADERS)).status_code == 200


async def test_a_caller_hears_once(build: Callable[..., FastAPI], below: Simulator) -> None:
    """What is ready too late is not sent after what was said already."""
    answer, sent, finished = below.disclose, [], asyncio.Event()

    async def slow(call: Call) -> Answer:
        await asyncio.sleep(0.1)
        asyncio.get_running_loop().call_later(0.05, finished.set)
        return await answer(call)

    async def receive() -> Any:
        return {"type": "http.request", "body": orjson.dumps(ASK), "more_body": False}

    below.disclose = slow  # type: ignore[method-assign]
    await raw(build(request_timeout=0.05), receive, JSON, sent)
    await finished.wait()
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]


async def test_what_fails_after_its_time_harms_nobody(build: Callable[..., FastAPI], below: Simulator) -> None:
    async def slow(call: Call) -> Answer:
        await asyncio.sleep(0.1)
        raise RuntimeError("late")

    below.disclose = slow  # type: ignore[method-assign]
    async with client_of(build(request_timeout=0.05)) as http:
        assert (await http.post("/v1/disclosures", json=ASK, headers=HEADERS)).json()["code"] == "request-timeout"
        await asyncio.sleep(0.1)
        assert (await http.get("/livez")).status_code == 200


def token(client_id: Any) -> str:
    import base64

    payload = base64.urlsafe_b64encode(orjson.dumps({"client_id": client_id})).rstrip(b"=").decode()
    return f"DPoP e30.{payload}.c2ln"


async def test_a_client_that_asks_too_often_waits(build: Callable[..., FastAPI], below: Simulator) -> None:
    async with client_of(build(requests_per_minute=3)) as http:
        mine = {**HEADERS, "Authorization": token("wijkteam-noord")}
        statuses = [(await http.post("/v1/disclosures", json=ASK, headers=mine)).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        refused = await http.post("/v1/disclosures", json=ASK, headers=mine)
        assert refused.json()["code"] == "too-many-requests"
        assert 1 <= int(refused.headers["retry-after"]) <= 21
        below.client = "ggz-oost"
        other = {**HEADERS, "Authorization": token("ggz-oost")}
        assert (await http.post("/v1/disclosures", json=ASK, headers=other)).status_code == 200
        assert (await http.get("/livez")).status_code == 200


async def test_a_forged_token_costs_nobody_else_anything(build: Callable[..., FastAPI], below: Simulator) -> None:
    prove, below._prove = below._prove, _refuse  # type: ignore[method-assign]
    app = build(requests_per_minute=5)
    forger = httpx.ASGITransport(app=app, client=("203.0.113.9", 1))
    headers = {**HEADERS, "Authorization": token("wijkteam-noord")}
    async with httpx.AsyncClient(transport=forger, base_url="http://127.0.0.1:8400") as http:
        statuses = [(await http.post("/v1/disclosures", json=ASK, headers=headers)).status_code for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    below._prove = prove  # type: ignore[method-assign]
    async with client_of(app) as http:
        assert (await http.post("/v1/disclosures", json=ASK, headers=headers)).status_code == 200


def _refuse(_: object) -> None:
    raise Unauthenticated("token-invalid")


async def test_probes_are_not_counted(build: Callable[..., FastAPI]) -> None:
    async with client_of(build(requests_per_minute=1)) as http:
        assert [(await http.get(path)).status_code for path in ("/livez", "/readyz") * 3] == [200] * 6


def test_a_bucket_fills_again_and_pays_its_debt() -> None:
    now = 100.0
    buckets = Buckets(60, lambda: now)
    for _ in range(62):
        buckets.spend("a")
    assert buckets.wait("a") == 4
    assert buckets.wait("b") == 0
    now += 2.5
    assert buckets.wait("a") == 1
    now += 1
    assert buckets.wait("a") == 0
    now += 3600
    for _ in range(60):
        buckets.spend("a")
    assert buckets.wait("a") > 0


def test_buckets_do_not_grow_for_ever() -> None:
    buckets = Buckets(1, lambda: 0.0)
    for number in range(MOST_BUCKETS + 5):
        buckets.spend(str(number))
    assert len(buckets._levels) == MOST_BUCKETS
    assert buckets.wait("0") == 0
    assert buckets.wait(str(MOST_BUCKETS + 4)) > 0


@pytest.mark.parametrize(
    "header", ["", "DPoP", "DPoP a.b", "DPoP a.!!.c", "DPoP a.W10.c", token(7), token("x" * 257), "DPoP a.é.c"]
)
def test_a_token_that_claims_nobody(header: str) -> None:
    assert claimed_client({b"authorization": header.encode("utf-8")}) is None


def test_a_token_that_claims_somebody() -> None:
    assert claimed_client({b"authorization": token("ggz").encode()}) == "ggz"
