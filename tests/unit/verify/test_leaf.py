"""Leaves: the writer's reading and the verifier's are two programs that must agree on every byte."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.record import Leaf, RecordClass
from gateway.model.record import MalformedLeaf as NotWritten
from gateway.verify.errors import MalformedLeaf
from gateway.verify.leaf import CLASSES, parse_leaf
from tests.unit.verify import oracle

GOOD = oracle.leaf()


def test_both_read_the_same_members():
    written, read = Leaf.from_bytes(GOOD), parse_leaf(GOOD)
    assert written.to_bytes() == GOOD
    assert frozenset(RecordClass) == CLASSES
    for name in ("id", "tenant", "kind", "simulation", "request_id", "revision", "commitment", "body_sha256"):
        assert getattr(written, name) == getattr(read, name)
    assert read.released_sha256 == written.released_sha256
    assert read.time.isoformat(timespec="milliseconds").replace("+00:00", "Z") == written.time


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (name, change)
        for name in sorted(json.loads(GOOD))
        for change in ("missing", "extra", "null", "number")
        if (name, change) != ("released_sha256", "null")
    ],
)
def test_no_member_is_missing_added_or_of_another_type(name, change):
    document = json.loads(GOOD)
    if change == "missing":
        del document[name]
    elif change == "extra":
        document[name + "x"] = document[name]
    else:
        document[name] = None if change == "null" else 1 if name != "version" else 2
    _refused(json.dumps(document, sort_keys=True, separators=(",", ":")).encode())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "01999999-0000-4000-8000-000000000000"),
        ("id", "01999999-0000-7000-8000-00000000000A"),
        ("time", "2026-11-25T21:00:00Z"),
        ("time", "2026-13-25T21:00:00.000Z"),
        ("time", "2026-11-25T21:00:00.000+00:00"),
        ("tenant", "Zvh"),
        ("class", "akte"),
        ("revision", ""),
        ("revision", "a b"),
        ("revision", 'a"b'),
        ("revision", "é"),
        ("revision", "x" * 129),
        ("commitment", "0" * 63),
        ("body_sha256", "G" * 64),
        ("released_sha256", ""),
        ("simulation", "false"),
        ("version", True),
        ("version", 2**53),
        ("class", ["verstrekking"]),
    ],
)
def test_no_member_has_another_form(name, value):
    _refused(oracle.leaf(**{name: value}))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        GOOD + b"\n",
        b" " + GOOD,
        GOOD.replace(b":", b": ", 1),
        GOOD.replace(b'"version":1', b'"version":1.0'),
        GOOD.replace(b'"version":1', b'"version":1e0'),
        GOOD.replace(b'"version":1', b'"version":NaN'),
        GOOD.replace(b'"simulation":false', b'"simulation":false,"simulation":false'),
        GOOD.replace(b'"zvh"', b'"\\u007avh"'),
        b"[" * 100_000,
        b'{"version":' + b"9" * 5000 + b"}",
        b"\xff" + GOOD,
    ],
)
def test_one_spelling_alone(data):
    _refused(data)


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_both_agree_on_every_changed_byte(at, mask):
    data = bytearray(GOOD)
    data[at] ^= mask
    answers = []
    for read in (Leaf.from_bytes, parse_leaf):
        try:
            read(bytes(data))
        except (NotWritten, MalformedLeaf):
            answers.append(False)
        else:
            answers.append(True)
    assert answers[0] == answers[1]


def _refused(data: bytes) -> None:
    with pytest.raises(NotWritten):
        Leaf.from_bytes(data)
    with pytest.raises(MalformedLeaf):
        parse_leaf(data)
