"""Reading compact JOSE strictly, before any library sees it.

Rules:
- Whatever the bytes are, the only exception is `CryptoError`, and it never repeats what was sent.
- Strict base64url without padding (RFC 7515 section 2), UTF-8 JSON objects without duplicate members (RFC 7515 section
  4), no lone surrogates, no NaN: two readers never see two documents.
- `crit`, `b64` and `zip` are refused: no extension is understood here (RFC 7515 4.1.11, RFC 7797, RFC 7516 4.1.3).
- A `typ` is compared without case and without `application/` (RFC 7515 section 4.1.9).
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

import orjson

from gateway.crypto.errors import CryptoError

TOKEN_LIMIT = 8 * 1024
_SEGMENT = re.compile(rb"[A-Za-z0-9_-]*")
NAME = re.compile(r"[\x21-\x7e]{1,256}")
_REFUSED = ("crit", "b64", "zip")
P = ParamSpec("P")
T = TypeVar("T")


def refusing(what: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Make every exception of a function an `CryptoError` that says `what` could not be read."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return function(*args, **kwargs)
            except CryptoError:
                raise
            except Exception as error:
                raise CryptoError(f"{what}: {type(error).__name__}") from None

        return guarded

    return decorate


@dataclass(frozen=True, slots=True)
class Compact:
    """A compact JWS (three segments) or JWE (five), read and not yet verified."""

    header: Mapping[str, Any]
    segments: tuple[bytes, ...]

    def document(self) -> dict[str, Any]:
        """The payload of a JWS as a JSON object."""
        return json_object(decode(self.segments[1]))

    @property
    def algorithm(self) -> str:
        return self.header["alg"]

    @property
    def kid(self) -> str | None:
        return self.header.get("kid")

    @property
    def typ(self) -> str | None:
        typ = self.header.get("typ")
        return None if typ is None else typ.lower().removeprefix("application/")


@refusing("compact serialization")
def read(token: str | bytes, *, segments: int, limit: int = TOKEN_LIMIT) -> Compact:
    """Read a compact serialization of at most `limit` bytes; `segments`: 3 for a JWS, 5 for a JWE."""
    data = token.encode("ascii") if isinstance(token, str) else token
    if len(data) > limit:
        raise CryptoError("longer than allowed")
    parts = tuple(data.split(b"."))
    if len(parts) != segments:
        raise CryptoError("wrong number of segments")
    header = json_object(decode(parts[0]))
    if any(name in header for name in _REFUSED):
        raise CryptoError("the header asks for an extension")
    for name in ("alg", "enc", "kid", "typ", "cty"):
        if name in header and not (isinstance(header[name], str) and NAME.fullmatch(header[name])):
            raise CryptoError("a member of the header has a wrong form")
    if "alg" not in header:
        raise CryptoError("no algorithm")
    return Compact(header, parts)


def decode(segment: bytes | str) -> bytes:
    """Base64url without padding, in the one canonical spelling."""
    data = segment.encode(errors="replace") if isinstance(segment, str) else segment
    if _SEGMENT.fullmatch(data) is None:
        raise CryptoError("not base64url")
    try:
        value = base64.urlsafe_b64decode(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        raise CryptoError("not base64url") from None
    if encode(value).encode() != data:
        raise CryptoError("not canonical base64url")
    return value


def encode(value: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@refusing("JSON")
def json_object(data: bytes) -> dict[str, Any]:
    """One JSON object, every member of which stands in it once."""
    orjson.loads(data)
    value = json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    if not isinstance(value, dict):
        raise CryptoError("not a JSON object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise CryptoError("a member stands twice")
    return value


def _no_constant(_: str) -> NoReturn:
    raise CryptoError("not a JSON number")
