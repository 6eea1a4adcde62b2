"""What no engine may see, and what is made of it."""

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.pdp.documents import DEPTH, SIZE, Malformed, deeper_than, read_json, read_leniently

MALFORMED = {
    "nothing": b"",
    "white space": b" \t",
    "no JSON": b"facts",
    "two documents": b"{} {}",
    "a trailing comma": b'{"a": 1,}',
    "a comment": b"{} // x",
    "single quotes": b"{'a': 1}",
    "a bare control character": b'{"a": "\x01"}',
    "a member twice": b'{"a": 1, "a": 1}',
    "a member twice, deep": b'{"a": [{"b": {"c": 1, "c": 2}}]}',
    "a member twice, once escaped": rb'{"a": 1, "\u0061": 2}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a stray byte": b'{"a": "\xff"}',
    "an overlong slash": b'{"a": "\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "a high surrogate alone": rb'{"a": "\ud800"}',
    "a low surrogate alone": rb'{"a": "\udfff!"}',
    "surrogates the wrong way round": rb'{"a": "\udc00\ud800"}',
    "a surrogate in a name": rb'{"\uD834": 1}',
    "a fraction": b'{"a": 1.0}',
    "an exponent": b'{"a": 1e2}',
    "minus nothing": b'{"a": -0}',
    "one too large": b'{"a": 9007199254740992}',
    "one too small": b'{"a": -9007199254740992}',
    "24 digits": b'{"a": 123456789012345678901234}',
    "5,000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "a leading zero": b'{"a": 01}',
    "not a number": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "one level too deep": b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1),
    "a million levels": b"[" * 1_000_000,
    "too large": b'"' + b"x" * SIZE + b'"',
}


@pytest.mark.parametrize("document", MALFORMED.values(), ids=MALFORMED)
def test_rejected_before_any_engine(document: bytes) -> None:
    with pytest.raises(Malformed):
        read_json(document)


SOUND = {
    "an object": (b' {"a": [true, false, null]}\r\n', {"a": [True, False, None]}),
    "the largest integers": (b"[9007199254740991, -9007199254740991, 0]", [2**53 - 1, 1 - 2**53, 0]),
    "a pair of surrogates": (rb'"\ud83d\ude00"', "😀"),
    "a surrogate that is written out": (rb'"\\ud800"', r"\ud800"),
    "one name in two objects": (b'{"a": {"b": 1}, "b": 1}', {"a": {"b": 1}, "b": 1}),
    "brackets in text": (b'"' + b"[" * 1000 + b'\\"{"', "[" * 1000 + '"{'),
    "a NUL": (rb'"\u0000"', "\0"),
}


@pytest.mark.parametrize(("document", "value"), SOUND.values(), ids=SOUND)
def test_let_in(document: bytes, value: object) -> None:
    assert read_json(document) == value


def test_the_deepest_and_the_largest_are_let_in() -> None:
    assert read_json(b"[" * DEPTH + b"]" * DEPTH)
    assert read_json(b'"' + b"x" * (SIZE - 2) + b'"')


def test_depth_is_counted_in_a_time_that_hostile_text_cannot_stretch() -> None:
    start = time.perf_counter()
    assert not deeper_than("{}" * (DEPTH + 1) + '"' + '\\"' * 10_000, DEPTH)
    assert time.perf_counter() - start < 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_whatever_is_sound_comes_back(value: object, ascii_only: bool) -> None:
    assert read_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,\\ud8a0-.e1 \n', max_size=60).map(str.encode))
def test_no_bytes_do_more_than_be_rejected(document: bytes) -> None:
    with suppress(Malformed):
        read_json(document)
    read_leniently(document)


RECOVERED = {
    "the last of two": (b'{"a": "x", "a": "y"}', {"a": "y"}),
    "ill-formed UTF-8": (b'{"a": "x\xff"}', {"a": "x\ufffd"}),
    "a byte order mark": (b"\xef\xbb\xbf{}", {}),
    "numbers are not needed": (b'{"a": 1e999, "b": NaN, "c": ' + b"1" * 9999 + b"}", {"a": None, "b": None, "c": None}),
    "no object": (b'["a"]', None),
    "no JSON": (b'{"a": ', None),
    "too deep": (b'{"a":' * 200 + b"1" + b"}" * 200, None),
    "too large": (b'{"a": "' + b"x" * SIZE + b'"}', None),
}


@pytest.mark.parametrize(("document", "value"), RECOVERED.values(), ids=RECOVERED)
def test_what_can_be_made_of_it(document: bytes, value: object) -> None:
    assert read_leniently(document) == value
