"""DER: one value, one encoding."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.verify import der


@pytest.mark.parametrize(
    ("data", "value"),
    [("020100", 0), ("02017f", 127), ("02020080", 128), ("0201ff", -1), ("02028000", -32768), ("0202ff7f", -129)],
)
def test_integers(data: str, value: int) -> None:
    assert der.read(bytes.fromhex(data)).integer() == value


@pytest.mark.parametrize("data", ["0200", "02020001", "0202ffff", "040100"])
def test_what_is_no_shortest_integer(data: str) -> None:
    with pytest.raises(ValueError, match=r"shortest|tag"):
        der.read(bytes.fromhex(data)).integer()


@pytest.mark.parametrize(
    ("data", "value"), [("06032a0304", "1.2.3.4"), ("06062a864886f70d", "1.2.840.113549"), ("06028837", "2.999")]
)
def test_names(data: str, value: str) -> None:
    assert der.read(bytes.fromhex(data)).oid() == value


@pytest.mark.parametrize("data", ["0600", "060180", "06022a80", "06032a8001"])
def test_what_is_no_name(data: str) -> None:
    with pytest.raises(ValueError, match="object identifier"):
        der.read(bytes.fromhex(data)).oid()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20261126035141Z", datetime(2026, 11, 26, 3, 51, 41, tzinfo=UTC)),
        ("20261126035141.5Z", datetime(2026, 11, 26, 3, 51, 41, 500_000, tzinfo=UTC)),
        ("20261126035141.1234567Z", datetime(2026, 11, 26, 3, 51, 41, 123_456, tzinfo=UTC)),
    ],
)
def test_times(text: str, value: datetime) -> None:
    assert der.read(bytes([0x18, len(text)]) + text.encode()).time() == value


@pytest.mark.parametrize(
    "text",
    [
        "20261126035141",
        "20261126035141.Z",
        "20261126035141.50Z",
        "202611260351Z",
        "20261326035141Z",
        "20261126035141+0100",
    ],
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|unconverted"):
        der.read(bytes([0x18, len(text)]) + text.encode()).time()


@pytest.mark.parametrize(
    "data", ["", "04", "0401", "04810100", "0480", "048200ff00", "04820001", "0400ff", "1f0100", "0485000000000100"]
)
def test_lengths_have_one_spelling(data: str) -> None:
    with pytest.raises(ValueError, match=r"kind|shortest|shorter|follows"):
        der.read(bytes.fromhex(data))


@given(contents=st.lists(st.binary(max_size=300), max_size=5))
def test_a_sequence_comes_apart(contents: list[bytes]) -> None:
    parts = [encoded(0x04, each) for each in contents]
    value = der.read(encoded(0x30, b"".join(parts)))
    assert [each.octets() for each in value.parts()] == contents
    assert [each.encoded for each in value.parts()] == parts


def encoded(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content
