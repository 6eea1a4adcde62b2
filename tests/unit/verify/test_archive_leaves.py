"""The fast reading of records and the slow one are the same reading."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.verify.archive.leaves import read_leaves
from gateway.verify.errors import VerificationError
from gateway.verify.leaf import CLASSES, parse_leaf
from tests.unit.verify import oracle

GOOD = [oracle.leaf(number, **{"class": kind}) for number, kind in enumerate(sorted(CLASSES))]
GOOD += [oracle.leaf(90, released_sha256=None), oracle.leaf(91, simulation=True, revision="!#[]~")]


def slow(entry: bytes, tenant: str = "zvh") -> bool:
    try:
        return parse_leaf(entry).tenant == tenant
    except VerificationError:
        return False


def fast(entries: list[bytes], tenant: str = "zvh") -> int | None:
    """The first record that is refused."""
    try:
        read_leaves(entries, tenant)
    except VerificationError as error:
        return -1 if "two readings" in str(error) else error.record
    return None


def test_what_is_good_comes_back() -> None:
    leaves = read_leaves(GOOD, "zvh")
    read = [parse_leaf(each) for each in GOOD]
    assert [each.decode() for each in leaves.kinds] == [each.kind for each in read]
    assert [each.decode() for each in leaves.bodies] == [each.body_sha256 for each in read]
    assert [each and each.decode() for each in leaves.released] == [each.released_sha256 for each in read]
    assert leaves.ids.hex() == "".join(each.id for each in read).replace("-", "")


@given(which=st.sampled_from(range(len(GOOD))), place=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
@settings(max_examples=1000)
def test_one_byte_changed(which: int, place: float, byte: int) -> None:
    entry = bytearray(GOOD[which])
    entry[int(place * len(entry))] = byte
    changed = [*GOOD[:which], bytes(entry), *GOOD[which + 1 :]]
    assert fast(changed) == (None if slow(bytes(entry)) else which)


@pytest.mark.parametrize(
    "members",
    [
        {"id": "01999999-0000-7000-8000-00000000000"},
        {"id": "01999999-0000-7000-8000-00000000-000"},
        {"id": "0199-999-0000-7000-8000-000000000000"},
        {"id": "01999999-0000-7000-8000-00000000000A"},
        {"request_id": "01999999-0000-7000-c000-000000000000"},
        {"request_id": "01999999-0000-4000-8000-000000000000"},
        {"commitment": "-" * 64},
        {"commitment": "A" * 64},
        {"released_sha256": "g" * 64},
        {"released_sha256": " " * 64},
        {"time": "2026-02-29T00:00:00.000Z"},
        {"time": "0000-01-01T00:00:00.000Z"},
        {"time": "2026-01-01T23:59:60.000Z"},
        {"time": "2026-01-01T24:00:00.000Z"},
        {"revision": "a\nb"},
        {"revision": 'a"b'},
        {"revision": "x" * 129},
        {"tenant": "gemeente"},
        {"class": "toets"},
        {"version": True},
        {"simulation": 1},
    ],
)
def test_what_neither_takes(members: dict) -> None:
    entry = oracle.leaf(5, **members)
    assert not slow(entry)
    assert fast([GOOD[0], entry, GOOD[1], entry]) == 1


@pytest.mark.parametrize("entry", [b"", b"{}", GOOD[0] + b"\n", b" " + GOOD[0], GOOD[0][:-1], GOOD[0] * 2])
def test_what_is_no_record(entry: bytes) -> None:
    assert fast([entry]) == 0
