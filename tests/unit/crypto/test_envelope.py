"""An envelope opens for its recipient, says what was disclosed, and nothing else about it can be believed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from gateway.crypto.encryption import decrypt, encrypt
from gateway.crypto.envelope import LIFETIME, SUITE, TYPE, Envelopes, open_sealed
from gateway.crypto.errors import CryptoError
from gateway.crypto.keys import ENCRYPTION, PrivateKey
from gateway.crypto.signing import JwsSigner
from gateway.crypto.subject import open_subject, proves_subject, seal_subject, subject_proof
from gateway.errors import Fault
from gateway.model.parties import PublicKey
from tests.unit.crypto.envelopes import ASKED, HELD, ID, ISSUER, NOW, RECIPIENT, RELEASE, Clock, Release, seal_request

ENVELOPES = Envelopes(ISSUER, Release(), Clock())
BSN = "999993653"
NONCE = b"A" * 43


def open_as(jwe: str | bytes, **changed: Any) -> Any:
    good = {
        "key": RECIPIENT.to_jwk(),
        "release_keys": [RELEASE.public.jwk],
        "issuer": ISSUER,
        "audience": ASKED,
        "disclosure_id": ID,
        "now": NOW,
    }
    return open_sealed(jwe, **good | changed)


def resealed(*, typ: str = TYPE, signer: PrivateKey = RELEASE, **claims: Any) -> str:
    """An envelope that somebody with the recipient's public key made: good, save what is changed."""
    issued = int(NOW.timestamp())
    good = {
        "iss": ISSUER,
        "aud": ASKED,
        "iat": issued,
        "exp": issued + 60,
        "jti": ID,
        "recipient_jkt": RECIPIENT.public.thumbprint,
    }
    good |= {"disclosure": {"fields": {}}} | claims
    signed = JwsSigner(signer).sign({name: value for name, value in good.items() if value is not None}, typ=typ)
    return encrypt(signed.encode(), RECIPIENT.public, cty="JWT")


def test_the_recipient_reads_what_was_disclosed() -> None:
    sealed = ENVELOPES.seal(seal_request())
    assert (sealed.suite, sealed.key_thumbprint) == (SUITE, RECIPIENT.public.thumbprint)
    assert SUITE == "ES256+ECDH-ES+A256KW+A256GCM"
    assert open_as(sealed.jwe) == {
        "basis": "wgs.zvh.casusoverleg",
        "case": "ZVH-2026-0417",
        "activity": "opvragen",
        "requester": ASKED,
        "holder": {"oin": HELD, "source": "register"},
        "simulation": False,
        "at": "2026-11-21T09:00:00Z",
        "obligations": [{"code": "log-verwerking"}, {"code": "vernietig-op", "on": "2031-03-02"}],
        "fields": {"adres_huidig": "Dorpsstraat 1 – België"},
    }
    assert open_as(resealed()) == {"fields": {}}


def test_nobody_on_the_way_reads_a_value_or_a_number() -> None:
    sealed = ENVELOPES.seal(seal_request()).jwe
    for secret in (b"Dorpsstraat", BSN.encode(), b"ZVH-2026"):
        assert secret not in sealed


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://other.example"},
        {"audience": HELD},
        {"disclosure_id": ID[:-1] + "2"},
        {"now": NOW + timedelta(seconds=LIFETIME)},
        {"now": NOW - timedelta(seconds=61)},
        {"release_keys": []},
        {"release_keys": [PrivateKey.generate("ES256").public.jwk]},
        {"key": PrivateKey.generate(ENCRYPTION).to_jwk()},
        {"key": {"kty": "EC"}},
    ],
)
def test_opening_checks_everything(changed: dict[str, Any]) -> None:
    sealed = ENVELOPES.seal(seal_request()).jwe
    assert open_as(sealed)
    with pytest.raises(CryptoError):
        open_as(sealed, **changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"typ": "at+jwt"},
        {"signer": PrivateKey.generate("Ed25519")},
        {"signer": PrivateKey.generate("ES256")},
        {"aud": [ASKED]},
        {"recipient_jkt": PrivateKey.generate(ENCRYPTION).public.thumbprint},
        {"recipient_jkt": None},
        {"iat": None},
        {"exp": None},
        {"exp": 1.5},
        {"exp": True},
        {"disclosure": None},
        {"disclosure": []},
        {"disclosure": {"fields": []}},
    ],
)
def test_an_envelope_that_another_made_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(CryptoError):
        open_as(resealed(**changed))


def test_every_part_of_the_bytes_counts() -> None:
    sealed = ENVELOPES.seal(seal_request()).jwe.decode()
    for at in range(0, len(sealed), 41):
        other = "A" if sealed[at] != "A" else "B"
        with pytest.raises(CryptoError):
            open_as(sealed[:at] + other + sealed[at + 1 :])


@pytest.mark.parametrize("size", [100_000, 3_000_000])
def test_large_disclosures_fit(size: int) -> None:
    values = {"afspraken_plan": "x" * size}
    assert open_as(ENVELOPES.seal(seal_request(values)).jwe)["fields"] == values


def test_threads_that_share_a_sealer_do_not_share_a_header() -> None:
    """One header for two calls made one in sixteen envelopes unreadable."""
    with ThreadPoolExecutor(4) as pool:
        sealed = list(pool.map(lambda n: ENVELOPES.seal(seal_request({"n": n})).jwe, range(200)))
    assert [open_as(each)["fields"]["n"] for each in sealed] == list(range(200))


@pytest.mark.parametrize(
    "key",
    [
        PrivateKey.generate("Ed25519").public,
        PrivateKey.generate("ES256").public,
        PublicKey({name: RELEASE.public.jwk[name] for name in ("kty", "crv", "x", "y")} | {"use": "sig"}, "x"),
        PublicKey({name: RELEASE.public.jwk[name] for name in ("kty", "crv", "x", "y")} | {"alg": "ECDH-ES"}, "x"),
        PublicKey({"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "x"),
        PublicKey({}, "x"),
    ],
    ids=["ed25519", "a signature key", "use sig", "another alg", "rsa", "no key"],
)
def test_nothing_is_sealed_to_a_key_that_is_not_for_it(key: PublicKey) -> None:
    with pytest.raises(Fault, match="recipient-key-unusable"):
        ENVELOPES.seal(seal_request(key=key))


def test_a_bsn_reaches_the_holder_and_nobody_else() -> None:
    jwe, nonce = seal_subject(BSN, RECIPIENT.public)
    assert BSN not in jwe
    assert open_subject(jwe, RECIPIENT) == (BSN, nonce)
    with pytest.raises(CryptoError):
        open_subject(jwe, PrivateKey.generate(ENCRYPTION))
    assert seal_subject(BSN, RECIPIENT.public)[1] != nonce


def test_a_proof_is_about_one_person_and_one_question() -> None:
    _, nonce = seal_subject(BSN, RECIPIENT.public)
    _, other = seal_subject(BSN, RECIPIENT.public)
    proof = subject_proof(nonce, BSN)
    assert proves_subject(proof, nonce=nonce, bsn=BSN)
    for wrong in (subject_proof(nonce, "999990019"), subject_proof(other, BSN), "", None, 1, "é", BSN):
        assert not proves_subject(wrong, nonce=nonce, bsn=BSN)


@pytest.mark.parametrize(
    "inside",
    [
        b"{}",
        b"[]",
        b"999993653",
        b'{"bsn":"12","nonce":"%s"}' % NONCE,
        b'{"bsn":"99999365\xc2\xb3","nonce":"%s"}' % NONCE,
        b'{"bsn":"999993653","nonce":"AA"}',
        b'{"bsn":999993653,"nonce":"%s"}' % NONCE,
    ],
)
def test_what_is_no_subject_is_refused(inside: bytes) -> None:
    with pytest.raises(CryptoError):
        open_subject(encrypt(inside, RECIPIENT.public, cty="application/sluis-subject+json"), RECIPIENT)


def test_what_was_sealed_as_one_thing_does_not_open_as_another() -> None:
    sealed = encrypt(b"{}", RECIPIENT.public, cty="JWT")
    assert decrypt(sealed, RECIPIENT, cty="JWT") == b"{}"
    with pytest.raises(CryptoError, match="another way"):
        decrypt(sealed, RECIPIENT, cty="application/sluis-subject+json")


def test_an_envelope_is_no_subject_and_a_subject_no_envelope() -> None:
    with pytest.raises(CryptoError):
        open_subject(ENVELOPES.seal(seal_request()).jwe, RECIPIENT)
    with pytest.raises(CryptoError):
        open_as(seal_subject(BSN, RECIPIENT.public)[0])
