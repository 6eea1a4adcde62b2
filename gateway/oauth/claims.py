"""How claims of a partner are read, and the windows of time in which they count.

Windows (profile fapi2; FAPI 2.0 Security Profile 5.3.2.1): what is issued up to `AHEAD` seconds in our future is
accepted, anything later is not; an assertion lives at most 300 seconds, a proof is at most 60 seconds old, a token
lives 10 minutes.
"""

from collections.abc import Mapping
from typing import Any

from gateway.crypto.errors import CryptoError

TOKEN_TYPE = "at+jwt"
AHEAD = 10
ASSERTION_LIFETIME = 300
PROOF_AGE = 60
TOKEN_LIFETIME = 600
MAX_TEXT = 256


def text(claims: Mapping[str, Any], name: str) -> str:
    """A claim that is a text of 1 to 256 characters; `CryptoError` otherwise."""
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT:
        raise CryptoError(f"claim {name} is missing or has a wrong form")
    return value


def moment(claims: Mapping[str, Any], name: str) -> int:
    """A claim that is a NumericDate (RFC 7519 section 2), in whole seconds; `CryptoError` otherwise."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 2**53:
        raise CryptoError(f"claim {name} is missing or has a wrong form")
    return int(value)
