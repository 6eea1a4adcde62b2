"""Every code of the catalogue is provoked, and has its page in two languages.

How each kind is proved: what a policy says by the policies themselves, on the cases of `policies/cases`; what a caller
does wrong by doing it, over HTTP, to the running gateway; a fault by the tests that make it happen, found in their
source: a function that expects the code in an assertion or in what must be raised. A code that nothing provokes fails.
"""

import ast
import asyncio
import html
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey

from gateway.catalogue import Catalogue, Code, Kind
from gateway.catalogue.catalogue import LANGUAGES
from tests.faults.caller import Caller
from tests.faults.town import FragileTown
from tests.policy.cases import all_cases
from tests.policy.engines import ask_embedded
from tests.support.requests import EXAMPLES

CATALOGUE = Catalogue.load()
TESTS = Path(__file__).resolve().parents[1]
ORDINARY = EXAMPLES["the ordinary case"].document
Doing = Callable[[Caller], Awaitable[httpx.Response]]


def of(*kinds: Kind) -> list[Code]:
    return [code for kind in kinds for code in CATALOGUE.of(kind)]


# What a policy says.


@cache
def decisions() -> tuple[dict[str, Any], ...]:
    return tuple(ask_embedded(case.facts) for case in all_cases())


@cache
def said_by_policies() -> frozenset[str]:
    """Every code in the decisions on the cases; a rung where it refused, a basis where it was claimed and known."""
    said: set[str] = set()
    for decision in decisions():
        said |= {decision["outcome"], decision["basis"]["id"], *decision["reasons"], *decision["hints"]}
        said |= {duty["code"] for duty in decision["obligations"]}
        said |= {reason for field in decision["fields"] for reason in field["reasons"]}
        said |= {step["rung"] for step in decision["ladder"] if step["passed"] is False}
    return frozenset(said)


@pytest.mark.parametrize(
    "code", of(Kind.REASON, Kind.OBLIGATION, Kind.HINT, Kind.RUNG, Kind.BASIS), ids=lambda code: code.code
)
def test_a_case_provokes_what_a_policy_says(code: Code):
    assert code.code in said_by_policies()


# What a caller does wrong.


def sending(**changes: Any) -> Doing:
    return lambda caller: caller.ask(ORDINARY | changes)


def heading(**headers: str) -> Doing:
    return lambda caller: caller.ask(ORDINARY, **headers)


def getting(path: str, method: str = "GET") -> Doing:
    return lambda caller: caller.http.request(method, caller.url + path)


def asserting(**claims: Any) -> Doing:
    return lambda caller: caller.ask_token(assertion=caller.assertion(**claims))


def form(**fields: str) -> Doing:
    return lambda caller: caller.ask_token(**fields)


def proving(method: str = "POST", **claims: Any) -> Doing:
    async def do(caller: Caller) -> httpx.Response:
        token = await caller.token()
        return await caller.ask(ORDINARY, proof=caller.proof(method, "/v1/disclosures", token, **claims))

    return do


async def twice(caller: Caller) -> httpx.Response:
    token = await caller.token()
    proof = caller.proof("POST", "/v1/disclosures", token)
    await caller.ask(ORDINARY, proof=proof)
    return await caller.ask(ORDINARY, proof=proof)


async def assertion_twice(caller: Caller) -> httpx.Response:
    assertion = caller.assertion()
    await caller.ask_token(assertion=assertion)
    return await caller.ask_token(assertion=assertion)


async def at_once(caller: Caller) -> httpx.Response:
    await caller.token()
    key = str(uuid.uuid4())
    answers = await asyncio.gather(*(caller.ask(ORDINARY, key=key) for _ in range(4)))
    return next(answer for answer in answers if answer.status_code == 409)


async def reusing_a_key(caller: Caller) -> httpx.Response:
    key = str(uuid.uuid4())
    await caller.ask(EXAMPLES["not screened"].document, key=key)
    return await caller.ask(ORDINARY, key=key)


async def by_a_stranger(caller: Caller) -> httpx.Response:
    caller.partner = replace(caller.partner, signing=ECKey.generate_key("P-256"))
    return await caller.ask_token()


def now() -> int:
    return int(time.time())


DONE_WRONG: dict[str, Doing] = {
    "request-invalid": sending(fields=[]),
    "body-not-json": lambda caller: caller.ask(b"{"),
    "idempotency-key-missing": heading(Idempotency_Key=""),
    "idempotency-key-invalid": heading(Idempotency_Key="kort"),
    "query-invalid": getting("/v1/logs/zvh/2026/proofs/inclusion?index=a"),
    "token-missing": heading(Authorization=""),
    "not-found": getting("/v1/"),
    "method-not-allowed": getting("/v1/dictionary", "DELETE"),
    "in-flight": at_once,
    "body-too-large": lambda caller: caller.ask(b" " * (1 << 17)),
    "media-type-unsupported": heading(Content_Type="text/plain"),
    "key-reused": reusing_a_key,
    "token-invalid": heading(Authorization="DPoP a.b.c"),
    "token-unbound": heading(Authorization="Bearer a.b.c"),
    "dpop-missing": heading(DPoP=""),
    "dpop-invalid": proving("GET"),
    "dpop-clock": proving(iat=now() - 3600),
    "dpop-replayed": twice,
    "token-request-invalid": form(resource="https://elders.example"),
    "grant-unsupported": form(grant_type="password"),
    "scope-unsupported": form(scope="alles"),
    "client-unproved": by_a_stranger,
    "assertion-invalid": asserting(jti=None),
    "assertion-audience": asserting(aud="https://elders.example"),
    "assertion-clock": asserting(iat=now() + 3600, exp=now() + 3660),
    "assertion-lifetime": asserting(exp=now() + 4000),
    "assertion-replayed": assertion_twice,
}
BY_THEIR_TESTS = {
    "token-expired",
    "token-audience",
    "client-unknown",
    "dpop-before-start",
    "assertion-before-start",
    "too-many-requests",
}  # they need another gateway, or a token that no gateway gives: `expected_by_tests`


@pytest.mark.parametrize("code", DONE_WRONG)
async def test_what_a_caller_does_wrong(town: FragileTown, caller: Caller, code: str):
    response = await DONE_WRONG[code](caller)
    assert (response.json()["code"], response.status_code) == (code, CATALOGUE[code].status)


def test_every_problem_is_provoked():
    assert DONE_WRONG.keys() | BY_THEIR_TESTS == {code.code for code in CATALOGUE.of(Kind.PROBLEM)}
    assert not DONE_WRONG.keys() & BY_THEIR_TESTS
    assert {code: None for code in BY_THEIR_TESTS if not expected_by_tests().get(code)} == {}


NEED = {"task": "WGS 2.25", "reason": "bepalen wat nodig is"}
NAAM = {"name": "naam", "necessity": NEED}
WRONG_MEMBERS: dict[str, Any] = {
    "member-missing": {"holder": {"oin": "00000001800000002000"}},
    "member-wrong-type": {"actor": 7},
    "member-wrong-form": {"case": "een casus!"},
    "member-unknown": {"role": "casusregisseur"},
    "member-repeated": b'{"actor": "m-17", "actor": "m-17"}',
    "member-too-long": {"actor": "m" * 1000},
    "member-empty": {"actor": ""},
    "member-not-listed": {"activity": "snuffelen"},
    "fields-none": {"fields": []},
    "fields-too-many": {"fields": [NAAM] * 65},
    "field-unknown": {"fields": [{"name": "lievelingskleur", "necessity": NEED}]},
    "field-repeated": {"fields": [NAAM, NAAM]},
    "bsn-invalid": {"subject": {"bsn": "123456789"}},
    "organisation-unknown": {"recipient": {"oin": "00000001800000099000"}},
    "source-unknown": {"holder": {"oin": "00000001800000002000", "source": "bestaat-niet"}},
}


@pytest.mark.parametrize("code", of(Kind.MEMBER), ids=lambda code: code.code)
async def test_what_is_wrong_with_a_member(town: FragileTown, caller: Caller, code: Code):
    wrong = WRONG_MEMBERS[code.code]
    problem = (await caller.ask(wrong if isinstance(wrong, bytes) else ORDINARY | wrong)).json()
    assert code.code in {error["code"] for error in problem["errors"]}


# What fails, what an answer is headed by, what is recorded: by the tests that make it happen.


PLAYED = (Path(__file__), TESTS / "faults" / "test_client.py")
"""Tests that play a gateway which says a code."""


@cache
def expected_by_tests() -> dict[str, list[str]]:
    """Code → the tests that expect it: text in an `assert`, in `pytest.raises(…)`, in an argument of a function that
    asserts, or in the parameters of a test."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        if path in PLAYED or "catalogue" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for text in set(_expected(node)):
                    found.setdefault(text, []).append(f"{path.relative_to(TESTS)}::{node.name}")
    return found


def _expected(test: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    places: list[ast.AST] = [each for each in test.decorator_list if "parametrize" in ast.dump(each)]
    for node in ast.walk(test):
        name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Assert) or name == "pytest.raises" or name.startswith(("assert_", "refused")):
            places.append(node)
    for place in places:
        for each in ast.walk(place):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield from (code for code in CATALOGUE if code in each.value.split(":")[0].split())
            elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "Failure":
                yield FAILURES[each.attr]


FAILURES = {
    "POLICIES": "policies-rejected",
    "REJECTED": "engine-rejected",
    "UNDEFINED": "engine-undefined",
    "ERROR": "engine-error",
    "TIMEOUT": "engine-timeout",
    "UNAVAILABLE": "engine-unavailable",
}


HAPPENING = (Kind.NARROWING, Kind.FAULT, Kind.OUTCOME, Kind.EVENT, Kind.ERASURE)


@pytest.mark.parametrize("code", of(*HAPPENING), ids=lambda code: code.code)
def test_a_test_makes_it_happen(code: Code):
    assert expected_by_tests().get(code.code)


def test_the_walk_finds_what_is_expected_and_nothing_else():
    assert "faults/test_holder_fails.py::test_a_holder_that_is_slow" in expected_by_tests()["holder-timeout"]
    assert "no-such-code" not in expected_by_tests()


# The page of each.


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_code_has_its_page(town: FragileTown, language: str):
    async with httpx.AsyncClient(trust_env=False) as http:
        for code in CATALOGUE.values():
            page = await http.get(f"{town.url}/codes/{code.code}", headers={"Accept-Language": language})
            assert (page.status_code, page.headers["content-language"]) == (200, language), code.code
            shown = html.unescape(re.sub("</?code>", "`", page.text))
            text = code.text(language)
            for words in (code.code, text.title, text.sentence, text.cause, text.next, *code.articles):
                assert words in shown, (code.code, words)
        assert (await http.get(f"{town.url}/codes/no-such-code")).status_code == 404
