"""Nothing that was sent comes back: not from a body, a path, a query or a header, wherever it stands."""

import asyncio
import copy
from typing import Any

import httpx
import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.api import create_api
from gateway.settings import Settings

from .conftest import CATALOGUE, HEADERS, client_of
from .simulators import ASK, Simulator

MARK = "§"
ODD = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=20).map(MARK.__add__)
PLAIN = st.from_regex(r"zq[a-z0-9]{3,12}", fullmatch=True)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(10**8, 10**15) | ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD, inner, max_size=3),
    max_leaves=6,
)
PLACES = [
    "activity",
    "basis",
    "case",
    "subject",
    "subject/bsn",
    "actor",
    "holder",
    "holder/oin",
    "holder/source",
    "fields",
    "fields/0",
    "fields/0/name",
    "fields/0/necessity",
    "fields/0/necessity/x",
    "recipient",
    "declaration",
    "third_party",
    "dry_run",
    "x",
]
APP = create_api(Simulator().services(), Settings(development=True, requests_per_minute=10**6), CATALOGUE)


def scraps(value: Any) -> set[str]:
    """Every text and number in a value, names of members too."""
    if isinstance(value, dict):
        return set(value) | {scrap for each in value.values() for scrap in scraps(each)}
    if isinstance(value, list):
        return {scrap for each in value for scrap in scraps(each)}
    return set() if value is None or isinstance(value, bool) else {str(value)}


def send(method: str, url: str, **request: Any) -> httpx.Response:
    async def send() -> httpx.Response:
        async with client_of(APP) as http:
            return await http.request(method, url, **request)

    return asyncio.run(send())


def placed(place: str, value: Any) -> dict[str, Any]:
    request = copy.deepcopy(dict(ASK))
    *way, last = place.split("/")
    target: Any = request
    for step in way:
        target = target[int(step) if step.isdigit() else step]
    target[int(last) if last.isdigit() else last] = value
    return request


@settings(max_examples=100)
@given(place=st.sampled_from(PLACES), value=JSON)
def test_of_a_member(place: str, value: Any) -> None:
    response = send("POST", "/v1/disclosures", json=placed(place, value), headers=HEADERS)
    assert response.status_code in (200, 400)
    if response.status_code == 400:
        said = scraps(response.json())
        assert not [scrap for scrap in scraps(value) if any(scrap in each for each in said)]


@settings(max_examples=50)
@given(body=st.binary(min_size=1, max_size=60) | ODD.map(str.encode))
def test_of_a_body(body: bytes) -> None:
    response = send("POST", "/v1/disclosures", content=body, headers={**HEADERS, "Content-Type": "application/json"})
    assert response.status_code == 400
    assert MARK not in response.text
    assert orjson.loads(response.content)["code"] in ("body-not-json", "request-invalid")


@settings(max_examples=50)
@given(
    word=PLAIN,
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH"]),
    path=st.sampled_from(
        [
            "/{}",
            "/v1/disclosures/{}",
            "/codes/{}",
            "/v1/logs/{}/2026/checkpoint",
            "/v1/logs/zvh/{}/checkpoint",
            "/v1/logs/zvh/2026/tile/{}",
            "/v1/logs/zvh/2026/proofs/inclusion?index={}&treeSize=3",
            "/docs?{}=1",
            "/codes?lang={}",
            "/v1/disclosures?bsn={}",
            "/openapi.json?lang={}",
            "/livez?{}",
        ]
    ),
)
def test_of_an_address(word: str, method: str, path: str) -> None:
    response = send(method, path.format(word), headers=HEADERS)
    assert response.status_code != 500
    assert word not in response.text + str(response.headers.raw)


@settings(max_examples=50)
@given(
    word=PLAIN,
    name=st.sampled_from(
        [
            "Idempotency-Key",
            "Accept-Language",
            "traceparent",
            "Content-Type",
            "DPoP",
            "Authorization",
            "Origin",
            "Host",
            "X-Forwarded-Host",
            "Cookie",
            "Referer",
        ]
    ),
)
def test_of_a_header(word: str, name: str) -> None:
    response = send("POST", "/v1/disclosures", json={}, headers={**HEADERS, name: word})
    assert response.status_code in (400, 415)
    assert word not in response.text + str(response.headers.raw)
