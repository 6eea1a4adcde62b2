"""Base64 (RFC 4648 section 4) and decimals with one spelling each: what does not re-encode to itself is refused."""

from __future__ import annotations

import base64
import binascii


def decode_base64(text: str) -> bytes:
    """Decode padded standard base64; `ValueError` for any other spelling of the same bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64") from error
    if base64.b64encode(data).decode() != text:
        raise ValueError("not canonical base64")
    return data


def decode_decimal(text: str) -> int:
    """Read an ASCII decimal below 2**63 without leading zeroes or sign; `ValueError` otherwise."""
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0") or len(text) > 19:
        raise ValueError("not a decimal")
    number = int(text)
    if number >= 1 << 63:
        raise ValueError("too large")
    return number
