"""Answers in words: verdict first, each code with its sentence, a refusal as a problem with its receipt."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gateway.catalogue import Kind

from .conftest import CATALOGUE, HEADERS
from .simulators import ASK, GRANTED, ID, RECEIPT, REFUSED, Simulator

Ask = Callable[..., Awaitable[httpx.Response]]
AWAITS = {"reasons": ["feit-ontbreekt"], "missing": ["holder_statement"], "awaits_holder": True}

UNASKED = {**REFUSED, "reasons": ["feit-ontbreekt", "bezwaar-in-behandeling"], "missing": ["holder_statement"]}


def worded(code: str, language: str = "nl") -> dict[str, Any]:
    text = CATALOGUE[code].nl if language == "nl" else CATALOGUE[code].en
    page = f"http://127.0.0.1:8400/codes/{code}"
    return {"code": code, "title": text.title, "detail": text.sentence, "type": page, "remedy": text.next}


async def test_a_grant_says_what_comes_with_it(ask: Ask, below: Simulator) -> None:
    response = await ask()
    answer = response.json()
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert (answer["title"], answer["outcome"], answer["code"]) == ("Toegestaan", "toegestaan", "toegestaan")
    assert answer["receipt"] == RECEIPT
    assert answer["sealed"] == GRANTED["sealed"]
    assert answer["fields"] == GRANTED["fields"]
    assert answer["obligations"] == [worded("log-verwerking"), worded("vernietig-op") | {"on": "2031-03-02"}]
    assert answer["trace_id"] == below.calls[0].trace_id
    assert "idempotency-replayed" not in response.headers


async def test_a_refusal_is_a_problem_with_a_receipt(ask: Ask, below: Simulator) -> None:
    below.answer = {
        **REFUSED,
        "fields": [{"name": "adres_huidig", "granted": False, "reasons": ["niet-noodzakelijk"]}],
        "hints": ["toestemming"],
    }
    response = await ask(Accept_Language="en-GB, nl;q=0.5")
    problem = response.json()
    assert (response.status_code, response.headers["content-type"]) == (403, "application/problem+json")
    assert response.headers["content-language"] == "en"
    assert problem["type"].endswith("/codes/niet-betrokken-bij-casus")
    assert (problem["status"], problem["title"]) == (403, "Not involved in this case")
    assert problem["instance"] == f"/v1/disclosures/{ID}"
    assert problem["reasons"] == [worded("niet-betrokken-bij-casus", "en")]
    assert problem["fields"][0]["reasons"] == [worded("niet-noodzakelijk", "en")]
    assert problem["hints"] == [worded("toestemming", "en")]
    assert problem["obligations"] == [worded("log-audit", "en")]
    assert (problem["id"], problem["receipt"], problem["sealed"]) == (ID, RECEIPT, None)


@pytest.mark.parametrize("code", [*CATALOGUE.of(Kind.REASON)], ids=lambda code: code.code)
async def test_every_reason_heads_its_refusal(ask: Ask, below: Simulator, code: Any) -> None:
    below.answer = {**REFUSED, "reasons": [code.code]}
    assert (await ask()).json()["detail"] == code.nl.sentence
    below.answer = {**REFUSED, "reasons": [], "fields": [{"name": "x", "granted": False, "reasons": [code.code]}]}
    assert (await ask()).json()["code"] == code.code


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"outcome": "gedeeltelijk"}, 200, "gedeeltelijk"),
        ({"collected_by_recipient": True, "sealed": None}, 200, "recipient-collects"),
        ({**REFUSED, **AWAITS}, 403, "holder-undecided"),
        ({**REFUSED, **AWAITS, "dry_run": True}, 200, "awaits-holder"),
        ({**REFUSED, "dry_run": True}, 403, "niet-betrokken-bij-casus"),
        ({**REFUSED, "reasons": [], "fields": []}, 403, "geweigerd"),
        (UNASKED, 403, "bezwaar-in-behandeling"),
        ({**UNASKED, "missing": ["case.state", "holder_statement"]}, 403, "feit-ontbreekt"),
    ],
)
async def test_one_code_heads_an_answer(
    ask: Ask, below: Simulator, change: dict[str, Any], status: int, code: str
) -> None:
    below.answer = {**GRANTED, **change}
    response = await ask()
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["detail"] == CATALOGUE[code].nl.sentence


async def test_a_simulation_says_so(ask: Ask, below: Simulator) -> None:
    below.answer = {**GRANTED, "simulation": True}
    assert (await ask()).json()["title"] == "Toegestaan (simulatie)"
    assert (await ask(Accept_Language="en")).json()["title"] == "Granted (simulation)"


async def test_a_code_without_words_is_still_said(ask: Ask, below: Simulator) -> None:
    below.answer = {**REFUSED, "reasons": ["nieuw-in-beleid"], "obligations": [{"code": "nieuw", "on": "2030-01-01"}]}
    problem = (await ask()).json()
    assert problem["reasons"] == [{"code": "nieuw-in-beleid"}]
    assert problem["obligations"] == [{"code": "nieuw", "on": "2030-01-01"}]
    assert (problem["code"], problem["title"]) == ("nieuw-in-beleid", "Geweigerd")


async def test_an_answer_that_was_given_before_says_so(ask: Ask, below: Simulator) -> None:
    below.replayed = True
    assert (await ask()).headers["idempotency-replayed"] == "true"


async def test_a_recipient_collects(http: httpx.AsyncClient, below: Simulator) -> None:
    response = await http.get(f"/v1/disclosures/{ID}", headers=HEADERS)
    assert response.status_code == 200
    [(credentials, id, trace_id)] = below.collected
    assert (credentials.method, credentials.url) == ("GET", f"http://127.0.0.1:8400/v1/disclosures/{ID}")
    assert (id, trace_id) == (ID, response.json()["trace_id"])


async def test_the_url_of_a_proof_is_that_of_the_settings(build: Any, below: Simulator) -> None:
    from .conftest import client_of

    async with client_of(build(public_url="https://sluis.example")) as http:
        await http.post("/v1/disclosures", json=ASK, headers=[*HEADERS.items(), ("DPoP", "second"), ("Host", "evil")])
    credentials = below.calls[0].credentials
    assert (credentials.url, credentials.dpop) == ("https://sluis.example/v1/disclosures", "d.e.f, second")
    assert credentials.authorization == HEADERS["Authorization"]
