"""Reading JSON strictly: UTF-8 without a mark, one value, no lone surrogate, no name twice in one object.

RFC 8259 leaves repeated names to the reader, and two readers that choose differently decide on different facts; I-JSON
(RFC 7493 section 2.3) forbids them. What is read is never shown in an error.
"""

import json
from typing import Any

import orjson

from gateway.errors import BadRequest


def read_json(body: bytes) -> tuple[Any, bool]:
    """The value, and whether some object repeats a name. `BadRequest` (`body-not-json`) where it is no JSON."""
    repeats = False

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeats
        read = dict(pairs)
        repeats = repeats or len(read) != len(pairs)
        return read

    try:
        orjson.loads(body)  # what Python's own reader lets pass: lone surrogates, NaN, a byte order mark
        return json.loads(body.decode(), object_pairs_hook=members), repeats
    except (ValueError, RecursionError):
        raise BadRequest("body-not-json") from None
