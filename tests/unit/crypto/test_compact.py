"""Whatever bytes come, reading them gives a document or a `CryptoError`, and two readers would see the same one."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.crypto.compact import TOKEN_LIMIT, decode, encode, json_object, read
from gateway.crypto.errors import CryptoError
from gateway.crypto.keys import PrivateKey, public_key
from gateway.crypto.signing import ALGORITHMS, verify
from gateway.crypto.subject import open_subject

SIGNER, OPENER = PrivateKey.generate("ES256"), PrivateKey.generate("ECDH-ES+A256KW")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["alg", "enc", "kid", "typ", "cty", "crit", "b64", "zip", "jwk", "epk", "apu", "x5c", "jku"])
VALUES = JSON | st.sampled_from(["ES256", "none", "HS256", "dpop+jwt", "ECDH-ES+A256KW", "A256GCM", "JWT"])
HEADERS = st.dictionaries(NAMES | st.text(max_size=8), VALUES, max_size=6)


def segment(value: object) -> str:
    return encode(json.dumps(value).encode())


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_as_a_jws(data: bytes) -> None:
    with pytest.raises(CryptoError):
        verify(data, [SIGNER.public], types=("x",))


@given(st.text(max_size=300))
def test_any_text_is_refused_as_a_jws(text: str) -> None:
    with pytest.raises(CryptoError):
        verify(text, [SIGNER.public], types=("x",))


@given(HEADERS, JSON | st.binary(max_size=20), st.binary(max_size=70))
def test_any_header_is_refused_as_a_jws(header: dict, payload: object, signature: bytes) -> None:
    body = encode(payload) if isinstance(payload, bytes) else segment(payload)
    with pytest.raises(CryptoError):
        verify(
            f"{segment(header)}.{body}.{encode(signature)}",
            [SIGNER.public],
            types=(None, "dpop+jwt"),
            algorithms=ALGORITHMS,
        )


@given(HEADERS, st.lists(st.binary(max_size=40), min_size=4, max_size=4))
def test_any_header_is_refused_as_a_jwe(header: dict, rest: list[bytes]) -> None:
    with pytest.raises(CryptoError):
        open_subject(".".join([segment(header), *map(encode, rest)]), OPENER)


@given(
    st.dictionaries(
        st.sampled_from(["kty", "crv", "x", "y", "n", "e", "kid", "use", "alg", "d", "k"]),
        VALUES | st.sampled_from(["EC", "P-256", "RSA", "OKP", "Ed25519", "AQAB"]),
    )
)
def test_any_object_is_a_key_that_is_used_here_or_none(jwk: dict) -> None:
    with suppress(CryptoError):
        assert public_key(jwk).jwk["kty"] in ("EC", "OKP", "RSA")


@given(st.binary(max_size=60))
def test_base64url_has_one_spelling(data: bytes) -> None:
    assert decode(encode(data)) == data
    with suppress(CryptoError):
        assert encode(decode(data)).encode() == data


@pytest.mark.parametrize("spelling", ["YQ==", "YR", "Y", "Y Q", "YQ\n", "+/", "é", "\ud800"])
def test_other_spellings_are_refused(spelling: str) -> None:
    with pytest.raises(CryptoError):
        decode(spelling)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}',
        b'{"b":{"a":1,"a":1}}',
        b'{"a":"\\ud800"}',
        b'{"a":NaN}',
        b"[]",
        b"1",
        b"",
        b"{",
        b'{"a":"\xff"}',
        "{}".encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b'{"a":' * 2000,
    ],
)
def test_documents_that_two_readers_could_read_differently_are_refused(data: bytes) -> None:
    with pytest.raises(CryptoError):
        json_object(data)


def test_a_token_has_a_length_and_a_number_of_segments() -> None:
    header = segment({"alg": "ES256"})
    assert read(f"{header}..", segments=3).algorithm == "ES256"
    for token in (f"{header}.", f"{header}....", f"{header}.{'A' * TOKEN_LIMIT}."):
        with pytest.raises(CryptoError):
            read(token, segments=3)


def test_an_error_repeats_nothing() -> None:
    for token in (
        "herkenbaar.herkenbaar.herkenbaar",
        segment({"alg": "herkenbaar"}) + "..",
        segment({"crit": "herkenbaar"}) + "..",
    ):
        with pytest.raises(CryptoError) as refused:
            verify(token, [SIGNER.public], types=(None,))
        assert "herkenbaar" not in str(refused.value)
        assert refused.value.__cause__ is None
