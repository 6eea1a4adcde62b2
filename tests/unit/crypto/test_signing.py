"""Signatures: one key, one algorithm, one kind of token."""

import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.jws import JWSRegistry

from gateway.crypto.compact import encode
from gateway.crypto.errors import CryptoError
from gateway.crypto.keys import PrivateKey, public_key
from gateway.crypto.notes import NoteSigner
from gateway.crypto.signing import ALGORITHMS, JwsSigner, verify


@pytest.fixture(scope="module")
def keys() -> dict[str, PrivateKey]:
    return {algorithm: PrivateKey.generate(algorithm) for algorithm in ("ES256", "PS256", "Ed25519")}


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "Ed25519"])
def test_what_is_signed_verifies_by_its_key_alone(keys: dict[str, PrivateKey], algorithm: str) -> None:
    key = keys[algorithm]
    token = JwsSigner(key).sign({"b": 1, "a": "é"}, typ="x+jwt")
    verified = verify(token, [each.public for each in keys.values()], types=("x+jwt",), algorithms=ALGORITHMS)
    assert (verified.claims, verified.key, verified.header["kid"]) == ({"a": "é", "b": 1}, key.public, key.kid)
    with pytest.raises(CryptoError):
        verify(token, [PrivateKey.generate("ES256").public], types=("x+jwt",), algorithms=ALGORITHMS)


@pytest.mark.parametrize(
    "changed",
    [
        {"types": ("y+jwt",)},
        {"types": (None,)},
        {"algorithms": ("PS256",)},
        {"algorithms": ()},
        {"keys": []},
        {"limit": 10},
    ],
)
def test_what_is_pinned_is_checked(keys: dict[str, PrivateKey], changed: dict[str, Any]) -> None:
    token = JwsSigner(keys["ES256"]).sign({}, typ="x+jwt")
    good = {"keys": [keys["ES256"].public], "types": ("x+jwt",)}
    assert verify(token, **good).claims == {}
    with pytest.raises(CryptoError):
        verify(token, **good | changed)


@pytest.mark.parametrize("extension", [{"crit": ["kid"]}, {"crit": []}, {"b64": True}, {"zip": "DEF"}])
def test_an_extension_is_refused_however_well_signed(keys: dict[str, PrivateKey], extension: dict[str, Any]) -> None:
    header = {"alg": "ES256", "typ": "x", "kid": keys["ES256"].kid} | extension
    signed = f"{encode(json.dumps(header).encode())}.{encode(b'{}')}"
    signature = JWSRegistry.algorithms["ES256"].sign(signed.encode(), keys["ES256"].native)
    with pytest.raises(CryptoError, match="extension"):
        verify(f"{signed}.{encode(signature)}", [keys["ES256"].public], types=("x",))


def test_every_byte_counts(keys: dict[str, PrivateKey]) -> None:
    token = JwsSigner(keys["ES256"]).sign({"a": 1}, typ="x+jwt")
    for at in range(0, len(token), 7):
        other = "A" if token[at] != "A" else "B"
        with pytest.raises(CryptoError):
            verify(token[:at] + other + token[at + 1 :], [keys["ES256"].public], types=("x+jwt",))


def test_a_partner_names_its_keys_as_it_likes_and_two_of_one_name_are_none(keys: dict[str, PrivateKey]) -> None:
    jwk = {name: value for name, value in keys["ES256"].public.jwk.items() if name != "kid"}
    named, other = (
        public_key(jwk | {"kid": "2026"}),
        public_key(PrivateKey.generate("ES256").public.jwk | {"kid": "2026"}),
    )
    signer = JwsSigner(PrivateKey.from_jwk(keys["ES256"].to_jwk() | {"kid": "2026"}))
    token = signer.sign({}, typ="x")
    assert verify(token, [named], types=("x",)).key == named
    with pytest.raises(CryptoError, match="no such key"):
        verify(token, [named, other], types=("x",))


@pytest.mark.parametrize("described", [{"use": "enc"}, {"alg": "ECDH-ES+A256KW"}, {"alg": "ES384"}])
def test_a_key_for_something_else_verifies_nothing(keys: dict[str, PrivateKey], described: dict[str, str]) -> None:
    token = JwsSigner(keys["ES256"]).sign({}, typ="x")
    bare = {name: value for name, value in keys["ES256"].public.jwk.items() if name not in ("use", "alg")}
    assert verify(token, [public_key(bare)], types=("x",)).claims == {}
    with pytest.raises(CryptoError):
        verify(token, [public_key(bare | described)], types=("x",))


@pytest.mark.parametrize(("signer", "claimed"), [("PS256", "ES256"), ("Ed25519", "ES256"), ("ES256", "PS256")])
def test_the_kind_of_key_fixes_the_algorithm(keys: dict[str, PrivateKey], signer: str, claimed: str) -> None:
    header, claims, signature = JwsSigner(keys[signer]).sign({}, typ="x").split(".")
    header = encode(json.dumps({"alg": claimed, "typ": "x"}).encode())
    with pytest.raises(CryptoError):
        verify(f"{header}.{claims}.{signature}", [keys[signer].public], types=("x",), algorithms=ALGORITHMS)


@pytest.mark.parametrize("member", ["d", "p", "q", "k", "dp", "oth"])
def test_a_public_key_with_a_private_member_is_no_public_key(keys: dict[str, PrivateKey], member: str) -> None:
    with pytest.raises(CryptoError):
        public_key(dict(keys["ES256"].public.jwk) | {member: "AQAB"})


@pytest.mark.parametrize(("bits", "exponent"), [(2048, 1), (2048, 3), (2048, 2**32 + 1), (2047, 65537), (4104, 65537)])
def test_an_rsa_key_that_is_weak_or_a_burden_is_refused(bits: int, exponent: int) -> None:
    modulus, power = ((2**bits - 1).to_bytes((bits + 7) // 8), exponent.to_bytes((exponent.bit_length() + 7) // 8))
    with pytest.raises(CryptoError, match="too weak or too large"):
        public_key({"kty": "RSA", "n": encode(modulus), "e": encode(power)})


@pytest.mark.parametrize("kid", ["", "é", "a b", "a\nb", "x" * 257, 1, None, []])
def test_a_name_that_no_header_could_carry_is_refused_with_its_key(keys: dict[str, PrivateKey], kid: Any) -> None:
    with pytest.raises(CryptoError):
        public_key(dict(keys["ES256"].public.jwk) | {"kid": kid})


def test_a_point_that_is_not_on_the_curve_is_no_key(keys: dict[str, PrivateKey]) -> None:
    jwk = dict(keys["ES256"].public.jwk)
    with pytest.raises(CryptoError):
        public_key(jwk | {"y": jwk["x"]})


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    """The example of section 3.1, though its key would be used here as well."""
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
        "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5haj"
        "rn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    key = public_key({"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"})
    assert key.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_a_private_key_survives_both_of_its_forms(keys: dict[str, PrivateKey]) -> None:
    for algorithm, key in keys.items():
        for again in (
            PrivateKey.from_jwk(key.to_jwk()),
            PrivateKey.from_pkcs8(key.to_pkcs8(), algorithm=algorithm, kid=key.kid),
        ):
            assert (again.algorithm, again.kid, again.public) == (key.algorithm, key.kid, key.public)
        assert key.to_jwk()["d"] not in repr(key)


def test_notes_are_signed_with_raw_ed25519(keys: dict[str, PrivateKey]) -> None:
    signer = NoteSigner("sluis.example/zvh/2026", keys["Ed25519"])
    public = Ed25519PublicKey.from_public_bytes(signer.public)
    signature = signer.sign(b"message")
    assert (len(signer.public), len(signature)) == (32, 64)
    public.verify(signature, b"message")
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"massage")
