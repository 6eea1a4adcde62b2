"""OAuth's doors, the public side of the logs, health and the documents that stand by themselves."""

import httpx
import pytest

from .simulators import FIELDS, ID, RECEIPT, Simulator

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


async def test_the_token_endpoint_gets_its_mail_as_it_came(http: httpx.AsyncClient, below: Simulator) -> None:
    response = await http.post("/oauth/token", content="grant_type=client_credentials&scope=&a=1&a=2", headers=FORM)
    assert (response.status_code, response.json()["token_type"]) == (200, "DPoP")
    assert (response.headers["pragma"], response.headers["cache-control"]) == ("no-cache", "no-store")
    assert below.forms == [[("grant_type", "client_credentials"), ("scope", ""), ("a", "1"), ("a", "2")]]


@pytest.mark.parametrize("body", [b"", b"\xff=1", b"a=%ff", "&".join("abc" * 20).encode()])
async def test_a_form_that_cannot_be_read_is_refused_in_oauths_own_words(http: httpx.AsyncClient, body: bytes) -> None:
    response = await http.post("/oauth/token", content=body, headers=FORM)
    assert (response.status_code, response.headers["content-type"]) == (400, "application/json")
    assert response.json() == {"error": "invalid_request"}


async def test_published_keys_and_documents(http: httpx.AsyncClient) -> None:
    assert (await http.get("/oauth/jwks")).json()["keys"][0]["kid"] == "token"
    assert (await http.get("/v1/release-keys")).json()["keys"][0]["kid"] == "release"
    assert (await http.get("/v1/dictionary")).json() == {"fields": sorted(FIELDS)}
    metadata = (await http.get("/.well-known/oauth-authorization-server")).json()
    for name in ("token_endpoint", "jwks_uri"):
        path = metadata[name].removeprefix("http://127.0.0.1:8400")
        assert (await http.request("POST" if name == "token_endpoint" else "GET", path)).status_code != 404


async def test_the_public_side_of_a_log(http: httpx.AsyncClient) -> None:
    [log] = (await http.get("/v1/logs")).json()["logs"]
    base = f"/v1/logs/{log['tenant']}/{log['year']}"
    checkpoint = await http.get(f"{base}/checkpoint")
    assert checkpoint.headers["content-type"] == "text/plain; charset=utf-8"
    assert checkpoint.text.startswith(log["origin"] + "\n3\n")
    full, partial = await http.get(f"{base}/tile/0/000"), await http.get(f"{base}/tile/0/000.p/3")
    assert (len(full.content), len(partial.content)) == (8192, 96)
    for tile in (full, partial):
        assert tile.headers["content-type"] == "application/octet-stream"
        assert tile.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert "content-encoding" not in tile.headers
    assert checkpoint.headers["cache-control"] == "no-store"
    inclusion = await http.get(f"{base}/proofs/inclusion?index=1&treeSize=3")
    assert inclusion.json() == {"index": 1, "treeSize": 3, "hashes": ["AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM="]}
    consistency = await http.get(f"{base}/proofs/consistency?oldSize=3&treeSize=3")
    assert consistency.json() == {
        "oldSize": 3,
        "treeSize": 3,
        "hashes": ["BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ="],
    }


async def test_it_lives_whatever_fails(http: httpx.AsyncClient, below: Simulator) -> None:
    below.parts = dict.fromkeys(below.parts, False)
    assert (await http.get("/livez")).json() == {"status": "alive"}


@pytest.mark.parametrize("part", ["engine", "log", "keys", "disk"])
async def test_one_part_that_fails_makes_it_not_ready(http: httpx.AsyncClient, below: Simulator, part: str) -> None:
    ready = await http.get("/readyz")
    assert ready.json() == {"status": "ready", "checks": dict.fromkeys(("engine", "log", "keys", "disk"), "up")}
    below.parts[part] = False
    response = await http.get("/readyz")
    assert (response.status_code, response.headers["content-type"]) == (503, "application/problem+json")
    assert response.headers["retry-after"] == "5"
    assert response.json()["code"] == "not-ready"
    assert response.json()["checks"] == {name: "down" if name == part else "up" for name in below.parts}


async def test_nothing_known_is_not_ready(http: httpx.AsyncClient, below: Simulator) -> None:
    below.parts = {}
    assert (await http.get("/readyz")).status_code == 503


async def test_a_receipt_comes_in_the_form_that_is_asked_for(http: httpx.AsyncClient) -> None:
    url, proved = f"/v1/disclosures/{ID}/receipt", {"Authorization": "DPoP t"}
    cose = await http.get(url, headers=proved | {"Accept": "text/html, application/cose;q=0.5"})
    assert (cose.content, cose.headers["content-type"]) == (b"\xd2\x84" + ID.encode(), "application/cose")
    proof = await http.get(url, headers=proved | {"Accept": "text/html"})
    assert (proof.text, proof.headers["vary"]) == (f"{RECEIPT}of {ID}\n", "Accept")
    assert (await http.get(url)).status_code == 401
    assert (await http.get("/v1/disclosures/x/receipt", headers=proved)).status_code == 404
