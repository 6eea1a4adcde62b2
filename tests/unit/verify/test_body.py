"""Sealed bodies: both keys are needed, and only the logged body opens."""

import hashlib

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.verify.body import body_key, commitment, open_body, seal_body
from gateway.verify.errors import WrongBody
from gateway.verify.leaf import parse_leaf
from tests.unit.verify import oracle

SUBJECT, CASE, ID, BODY, NONCE, SALT = b"s" * 32, b"c" * 32, parse_leaf(oracle.leaf()).id, b"{}", b"n" * 12, b"t" * 32
KEY = body_key(SUBJECT, CASE, ID)
SEALED = seal_body(KEY, ID, BODY, NONCE, SALT)


def leaf_of(sealed: bytes = SEALED, body: bytes = BODY) -> object:
    digests = {"body_sha256": hashlib.sha256(sealed).hexdigest(), "commitment": commitment(SALT, body).hex()}
    return parse_leaf(oracle.leaf(**digests))


def test_the_key_is_hkdf_of_both():
    for subject in (SUBJECT, None):
        material = (subject or b"") + CASE
        expected = HKDF(SHA256(), 32, None, b"sluis body v1" + ID.encode()).derive(material)
        assert body_key(subject, CASE, ID) == expected


def test_a_body_opens_with_its_own_key_alone():
    assert open_body(KEY, leaf_of(), SEALED) == BODY
    for other in (body_key(None, CASE, ID), body_key(CASE, SUBJECT, ID), body_key(SUBJECT, CASE, ID[:-1] + "1")):
        with pytest.raises(WrongBody, match="key"):
            open_body(other, leaf_of(), SEALED)


def test_every_changed_byte_is_found():
    for at in range(len(SEALED)):
        changed = SEALED[:at] + bytes([SEALED[at] ^ 1]) + SEALED[at + 1 :]
        with pytest.raises(WrongBody, match="not those that were logged"):
            open_body(KEY, leaf_of(), changed)
        with pytest.raises(WrongBody, match="key"):
            open_body(KEY, leaf_of(changed), changed)


def test_what_opens_must_be_what_was_committed_to():
    with pytest.raises(WrongBody, match="committed"):
        open_body(KEY, leaf_of(body=b"[]"), SEALED)
    with pytest.raises(WrongBody):
        open_body(KEY, leaf_of(b"short"), b"short")
