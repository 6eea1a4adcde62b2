"""Receipts, C2SP tlog-proof: what holds, and that nothing else does."""

import pytest

from gateway.verify import VerificationError, verify_receipt
from gateway.verify.errors import (
    MalformedKey,
    MalformedReceipt,
    NothingReleased,
    NotIncluded,
    OtherAnswer,
    UnknownSigner,
    WrongOrigin,
)
from gateway.verify.receipt import Receipt
from tests.unit.verify import oracle
from tests.unit.verify.oracle import RELEASED, Key

LEAVES = [oracle.leaf(number) for number in range(11)]
RECEIPT = oracle.receipt(LEAVES, 6)
KEYS = [Key().vkey]


def test_a_receipt_proves_its_leaf_and_its_answer():
    verified = verify_receipt(RECEIPT, KEYS, released=RELEASED, origin=oracle.ORIGIN)
    assert (verified.index, verified.checkpoint.size, verified.answer_checked) == (6, 11, True)
    assert verified.leaf.id.endswith("000000000006")
    assert not verify_receipt(RECEIPT.encode(), KEYS).answer_checked


@pytest.mark.parametrize("size", [1, 2, 3, 8, 9])
def test_every_place_of_a_log(size):
    for index in range(size):
        receipt = oracle.receipt(LEAVES[:size], index)
        assert verify_receipt(receipt, KEYS, released=RELEASED).index == index
        assert Receipt.parse(receipt).to_text() == receipt


def test_every_single_changed_byte_is_found():
    good = RECEIPT.encode()
    verify_receipt(good, KEYS)
    for at in range(len(good)):
        for mask in (0x01, 0x20, 0x80, 0xFF):
            changed = bytearray(good)
            changed[at] ^= mask
            with pytest.raises(VerificationError):
                verify_receipt(bytes(changed), KEYS)


def test_every_single_missing_or_added_byte_is_found():
    good = RECEIPT.encode()
    for at in range(len(good)):
        with pytest.raises(VerificationError):
            verify_receipt(good[:at] + good[at + 1 :], KEYS)
        for added in (b"\n", b" ", b"A", b"="):
            if good[:at] + added + good[at:] == good:
                continue
            with pytest.raises(VerificationError):
                verify_receipt(good[:at] + added + good[at:], KEYS)


def test_the_extra_line_is_hashed_again():
    other = RECEIPT.replace(oracle.b64(LEAVES[6]), oracle.b64(LEAVES[7]))
    with pytest.raises(NotIncluded):
        verify_receipt(other, KEYS)


def test_a_receipt_of_another_answer_or_of_none():
    with pytest.raises(OtherAnswer):
        verify_receipt(RECEIPT, KEYS, released=RELEASED + b"x")
    refusal = oracle.receipt([oracle.leaf(**{"class": "weigering", "released_sha256": None})], 0)
    verify_receipt(refusal, KEYS)
    with pytest.raises(NothingReleased):
        verify_receipt(refusal, KEYS, released=RELEASED)


def test_a_record_of_another_tenant_does_not_belong_in_this_log():
    with pytest.raises(WrongOrigin, match="gemeente"):
        verify_receipt(oracle.receipt([oracle.leaf(tenant="gemeente")], 0), KEYS)


@pytest.mark.parametrize("origin", ["zvh", "log.example/zvh", "zvh/2026/x", "log.example/x/zvh"])
def test_an_origin_names_its_tenant_in_one_place(origin):
    key, leaves = Key(origin), [oracle.leaf()]
    receipt = oracle.receipt(leaves, 0, oracle.checkpoint(leaves, key, origin=origin))
    with pytest.raises(WrongOrigin):
        verify_receipt(receipt, [key.vkey])


def test_keys_that_the_reader_does_not_trust_or_cannot_read():
    with pytest.raises(UnknownSigner):
        verify_receipt(RECEIPT, [Key(seed=bytes([1]) * 32).vkey])
    with pytest.raises(UnknownSigner):
        verify_receipt(RECEIPT, [])
    with pytest.raises(MalformedKey):
        verify_receipt(RECEIPT, ["nonsense"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        b"\xff",
        RECEIPT.replace("@v1", "@v2"),
        RECEIPT.replace("extra", "Extra", 1),
        RECEIPT.replace("index 6", "index 06"),
        RECEIPT.replace("index 6", "index -6"),
        RECEIPT.replace("index 6\n", ""),
        RECEIPT.replace("index 6\n", "index 6\n" + "A" * 44 + "\n"),
        RECEIPT.replace("index 6\n", "index 6\n" + oracle.b64(bytes(31)) + "\n"),
        RECEIPT.replace("index 6\n", "index 6\n" + (oracle.b64(bytes(32)) + "\n") * 64),
        "c2sp.org/tlog-proof@v1\n" + "x" * 1_500_000,
    ],
)
def test_malformed_receipts_are_refused(text):
    with pytest.raises(MalformedReceipt):
        verify_receipt(text, KEYS)
