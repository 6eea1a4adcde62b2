"""FAPI 2.0 Security Profile, section 5.3.4 (resource servers), and RFC 9068 section 4 (validating a JWT access
token).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gateway.crypto.keystore import KeyStore
from gateway.crypto.life import OVERLAP, rotate
from gateway.errors import Fault, Unauthenticated
from gateway.store.sqlite.replay import ReplayStore
from tests.profiles.world import ISSUER, OIN, Clock, World, parts, segment
from tests.support.challenge import challenge


def forge(world: World, *, purpose: str = "token", header: Mapping[str, Any] | None = None, **claims: Any) -> str:
    """A token that a leaked or confused key of ours might sign: good, save what is changed."""
    now = world.clock.seconds
    good = {
        "iss": ISSUER,
        "sub": world.partner.id,
        "client_id": world.partner.id,
        "aud": ISSUER,
        "iat": now,
        "exp": now + 600,
    }
    good |= {"jti": "1", "cnf": {"jkt": world.partner.dpop.thumbprint()}} | claims
    made = {name: value for name, value in good.items() if value is not None}
    typ = (header or {}).get("typ", "at+jwt")
    return world.keys.signer(purpose).sign(made, typ=typ, header=header)


async def refused(world: World, token: str) -> str:
    with pytest.raises(Unauthenticated) as error:
        await world.enter(token)
    return error.value.code


async def test_5_3_4_clause_1_a_token_in_the_header_is_accepted(world: World) -> None:
    requester = await world.enter(await world.token())
    assert (requester.client_id, requester.organisation.oin) == (world.partner.id, OIN)
    assert (await world.enter(forge(world))).client_id == world.partner.id


async def test_5_3_4_clause_2_no_token_in_the_query(world: World) -> None:
    token = await world.token()
    url = f"{ISSUER}/v1/disclosures?access_token={token}"
    with pytest.raises(Unauthenticated, match="token-missing"):
        await world.ask(None, world.partner.proof("POST", url, token=token), url=url)


async def test_5_3_4_clause_3_validity(world: World) -> None:
    for claim in ("iss", "sub", "client_id", "jti", "iat", "exp"):
        for value in (None, "", [], {}, True, "https://other.example"):
            if (claim, value) != ("jti", "https://other.example"):
                assert await refused(world, forge(world, **{claim: value})) == "token-invalid"


@pytest.mark.parametrize(
    "audience", [None, "", "https://other.example", [ISSUER], [ISSUER, "https://other.example"], 1]
)
async def test_5_3_4_clause_3_audience(world: World, audience: Any) -> None:
    assert await refused(world, forge(world, aud=audience)) == "token-audience"


async def test_5_3_4_clause_3_integrity(world: World) -> None:
    header, claims, signature = (await world.token()).split(".")
    _, said = parts(f"{header}.{claims}.")
    longer = segment(said | {"exp": 2**40})
    assert await refused(world, f"{header}.{longer}.{signature}") == "token-invalid"
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    assert await refused(world, f"{header}.{claims}.{flipped}") == "token-invalid"
    none = segment({"alg": "none", "typ": "at+jwt"})
    assert await refused(world, f"{none}.{claims}.") == "token-invalid"


async def test_5_3_4_clause_3_expiration(world: World) -> None:
    token = await world.token()
    world.clock.pass_(599)
    assert (await world.enter(token)).client_id == world.partner.id
    world.clock.pass_(1)
    assert await refused(world, token) == "token-expired"
    assert await refused(world, forge(world, nbf=world.clock.seconds + 60)) == "token-expired"


async def test_5_3_4_clause_3_revocation_a_removed_client_is_out_at_once(world: World) -> None:
    token = await world.token()
    world.register.forget(world.partner.id)
    assert await refused(world, token) == "client-unknown"


async def test_5_3_4_clause_3_revocation_so_is_its_organisation(world: World) -> None:
    token = await world.token()
    world.register.organisations.clear()
    assert await refused(world, token) == "client-unknown"


@pytest.mark.parametrize("cnf", [None, {}, [], "x", {"jkt": None}, {"jkt": 1}, {"x5t#S256": "abc"}])
async def test_5_3_4_clause_5_a_token_that_is_not_bound_is_refused(world: World, cnf: Any) -> None:
    assert await refused(world, forge(world, cnf=cnf)) == "token-unbound"


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"typ": "dpop+jwt"}, {"kid": "unknown"}, {"kid": ""}])
async def test_rfc9068_4_typ_and_kid(world: World, header: dict[str, Any]) -> None:
    assert await refused(world, forge(world, header=header)) == "token-invalid"


async def test_rfc9068_4_a_token_names_its_key(world: World) -> None:
    _, claims = parts(forge(world))
    header = {"alg": "ES256", "typ": "at+jwt", "kid": world.keys.key("token").kid}
    signed = world.partner.sign(world.keys.key("token").native, header, claims)
    assert (await world.enter(signed)).client_id == world.partner.id
    unnamed = world.partner.sign(world.keys.key("token").native, header | {"kid": None}, claims)
    assert await refused(world, unnamed) == "token-invalid"


@pytest.mark.parametrize("purpose", ["release", "request"])
async def test_a_key_of_another_purpose_signs_no_token(world: World, purpose: str) -> None:
    kid = world.keys.key("token").kid
    assert await refused(world, forge(world, purpose=purpose)) == "token-invalid"
    assert await refused(world, forge(world, purpose=purpose, header={"kid": kid})) == "token-invalid"


async def test_a_retiring_key_still_counts_and_a_destroyed_one_does_not(tmp_path: Path) -> None:
    clock = Clock()
    keys = KeyStore.create(tmp_path / "keys", b"a passphrase of a test", now=clock.now())
    replay = ReplayStore.open(tmp_path / "replay.sqlite", now=clock.now(), ahead=10)
    world = World(keys, replay, clock)
    first = keys.key("token").kid
    rotate(keys, "token", now=clock.now())
    clock.pass_(OVERLAP.total_seconds())
    old = await world.token()
    rotate(keys, "token", now=clock.now())
    assert keys.key("token").kid != first
    assert (await world.enter(old)).client_id == world.partner.id
    assert (await world.enter(await world.token())).client_id == world.partner.id
    clock.pass_(OVERLAP.total_seconds())
    rotate(keys, "token", now=clock.now())
    assert [key.jwk["kid"] for key in keys.published("token")] == [keys.key("token").kid]
    assert await refused(world, old) == "token-invalid"


async def test_a_missing_key_is_a_fault_and_gives_no_token(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.keys, "_keys", {})
    with pytest.raises(Fault, match="key-missing"):
        await world.request()


def test_rfc9449_7_1_the_challenge_names_scheme_algorithms_and_error() -> None:
    algorithms = 'algs="ES256 PS256 Ed25519 EdDSA"'
    assert challenge(Unauthenticated("token-missing")) == f"DPoP {algorithms}"
    for code, error in (("token-expired", "invalid_token"), ("dpop-clock", "invalid_dpop_proof")):
        said = challenge(Unauthenticated(code))
        assert said.startswith(f'DPoP error="{error}", ')
        assert said.endswith(f", {algorithms}")
