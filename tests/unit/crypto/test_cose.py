"""A COSE receipt proves one leaf in one tree of one log, and a changed byte of what it proves is found (RFC 9942)."""

import hashlib

import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from gateway.crypto.cose import inclusion_receipt, key_thumbprint
from tests.unit.verify import oracle

KEY = oracle.Key()


def tree(size: int, index: int) -> tuple[bytes, list[bytes], bytes]:
    """A leaf, its path and the root, by the naive reading of RFC 6962."""
    hashes = [oracle.leaf_hash(b"leaf %d" % each) for each in range(size)]
    return b"leaf %d" % index, oracle.path(index, hashes), oracle.mth(hashes)


def climb(index: int, size: int, node: bytes, path: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.3.2, written out from its text."""
    last = size - 1
    for each in path:
        assert last, "the path is too long"
        if index & 1 or index == last:
            node = hashlib.sha256(b"\1" + each + node).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\1" + node + each).digest()
        index, last = index >> 1, last >> 1
    assert not last, "the path is too short"
    return node


def check(receipt: bytes, public: bytes = KEY.public) -> tuple[str, int, int, bytes]:
    """Origin, index, size and leaf of a receipt that holds, read from the RFC's text with a CBOR decoder alone."""
    message = cbor2.loads(receipt)
    assert message.tag == 18
    protected, unprotected, payload, signature = message.value
    headers = cbor2.loads(protected)
    assert (headers[1], headers[395], payload) == (-8, 1, None)
    [proof] = unprotected[396][-1]
    size, index, path = cbor2.loads(proof)
    assert size == headers["size"]
    root = climb(index, size, oracle.leaf_hash(unprotected["leaf"]), list(path))
    signed = b"\x84\x6aSignature1" + cbor2.dumps(protected) + b"\x40" + b"\x58\x20" + root
    Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    return headers[15][1], index, size, unprotected["leaf"]


@given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_it_proves_the_leaf_in_the_tree_of_the_origin(place: tuple[int, int]) -> None:
    size, index = place
    leaf, path, root = tree(size, index)
    assert check(inclusion_receipt(KEY, leaf, index, size, path, root)) == (oracle.ORIGIN, index, size, leaf)


def test_no_byte_of_it_can_be_changed_unseen() -> None:
    leaf, path, root = tree(11, 5)
    receipt = inclusion_receipt(KEY, leaf, 5, 11, path, root)
    for at in range(len(receipt)):
        changed = receipt[:at] + bytes([receipt[at] ^ 1]) + receipt[at + 1 :]
        with pytest.raises((InvalidSignature, AssertionError, LookupError, TypeError, ValueError, cbor2.CBORError)):
            check(changed)


def test_a_signature_under_another_root_or_of_another_key_is_none() -> None:
    leaf, path, root = tree(11, 5)
    with pytest.raises(InvalidSignature):
        check(inclusion_receipt(KEY, leaf, 5, 11, path, bytes(32)))
    with pytest.raises(InvalidSignature):
        check(inclusion_receipt(oracle.Key(seed=b"\1" * 32), leaf, 5, 11, path, root))


def test_what_is_signed_can_be_no_checkpoint() -> None:
    signed: list[bytes] = []

    class Listening(oracle.Key):
        def sign(self, message: bytes) -> bytes:
            signed.append(message)
            return super().sign(message)

    leaf, path, root = tree(3, 0)
    inclusion_receipt(Listening(), leaf, 0, 3, path, root)
    with pytest.raises(UnicodeDecodeError):
        signed[0].decode()


def test_the_kid_is_the_cose_thumbprint_of_the_key() -> None:
    leaf, path, root = tree(3, 0)
    protected = cbor2.loads(cbor2.loads(inclusion_receipt(KEY, leaf, 0, 3, path, root)).value[0])
    written_out = bytes.fromhex("a3010120062158 20".replace(" ", "")) + KEY.public
    assert protected[4] == hashlib.sha256(written_out).digest() == key_thumbprint(KEY.public)
