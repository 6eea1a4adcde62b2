"""npm `jose` and we read each other: it opens what was sealed and verifies the signature inside, we verify what it
signs.
"""

import pytest

from gateway.crypto.envelope import Envelopes
from gateway.crypto.errors import CryptoError
from gateway.crypto.keys import PrivateKey
from gateway.crypto.signing import verify
from tests.peers.node.conftest import Peer
from tests.unit.crypto.envelopes import ASKED, ID, ISSUER, NOW, RECIPIENT, RELEASE, Clock, Release, seal_request

pytestmark = pytest.mark.part("node")


def asked(sealed: bytes, **changed: object) -> dict[str, object]:
    good = {"jwe": sealed.decode(), "key": RECIPIENT.to_jwk(), "jwks": {"keys": [dict(RELEASE.public.jwk)]}}
    return good | {"issuer": ISSUER, "audience": ASKED, "now": NOW.isoformat()} | changed


@pytest.mark.parametrize("values", [{"adres_huidig": "Dorpsstraat 1 – België"}, {"afspraken_plan": "é" * 200_000}, {}])
def test_jose_opens_what_was_sealed(peer: Peer, values: dict[str, str]) -> None:
    sealed = Envelopes(ISSUER, Release(), Clock()).seal(seal_request(values))
    opened = peer("jose.mjs", "open", document=asked(sealed.jwe))
    assert opened["payload"]["disclosure"]["fields"] == values
    assert opened["payload"]["jti"] == ID
    assert opened["payload"]["recipient_jkt"] == opened["thumbprint"] == RECIPIENT.public.thumbprint
    assert (opened["outer"]["cty"], opened["outer"]["kid"]) == ("JWT", RECIPIENT.kid)
    assert opened["inner"]["kid"] == RELEASE.kid


@pytest.mark.parametrize(
    "changed",
    [
        {"audience": "another"},
        {"issuer": "https://other.example"},
        {"now": "2026-12-21T09:00:00Z"},
        {"jwks": {"keys": [dict(PrivateKey.generate("ES256").public.jwk) | {"kid": RELEASE.kid}]}},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_jose_refuses_what_is_not_for_it_or_not_by_us(peer: Peer, changed: dict[str, object]) -> None:
    sealed = Envelopes(ISSUER, Release(), Clock()).seal(seal_request())
    with pytest.raises(AssertionError, match=r"JW[TS]\w*(Failed|Expired)"):
        peer("jose.mjs", "open", document=asked(sealed.jwe, **changed))


def test_jose_refuses_one_flipped_byte(peer: Peer) -> None:
    sealed = bytearray(Envelopes(ISSUER, Release(), Clock()).seal(seal_request()).jwe)
    sealed[-30] = ord("A") if sealed[-30] != ord("A") else ord("B")
    with pytest.raises(AssertionError, match="JWEDecryptionFailed"):
        peer("jose.mjs", "open", document=asked(bytes(sealed)))


def test_we_verify_what_jose_signs(peer: Peer) -> None:
    key = PrivateKey.generate("ES256")
    claims = {"request": ID, "fields": {"naam": "Jansen – Özdemir"}}
    jws = peer("jose.mjs", "sign", document={"key": key.to_jwk(), "claims": claims, "typ": "x+jwt"})["jws"]
    assert verify(jws, [key.public], types=("x+jwt",)).claims == claims
    with pytest.raises(CryptoError):
        verify(jws[:-3] + ("AAA" if jws[-3:] != "AAA" else "BBB"), [key.public], types=("x+jwt",))
