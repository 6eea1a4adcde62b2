"""Cosignatures, C2SP tlog-cosignature, against a second reading of its text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.verify.checkpoint import open_checkpoint
from gateway.verify.cosignature import cosigned_message, join_timestamp, split_timestamp
from gateway.verify.errors import BadSignature, UnknownSigner, WrongOrigin
from gateway.verify.keys import VerifierKey
from gateway.verify.note import parse_signatures, sign_note, signature_lines, verify_note
from tests.unit.verify import oracle
from tests.unit.verify.oracle import ORIGIN, Cosigner, Key

LEAVES = [oracle.leaf(number) for number in range(3)]
TEXT = oracle.checkpoint(LEAVES).partition("\n\n")[0] + "\n"
AT = 1_795_000_000
MADE = 1_795_666_662
KINDS = pytest.mark.parametrize("kind", [4, 6])


@KINDS
def test_a_key_reads_back_and_has_the_id_of_the_specification(kind):
    written = Cosigner(kind=kind)
    key = VerifierKey.parse(written.vkey)
    assert (key.name, key.public, key.kind, key.id, str(key)) == (
        written.name, written.public, kind, written.id, written.vkey
    )  # fmt: skip


@KINDS
def test_what_is_cosigned_verifies_beside_the_log(kind):
    log, witness = Key(), Cosigner(kind=kind, at=AT)
    note = sign_note(TEXT, [log, witness])
    parsed, signed = verify_note(note, [VerifierKey.parse(each.vkey) for each in (log, witness)])
    assert [key.kind for key in signed] == [1, kind]
    assert split_timestamp(parsed.signatures[1].value)[0] == AT
    assert signature_lines(TEXT, [Cosigner(kind=4, at=AT)]) == Cosigner(kind=4).line(TEXT, AT)


@KINDS
@given(at=st.integers(0, 2**63 - 1), size=st.integers(0, 2**63 - 1), root=st.binary(min_size=32, max_size=32))
def test_the_message_is_what_the_specification_writes(kind, at, size, root):
    text = f"{ORIGIN}\n{size}\n{oracle.b64(root)}\n".encode()
    witness = Cosigner(kind=kind)
    assert cosigned_message(kind, witness.name, at, text) == witness.message(text, at)


@KINDS
def test_another_moment_name_or_tree_is_another_message(kind):
    witness = Cosigner(kind=kind, at=AT)
    key, value = VerifierKey.parse(witness.vkey), witness.sign(TEXT.encode())
    key.verify(value, TEXT.encode())
    timestamp, signature = split_timestamp(value)
    other = oracle.checkpoint(LEAVES[:2]).partition("\n\n")[0] + "\n"
    for wrong, text in (
        (join_timestamp(timestamp + 1, signature), TEXT),
        (value[:-1], TEXT),
        (value + b"\0", TEXT),
        (value[:8], TEXT),
        (value[:7], TEXT),
        (value, other),
        (value, TEXT.replace("zvh", "abc")),
        (value, "no checkpoint\n"),
    ):
        with pytest.raises(BadSignature):
            key.verify(wrong, text.encode())


def test_the_same_pair_is_another_key_under_another_name_or_kind():
    witness, value = Cosigner(kind=6, at=AT), Cosigner(kind=6, at=AT).sign(TEXT.encode())
    with pytest.raises(BadSignature):
        VerifierKey("witness.example/w2", witness.public, 6).verify(value, TEXT.encode())
    assert VerifierKey("w", bytes(32), 1).id != VerifierKey("w", bytes(32), 4).id


@KINDS
@given(value=st.binary(max_size=80), text=st.text(max_size=80))
def test_whatever_the_bytes_are_the_answer_is_a_verdict(kind, value, text):
    key = VerifierKey.parse(Cosigner(kind=kind).vkey)
    with pytest.raises(BadSignature):
        key.verify(value, text.encode(errors="replace"))


@KINDS
@pytest.mark.parametrize(
    ("name", "at", "text"),
    [
        ("w", -1, TEXT),
        ("w", 1 << 63, TEXT),
        ("w", 1, ""),
        ("w", 1, "o\n1\n"),
        ("w", 1, TEXT.replace("\n3\n", "\n03\n")),
        ("w", 1, TEXT.rstrip("\n")),
        ("w", 1, f"{TEXT}extension"),
        ("w", 1, TEXT[TEXT.index("\n") :]),
        ("w", 1, f"o\n1\n{oracle.b64(bytes(31))}\n"),
        ("w", 1, "\ud800"),
    ],
)
def test_what_is_no_checkpoint_or_no_moment_is_not_signed(kind, name, at, text):
    with pytest.raises(ValueError, match=r".*"):
        cosigned_message(kind, name, at, text.encode(errors="surrogatepass"))


@pytest.mark.parametrize(("name", "origin"), [("w" * 256, "o"), ("", "o"), ("w", "o" * 256)])
def test_ml_dsa_counts_names_in_one_byte(name, origin):
    text = f"{origin}\n1\n{oracle.b64(bytes(32))}\n".encode()
    with pytest.raises(ValueError, match="255"):
        cosigned_message(6, name, 1, text)
    cosigned_message(6, "w" * 255, 1, text.replace(b"o" * 256, b"o" * 255))
    with pytest.raises(ValueError, match="kind"):
        cosigned_message(1, name, 1, text)


def test_a_log_signs_what_it_publishes_with_both_kinds_and_either_key_opens_it():
    ed25519, mldsa = Key(), Cosigner(ORIGIN, at=AT)
    note = sign_note(TEXT, [ed25519, mldsa])
    for keys in ([ed25519], [mldsa], [ed25519, mldsa]):
        assert open_checkpoint(note, [VerifierKey.parse(each.vkey) for each in keys]).size == 3
    with pytest.raises(UnknownSigner):
        open_checkpoint(sign_note(TEXT, [ed25519]), [VerifierKey.parse(mldsa.vkey)])


def test_a_witness_does_not_vouch_as_the_log_does():
    for witness in (Cosigner(ORIGIN, kind=4, at=AT), Cosigner(at=AT)):
        with pytest.raises(WrongOrigin):
            open_checkpoint(sign_note(TEXT, [witness]), [VerifierKey.parse(witness.vkey)])


def test_what_another_program_made_is_read():
    """A known answer: keys, moments and signatures of transparency-dev/formats."""
    head, _, note = (Path(__file__).with_name("cosigned.txt").read_text("utf-8")).partition("\n\n")
    keys = [VerifierKey.parse(line) for line in head.splitlines()[1:]]
    parsed, signed = verify_note(note, keys)
    assert [key.kind for key in signed] == [4, 6]
    assert {split_timestamp(each.value)[0] for each in parsed.signatures} == {MADE}
    for other in (note.replace("\n5\n", "\n6\n"), note.replace("zvh", "abc")):
        for key in keys:
            with pytest.raises(BadSignature):
                verify_note(other, [key])


def test_lines_alone_are_read_as_those_of_a_note():
    lines = Cosigner(kind=4).line(TEXT, AT) + Cosigner(kind=6).line(TEXT, AT)
    assert [each.name for each in parse_signatures(lines)] == ["witness.example/w1"] * 2
