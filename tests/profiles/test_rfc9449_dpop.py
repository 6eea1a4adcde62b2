"""RFC 9449 (DPoP), clause by clause: the proof (4.2, 4.3), the bound token (5, 6.1), and the gate (7). Where a clause
holds at both doors, both are tried.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from joserfc.jwk import OctKey

from gateway.errors import Unauthenticated
from gateway.oauth.dpop import normal
from tests.profiles.world import ISSUER, RESOURCE, TOKEN_URL, Partner, World, segment

Door = Callable[..., Awaitable[str | None]]


async def at_the_server(world: World, proof: Callable[..., str | None]) -> str | None:
    status, body = await world.request(proof=proof("POST", TOKEN_URL))
    assert status == 200 or body["error"] == "invalid_dpop_proof"
    return body.get("code")


async def at_the_gate(world: World, proof: Callable[..., str | None]) -> str | None:
    token = await world.token()
    try:
        await world.ask(f"DPoP {token}", proof("POST", RESOURCE, token=token))
    except Unauthenticated as error:
        return error.code
    return None


both = pytest.mark.parametrize("door", [at_the_server, at_the_gate])


@both
async def test_4_2_a_good_proof_is_accepted(world: World, door: Door) -> None:
    assert await door(world, world.partner.proof) is None


@both
async def test_4_3_check_1_exactly_one_proof(world: World, door: Door) -> None:
    assert await door(world, lambda *_, **__: None) == "dpop-missing"
    assert (
        await door(world, lambda *a, **k: f"{world.partner.proof(*a, **k)}, {world.partner.proof(*a, **k)}")
        == "dpop-invalid"
    )


async def test_4_3_check_1_two_header_lines_are_two_proofs(world: World) -> None:
    _, body = await world.request(headers=[("dpop", world.partner.proof())])
    assert body["code"] == "dpop-invalid"


@both
@pytest.mark.parametrize("proof", ["", "a.b.c", "a.b", "..", "é.é.é", "x" * 9000, "eyJhbGciOiJFUzI1NiJ9.e30."])
async def test_4_3_check_2_a_well_formed_jwt(world: World, door: Door, proof: str) -> None:
    assert await door(world, lambda *_, **__: proof) == "dpop-invalid"


@both
@pytest.mark.parametrize("claim", ["jti", "htm", "htu", "iat"])
async def test_4_3_check_3_every_claim_is_there(world: World, door: Door, claim: str) -> None:
    for value in (None, "", [], {"a": 1}, True):
        assert await door(world, changed(world, **{claim: value})) == "dpop-invalid"


@both
@pytest.mark.parametrize("typ", [None, "JWT", "at+jwt", ""])
async def test_4_3_check_4_typ_is_dpop_jwt(world: World, door: Door, typ: str | None) -> None:
    assert await door(world, changed(world, header={"typ": typ})) == "dpop-invalid"


@both
@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256", "ES384"])
async def test_4_3_check_5_an_asymmetric_algorithm_that_we_accept(world: World, door: Door, algorithm: str) -> None:
    def other(*args: Any, **kwargs: Any) -> str:
        _, claims, signature = world.partner.proof(*args, **kwargs).split(".")
        header = {"typ": "dpop+jwt", "alg": algorithm, "jwk": world.partner.dpop.as_dict(private=False)}
        return f"{segment(header)}.{claims}.{'' if algorithm == 'none' else signature}"

    assert await door(world, other) == "dpop-invalid"


@both
async def test_4_3_check_5_no_symmetric_key(world: World, door: Door) -> None:
    secret = OctKey.generate_key(256)
    header = {"alg": "HS256", "jwk": secret.as_dict(private=True)}
    assert await door(world, changed(world, key=None, header=header, signer=secret)) == "dpop-invalid"


@both
async def test_4_3_check_6_the_signature_is_by_the_key_in_the_header(world: World, door: Door) -> None:
    other = Partner(world.clock).dpop
    assert await door(world, changed(world, header={"jwk": other.as_dict(private=False)})) == "dpop-invalid"


@both
async def test_4_3_check_7_no_private_key_in_the_header(world: World, door: Door) -> None:
    assert await door(world, changed(world, header={"jwk": world.partner.dpop.as_dict(private=True)})) == "dpop-invalid"


@both
@pytest.mark.parametrize(
    "jwk",
    [
        None,
        {},
        [],
        "key",
        {"kty": "EC"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "XX", "crv": "Y"},
    ],
)
async def test_4_3_check_7_a_key_that_is_one(world: World, door: Door, jwk: Any) -> None:
    assert await door(world, changed(world, header={"jwk": jwk})) == "dpop-invalid"


@both
@pytest.mark.parametrize("method", ["GET", "post", "PUT"])
async def test_4_3_check_8_htm_is_the_method(world: World, door: Door, method: str) -> None:
    assert await door(world, changed(world, htm=method)) == "dpop-invalid"


@both
@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/oauth/token",
        ISSUER,
        ISSUER + "/v1/disclosures/1",
        "http://sluis.example/v1/disclosures",
        "/v1/disclosures",
        "https://u@sluis.example/v1/disclosures",
    ],
)
async def test_4_3_check_9_htu_is_the_url(world: World, door: Door, url: str) -> None:
    assert await door(world, changed(world, htu=url)) == "dpop-invalid"


@pytest.mark.parametrize(
    "same",
    [
        "https://sluis.example/v1/a",
        "HTTPS://SLUIS.example:443/v1/a?q=1#f",
        "https://sluis.example/v1/%61",
        "https://sluis.example/v1/a?",
    ],
)
def test_4_3_check_9_urls_are_normalised_without_query_and_fragment(same: str) -> None:
    assert normal(same) == "https://sluis.example/v1/a"
    assert normal("https://sluis.example/a%2fb") == "https://sluis.example/a%2Fb"


@both
@pytest.mark.parametrize("age", [61, 3600, -11, -61, -3600])
async def test_4_3_check_11_iat_is_within_the_window(world: World, door: Door, age: int) -> None:
    assert await door(world, changed(world, iat=world.clock.seconds - age)) == "dpop-clock"


@both
@pytest.mark.parametrize("age", [60, 0, -10])
async def test_4_3_check_11_the_edge_of_the_window_is_accepted(world: World, door: Door, age: int) -> None:
    assert await door(world, changed(world, iat=world.clock.seconds - age)) is None


async def test_4_3_check_11_a_clock_that_is_off_by_an_hour_hears_it(world: World) -> None:
    token = await world.token()
    with pytest.raises(Unauthenticated) as refused:
        await world.enter(token, iat=world.clock.seconds + 3600)
    assert (refused.value.code, refused.value.skew) == ("dpop-clock", 3600)


@pytest.mark.parametrize("ath", [None, "", "abc", 1, "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"])
async def test_4_3_check_12_ath_is_the_hash_of_the_token(world: World, ath: Any) -> None:
    with pytest.raises(Unauthenticated, match="dpop-invalid"):
        await world.enter(await world.token(), ath=ath)


async def test_4_3_check_12_the_token_is_bound_to_the_key_of_the_proof(world: World) -> None:
    thief = Partner(world.clock)
    token = await world.token()
    with pytest.raises(Unauthenticated, match="token-unbound"):
        await world.ask(f"DPoP {token}", thief.proof("POST", RESOURCE, token=token))


@both
async def test_11_1_a_proof_counts_once(world: World, door: Door) -> None:
    fixed: dict[str, str] = {}

    def same(*args: Any, **kwargs: Any) -> str:
        return world.partner.proof(*args, **kwargs, jti=fixed.setdefault("jti", "the same"))

    assert await door(world, same) is None
    assert await door(world, same) == "dpop-replayed"


async def test_11_1_a_proof_for_the_server_is_none_for_the_gate(world: World) -> None:
    token = await world.token()
    with pytest.raises(Unauthenticated, match="dpop-invalid"):
        await world.ask(f"DPoP {token}", world.partner.proof(token=token))


async def test_7_1_the_scheme_is_dpop_in_any_case(world: World) -> None:
    token = await world.token()
    requester = await world.ask(f"dpop {token}", world.partner.proof("POST", RESOURCE, token=token))
    assert requester.client_id == world.partner.id


@pytest.mark.parametrize("authorization", [None, "", "DPoP", "DPoP ", "Basic abc", "nonsense"])
async def test_7_1_without_a_token_nobody_enters(world: World, authorization: str | None) -> None:
    with pytest.raises(Unauthenticated, match="token-missing"):
        await world.ask(authorization, world.partner.proof("POST", RESOURCE))


async def test_7_2_a_bound_token_is_no_bearer_token(world: World) -> None:
    token = await world.token()
    for dpop in (None, world.partner.proof("POST", RESOURCE, token=token)):
        with pytest.raises(Unauthenticated, match="token-unbound"):
            await world.ask(f"Bearer {token}", dpop)


def changed(
    world: World, *, signer: Any = None, header: dict[str, Any] | None = None, **claims: Any
) -> Callable[..., str]:
    """A maker of proofs that are good save for what is changed; `signer` signs instead of the partner's key."""

    def make(method: str, url: str, *, token: str | None = None) -> str:
        extra = {name: value for name, value in claims.items() if name != "key"}
        if signer is not None:
            good = {"jti": "x", "htm": method, "htu": url, "iat": world.clock.seconds}
            return world.partner.sign(signer, {"typ": "dpop+jwt"} | (header or {}), good | extra)
        return world.partner.proof(method, url, token=token, header=header, **extra)

    return make
