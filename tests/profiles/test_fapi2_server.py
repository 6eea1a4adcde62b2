"""FAPI 2.0 Security Profile, section 5.3.2.1 (authorization servers) and 5.4 (cryptography), clause by clause, as far
as client credentials go.

Clauses on the authorization endpoint (7, 11, 12) have nothing to hold on to here: there is none.
"""

import hmac
from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from gateway.crypto.errors import CryptoError
from gateway.crypto.keys import public_key
from gateway.oauth.server.metadata import metadata
from tests.profiles.world import ISSUER, TOKEN_URL, Partner, World, code, parts, segment


async def test_5_3_2_1_clause_1_metadata_is_distributed() -> None:
    document = metadata(ISSUER)
    assert document["issuer"] == ISSUER
    assert document["token_endpoint"] == TOKEN_URL
    assert document["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert "none" not in document["token_endpoint_auth_signing_alg_values_supported"]


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", "", "client_credentials "])
async def test_5_3_2_1_clause_2_no_grant_but_client_credentials(world: World, grant: str) -> None:
    answer = await world.request(form={"grant_type": grant, "username": "a", "password": "b"})
    assert code(answer) == "grant-unsupported"
    assert answer[1]["error"] == "unsupported_grant_type"


@pytest.mark.parametrize("left", ["client_assertion", "client_assertion_type"])
async def test_5_3_2_1_clause_3_no_public_clients(world: World, left: str) -> None:
    assert code(await world.request(form={left: None, "client_id": world.partner.id})) == "client-unproved"


async def test_5_3_2_1_clause_4_only_sender_constrained_tokens(world: World) -> None:
    assert code(await world.request(proof=None)) == "dpop-missing"


async def test_5_3_2_1_clause_5_tokens_are_bound_by_dpop(world: World) -> None:
    status, body = await world.request()
    assert status == 200
    assert body["token_type"] == "DPoP"
    header, claims = parts(body["access_token"])
    assert claims["cnf"] == {"jkt": world.partner.dpop.thumbprint()}
    assert "refresh_token" not in body
    assert (header["typ"], header["alg"]) == ("at+jwt", "ES256")


@pytest.mark.parametrize(
    "headers", [[("Authorization", "Basic dm9vcmJlZWxkOmdlaGVpbQ==")], [("authorization", "Bearer x")]]
)
async def test_5_3_2_1_clause_6_one_method_of_authentication(world: World, headers: list[tuple[str, str]]) -> None:
    assert code(await world.request(headers=headers)) == "token-request-invalid"
    assert code(await world.request(form={"client_secret": "geheim"})) == "client-unproved"


@pytest.mark.parametrize(
    "audience",
    [
        [ISSUER],
        [ISSUER, "https://other.example"],
        TOKEN_URL,
        ISSUER + "/",
        "https://other.example",
        "",
        {"": ISSUER},
        1,
    ],
)
async def test_5_3_2_1_clause_8_audience_is_the_issuer_as_one_string(world: World, audience: Any) -> None:
    assert code(await world.request(world.partner.assertion(aud=audience))) == "assertion-audience"


@pytest.mark.parametrize("ahead", [0, 1, 10])
async def test_5_3_2_1_clause_13_up_to_ten_seconds_ahead_is_accepted(world: World, ahead: int) -> None:
    now = world.clock.seconds
    status, _ = await world.request(
        world.partner.assertion(iat=now + ahead, exp=now + 60), proof=world.partner.proof(iat=now + ahead)
    )
    assert status == 200
    status, _ = await world.request(world.partner.assertion(nbf=now + ahead))
    assert status == 200


@pytest.mark.parametrize("ahead", [11, 61, 3600])
async def test_5_3_2_1_clause_13_later_is_refused_and_the_skew_is_told(world: World, ahead: int) -> None:
    later = world.clock.seconds + ahead
    answer = await world.request(world.partner.assertion(iat=later, exp=later + 60))
    assert code(answer) == "assertion-clock"
    assert answer[1]["skew"] == ahead
    assert code(await world.request(world.partner.assertion(nbf=later, exp=later + 60))) in (
        "assertion-clock",
        "assertion-lifetime",
    )
    answer = await world.request(proof=world.partner.proof(iat=later))
    assert code(answer) == "dpop-clock"
    assert answer[1]["skew"] == ahead


async def test_5_3_2_1_clause_14_no_scopes_are_given(world: World) -> None:
    assert code(await world.request(form={"scope": "everything"})) == "scope-unsupported"
    assert code(await world.request(form={"resource": "https://other.example"})) == "token-request-invalid"


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "Ed25519", "EdDSA"])
async def test_5_4_1_clause_1_ps256_es256_ed25519(world: World, algorithm: str) -> None:
    partner = Partner(world.clock, id="algorithm", algorithm=algorithm)
    world.register.admit(partner)
    token = await world.token(partner)
    assert (await world.enter(token, partner)).client_id == "algorithm"


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256"])
async def test_5_4_1_clause_1_no_other_algorithm(world: World, algorithm: str) -> None:
    partner = Partner(world.clock, id="weak", algorithm="PS256")
    world.register.admit(partner)
    signed = segment({"alg": algorithm}) + "." + partner.assertion().split(".")[1]
    mac = hmac.digest(partner.key.as_pem(private=False), signed.encode(), "sha256")
    forged = {
        "none": f"{signed}.",
        "HS256": f"{signed}.{segment(mac)}",
        "RS256": partner.assertion(header={"alg": "RS256"}),
    }[algorithm]
    assert code(await world.request(forged, partner=partner)) == "client-unproved"


@pytest.mark.filterwarnings("ignore:Key size")
@pytest.mark.parametrize(
    ("kind", "size"), [(RSAKey, 1024), (ECKey, "P-521"), (ECKey, "secp256k1"), (OKPKey, "Ed448"), (OKPKey, "X25519")]
)
def test_5_4_1_clauses_2_and_3_weak_and_unknown_keys_are_no_keys(kind: Any, size: Any) -> None:
    with pytest.raises(CryptoError):
        public_key(kind.generate_key(size).as_dict(private=False))
