"""The profile's own lines on client assertions and tokens, and those of RFC 6749, 7521, 8725 and 9068 on which they
stand.
"""

from typing import Any

import pytest

from gateway.crypto.signing import verify
from tests.profiles.world import ISSUER, Partner, World, code, parts, segment


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
