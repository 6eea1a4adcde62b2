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
from gateway.crypto.signing import verify
from gateway.oauth.server.metadata import metadata
from tests.profiles.world import ISSUER, TOKEN_URL, Partner, World, parts, segment


def code(answer: tuple[int, dict[str, Any]]) -> str:
    """The code of a refusal, after what holds for every one of them."""
    status, body = answer
    assert status == 400
    assert {"error", "error_description", "code"} <= body.keys() <= {"error", "error_description", "code", "skew"}
    return body["code"]


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


@pytest.mark.parametrize(("lifetime", "good"), [(300, True), (301, False), (3600, False), (0, False), (-1, False)])
async def test_profile_assertion_lives_300_seconds_at_most(world: World, lifetime: int, good: bool) -> None:
    now = world.clock.seconds
    status, body = await world.request(world.partner.assertion(iat=now, exp=now + lifetime))
    assert (status == 200) is good
    assert good or body["code"] in ("assertion-lifetime", "assertion-clock")


async def test_profile_assertion_lifetime_counts_from_iat(world: World) -> None:
    now = world.clock.seconds
    assert code(await world.request(world.partner.assertion(iat=now - 200, exp=now + 101))) == "assertion-lifetime"


async def test_profile_expired_assertion_is_refused(world: World) -> None:
    assertion = world.partner.assertion()
    world.clock.pass_(60)
    assert code(await world.request(assertion)) == "assertion-clock"


@pytest.mark.parametrize("claim", ["iss", "sub", "iat", "exp", "jti"])
@pytest.mark.parametrize("value", [None, "", [], {"a": 1}, True, "x" * 257])
async def test_profile_every_claim_is_there_and_well_formed(world: World, claim: str, value: Any) -> None:
    assert code(await world.request(world.partner.assertion(**{claim: value}))) in (
        "assertion-invalid",
        "client-unproved",
    )


async def test_profile_iss_and_sub_are_the_client(world: World) -> None:
    assert code(await world.request(world.partner.assertion(iss="another"))) == "assertion-invalid"
    assert code(await world.request(form={"client_id": "another"})) == "client-unproved"


async def test_profile_jti_counts_once(world: World) -> None:
    assertion = world.partner.assertion()
    assert (await world.request(assertion))[0] == 200
    assert code(await world.request(assertion)) == "assertion-replayed"


async def test_profile_a_jti_belongs_to_one_client(world: World) -> None:
    other = Partner(world.clock, id="another")
    world.register.admit(other)
    assert (await world.request(world.partner.assertion(jti="same")))[0] == 200
    assert (await world.request(other.assertion(jti="same"), partner=other))[0] == 200


async def test_profile_token_lives_ten_minutes_at_most(world: World) -> None:
    status, body = await world.request()
    _, claims = parts(body["access_token"])
    assert status == 200
    assert claims["exp"] - claims["iat"] == body["expires_in"] <= 600


async def test_rfc9068_2_the_token_says_whose_it_is(world: World) -> None:
    token = await world.token()
    claims = verify(token, world.keys.published("token"), types=("at+jwt",)).claims
    assert claims.keys() == {"iss", "sub", "client_id", "aud", "iat", "exp", "jti", "cnf"}
    assert (claims["iss"], claims["aud"]) == (ISSUER, ISSUER)
    assert claims["sub"] == claims["client_id"] == world.partner.id


async def test_rfc6749_3_2_each_parameter_once_and_in_the_body(world: World) -> None:
    assert code(await world.request(extra=[("grant_type", "client_credentials")])) == "token-request-invalid"
    assert code(await world.request(url="/oauth/token?client_id=x")) == "token-request-invalid"
    assert code(await world.request(method="GET")) == "token-request-invalid"


async def test_rfc6749_5_2_nothing_that_was_sent_comes_back(world: World) -> None:
    mark = "herkenbaar<script>"
    for form in (
        {"grant_type": mark},
        {"scope": mark},
        {"client_assertion": mark},
        {"client_id": mark},
        {"client_assertion_type": mark},
    ):
        _, body = await world.request(form=form)
        assert "herkenbaar" not in str(body)
        assert set(body["error_description"]) <= {chr(c) for c in range(0x20, 0x7F)} - {'"', "\\"}


async def test_rfc7521_4_2_an_unknown_client_hears_what_a_wrong_key_hears(world: World) -> None:
    stranger = Partner(world.clock, id="stranger")
    impostor = Partner(world.clock, id=world.partner.id)
    assert await world.request(partner=stranger) == await world.request(partner=impostor)


async def test_rfc8725_3_11_another_kind_of_token_is_no_assertion(world: World) -> None:
    for typ in ("at+jwt", "dpop+jwt", "sluis-disclosure+jwt"):
        assert code(await world.request(world.partner.assertion(header={"typ": typ}))) == "client-unproved"
    for typ in ("JWT", "client-authentication+jwt", "application/jwt"):
        assert (await world.request(world.partner.assertion(header={"typ": typ})))[0] == 200


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"]},
        {"crit": "exp"},
        {"b64": False},
        {"kid": "a\nb"},
        {"kid": "unknown"},
        {"kid": 1},
        {"zip": "DEF"},
    ],
)
async def test_traps_of_joserfc_are_refusals_not_exceptions(world: World, header: dict[str, Any]) -> None:
    _, *rest = world.partner.assertion().split(".")
    forged = ".".join([segment({"alg": "ES256"} | header), *rest])
    assert code(await world.request(forged)) == "client-unproved"
