"""Canonical JSON: sorted keys, no white space, UTF-8; the form of RFC 8785 for text, integers, booleans and null."""

from typing import Any

import orjson


def canonical(document: Any) -> bytes:
    """The one encoding of a document. `TypeError` for what JSON can't hold; floats do not occur in our documents."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
