"""Whatever arrives at either door, the answer is a token, a 400 or a 401: never another exception."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.crypto.compact import encode
from gateway.errors import Unauthenticated
from tests.profiles.world import ASSERTION_TYPE, RESOURCE, World, segment

reuse = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])

TEXT = st.text(max_size=40)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=6,
)
ALGORITHMS = st.sampled_from(["ES256", "PS256", "Ed25519", "EdDSA", "none", "HS256"])
KEYS = st.fixed_dictionaries(
    {
        "kty": st.sampled_from(["EC", "RSA", "OKP", "oct"]) | VALUES,
        "crv": st.sampled_from(["P-256", "Ed25519", "X"]) | VALUES,
    },
    optional={name: st.sampled_from(["AQAB", "A" * 43]) | VALUES for name in ("x", "y", "n", "e", "d", "kid", "use")},
)
HEADERS = st.fixed_dictionaries(
    {"alg": ALGORITHMS | VALUES},
    optional={
        "typ": st.sampled_from(["dpop+jwt", "at+jwt", "JWT"]) | VALUES,
        "jwk": KEYS | VALUES,
        **dict.fromkeys(("kid", "crit", "b64", "zip", "x5c", "cty"), VALUES),
    },
)
CLAIMS = st.dictionaries(
    st.sampled_from(["iss", "sub", "aud", "exp", "iat", "jti", "htm", "htu", "ath", "cnf", "nbf"]), VALUES
)
TOKENS = TEXT | st.builds(
    lambda header, claims, signature: f"{segment(header)}.{segment(claims)}.{encode(signature)}",
    HEADERS,
    CLAIMS | VALUES,
    st.binary(max_size=70),
)


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


@reuse
@given(assertion=TOKENS, proof=st.none() | TOKENS)
def test_the_token_endpoint_answers_400(world: World, assertion: str, proof: str | None) -> None:
    assert run(world.request(assertion, proof=proof))[0] == 400


@reuse
@given(proof=TOKENS)
def test_the_token_endpoint_answers_400_to_any_proof(world: World, proof: str) -> None:
    assert run(world.request(proof=proof))[0] == 400


@reuse
@given(claims=CLAIMS, header=st.dictionaries(st.sampled_from(["typ", "kid", "crit", "b64", "jwk"]), VALUES))
def test_whatever_a_client_signs_the_answer_is_a_token_or_400(world: World, claims: dict, header: dict) -> None:
    good = {name: value for name, value in claims.items() if value == value}
    assert run(world.request(world.partner.assertion(header=header, **good)))[0] in (200, 400)


@reuse
@given(claims=CLAIMS)
def test_whatever_is_in_a_signed_proof_the_answer_is_a_token_or_400(world: World, claims: dict) -> None:
    assert run(world.request(proof=world.partner.proof(**claims)))[0] in (200, 400)


@reuse
@given(
    form=st.lists(
        st.tuples(st.sampled_from(["grant_type", "scope", "client_id", "client_assertion"]) | TEXT, TEXT), max_size=4
    ),
    headers=st.lists(st.tuples(TEXT, TEXT), max_size=2),
    method=TEXT,
    url=TEXT,
)
def test_any_form_and_any_headers(world: World, form: list, headers: list, method: str, url: str) -> None:
    pairs = [("client_assertion_type", ASSERTION_TYPE), *form]
    status, _, body = run(world.endpoint.respond(method, url, headers, pairs))
    assert status == 400
    assert json.loads(body)["error"]


@reuse
@given(
    authorization=st.none() | TEXT | TOKENS.map("DPoP {}".format),
    dpop=st.none() | TOKENS,
    method=TEXT,
    url=TEXT | st.just(RESOURCE),
)
def test_the_gate_lets_nobody_in(
    world: World, authorization: str | None, dpop: str | None, method: str, url: str
) -> None:
    with pytest.raises(Unauthenticated):
        run(world.ask(authorization, dpop, method=method, url=url))


@reuse
@given(dpop=TOKENS)
def test_a_good_token_with_any_proof(world: World, dpop: str) -> None:
    async def attempt() -> None:
        await world.ask(f"DPoP {await world.token()}", dpop)

    with pytest.raises(Unauthenticated):
        run(attempt())
