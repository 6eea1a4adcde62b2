"""Signed notes, C2SP signed-note."""

import pytest

from gateway.verify.errors import BadSignature, MalformedKey, MalformedNote, UnknownSigner
from gateway.verify.note import VerifierKey, parse_note, sign_note, verify_note
from tests.unit.verify.oracle import Key, b64, vkey

TEXT = "one line\n\nand, after an empty one, another\n"
KEY, OTHER = Key("log.example/zvh/2026"), Key("witness.example", bytes([7]) * 32)
LINE = KEY.line("text\n")


def trusted(*keys: Key) -> list[VerifierKey]:
    return [VerifierKey.parse(key.vkey) for key in keys]


def test_key_reads_back_and_has_the_id_of_the_specification():
    key = VerifierKey.parse(KEY.vkey)
    assert (key.name, key.public, key.id, str(key)) == (KEY.name, KEY.public, KEY.id, KEY.vkey)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("no-plus", "name\\+id\\+key"),
        (KEY.vkey.replace("+", "+0", 1), "id does not belong"),
        (KEY.vkey.replace("zvh", "abc"), "id does not belong"),
        (KEY.vkey[:-1], "base64"),
        (vkey(KEY.name, KEY.id.hex().upper(), b"\x01" + KEY.public), "id does not belong"),
        (vkey(KEY.name, KEY.id.hex(), b"\x02" + KEY.public), "type 0x01"),
        (vkey(KEY.name, KEY.id.hex(), b"\x04" + KEY.public), "id does not belong"),
        (vkey(KEY.name, KEY.id.hex(), b"\x06" + KEY.public), "1312 bytes"),
        (f"{KEY.name}+{KEY.id.hex()}+", "empty"),
        (vkey(KEY.name, KEY.id.hex(), b"\x01" + KEY.public[:-1]), "32 bytes"),
        (vkey("a name", KEY.id.hex(), b"\x01" + KEY.public), "no spaces"),
        (vkey("", KEY.id.hex(), b"\x01" + KEY.public), "no spaces"),
    ],
)
def test_malformed_keys_are_refused(text, why):
    with pytest.raises(MalformedKey, match=why):
        VerifierKey.parse(text)


def test_what_is_signed_verifies_and_is_what_the_specification_writes():
    note = sign_note(TEXT, [KEY, OTHER])
    assert note == f"{TEXT}\n{KEY.line(TEXT)}{OTHER.line(TEXT)}"
    parsed, signed = verify_note(note, trusted(OTHER, KEY))
    assert parsed.text == TEXT
    assert [key.name for key in signed] == [KEY.name, OTHER.name]


def test_signatures_of_unknown_keys_are_ignored_and_suffice_for_nothing():
    _, signed = verify_note(sign_note(TEXT, [OTHER, KEY]), trusted(KEY))
    assert [key.name for key in signed] == [KEY.name]
    with pytest.raises(UnknownSigner, match=r"witness\.example"):
        verify_note(sign_note(TEXT, [OTHER]), trusted(KEY))
    same_name = Key(KEY.name, bytes([9]) * 32)
    with pytest.raises(UnknownSigner):
        verify_note(sign_note(TEXT, [same_name]), trusted(KEY))
    verify_note(sign_note(TEXT, [same_name, KEY]), trusted(KEY))


def test_a_bad_signature_of_a_known_key_spoils_a_note_that_another_key_signed():
    forged = f"— {KEY.name} {b64(KEY.id + bytes(64))}\n"
    with pytest.raises(BadSignature, match=KEY.name):
        verify_note(sign_note(TEXT, [OTHER]) + forged, trusted(KEY, OTHER))
    short = f"— {KEY.name} {b64(KEY.id + bytes(3))}\n"
    with pytest.raises(BadSignature):
        verify_note(f"{TEXT}\n{short}", trusted(KEY))


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        "text\n\n",
        f"text\n\n{LINE}"[:-1],
        f"text\r\n\n{LINE}",
        f"text\n\n{LINE}trailing\n",
        f"text\n\n-{LINE[1:]}",
        f"text\n\n— a name {b64(bytes(68))}\n",
        f"text\n\n— a+b {b64(bytes(68))}\n",
        f"text\n\n— a\u2003b {b64(bytes(68))}\n",
        f"text\n\n— name {b64(bytes(68))[:-1]}\n",
        f"text\n\n— name {b64(bytes(4))}\n",
        f"text\n\n— name {b64(bytes(67))[:-2]}B=\n",
        f"\ud800\n\n{LINE}",
        "text\n\n" + KEY.line("text\n") * 101,
        "x" * 1_000_001,
    ],
)
def test_malformed_notes_are_refused(note):
    with pytest.raises(MalformedNote):
        parse_note(note)


@pytest.mark.parametrize("text", ["no newline", "tab\t\n"])
def test_only_well_formed_text_is_signed(text):
    with pytest.raises(MalformedNote):
        sign_note(text, [KEY])
