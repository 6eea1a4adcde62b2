"""Reading JSON that two engines must understand alike.

Rules (RFC 8259 leaves these open, RFC 7493 closes them; both engines would answer, and not the same):
- UTF-8 without a byte order mark; no lone surrogate, raw or escaped. No member twice in one object.
- Numbers are integers from -(2^53-1) to 2^53-1 without fraction, exponent or `-0`: `1.0` and 24 digits come out
  differently elsewhere.
- At most `DEPTH` objects and arrays within each other (regorus reads no more), at most `SIZE` bytes.
"""

import json
import re
from typing import Any, NoReturn

DEPTH = 127
SIZE = 1 << 20
SAFE = (1 << 53) - 1

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


class Malformed(ValueError):
    """`why`: a rule of this module, without a word of the document."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read_json(document: bytes) -> Any:
    """Read a document from outside; `Malformed` where it breaks a rule."""
    if len(document) > SIZE:
        raise Malformed("too large")
    try:
        return parse_json(document.decode())
    except UnicodeDecodeError as error:
        raise Malformed("ill-formed Unicode") from error


def parse_json(text: str) -> Any:
    """Read a document that has been decoded already."""
    if deeper_than(text, DEPTH):
        raise Malformed("too deep")
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise Malformed("not JSON") from error
    if "\\u" in text and _has_surrogate(value):
        raise Malformed("ill-formed Unicode")
    return value


def read_leniently(document: bytes) -> dict[str, Any] | None:
    """What can be made of a document that breaks these rules: the last of members that stand twice, U+FFFD for
    ill-formed UTF-8, null for a number.

    None where that is no object. Escaped surrogates are left in.
    """
    text = document.decode(errors="replace").removeprefix("\ufeff")
    if len(document) > SIZE or deeper_than(text, DEPTH):
        return None
    try:
        value = _LENIENT.decode(text)
    except json.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def deeper_than(text: str, limit: int) -> bool:
    """Whether objects and arrays stand more than `limit` within each other, counted without recursion."""
    if text.count("{") + text.count("[") <= limit:
        return False
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "{[" else -1
        if depth > limit:
            return True
    return False


def _has_surrogate(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(members)
    if len(document) != len(members):
        raise Malformed("a member twice")
    return document


def _integer(digits: str) -> int:
    if digits == "-0" or len(digits) > 17 or not -SAFE <= (number := int(digits)) <= SAFE:
        raise Malformed("not a safe integer")
    return number


def _no_number(_: str) -> None:
    return None


def _refuse_number(_: str) -> NoReturn:
    raise Malformed("not a safe integer")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_refuse_number, parse_constant=_refuse_number
)
_LENIENT = json.JSONDecoder(parse_int=_no_number, parse_float=_no_number, parse_constant=_no_number)
