"""DPoP (RFC 9449): a proof that whoever sends a request holds the key to which its token is bound.

Rules, after section 4.3: one proof; a JWS of `typ` dpop+jwt by the public key in its header, in a pinned algorithm;
`htm` is the method, `htu` the canonical URL without query and fragment; `iat` within the window; `ath` the hash of
the token that goes with it; `jti` shown once by that key. The URL comes from settings, never from the request. A
clock that is off is told by how much: only who holds the key hears it.
"""

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from gateway.crypto.compact import encode, read
from gateway.crypto.errors import CryptoError
from gateway.crypto.keys import public_key
from gateway.crypto.signing import ALGORITHMS, Verified, verify_by
from gateway.errors import Unauthenticated
from gateway.oauth.claims import AHEAD, PROOF_AGE, moment, text
from gateway.oauth.ports import Clock, Replay, Shown

TYPE = "dpop+jwt"
_UNRESERVED = re.compile(r"%(2[dDeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|7[eE])")
_PORTS = {"http": 80, "https": 443}


class Proofs:
    def __init__(self, replay: Replay, clock: Clock) -> None:
        self._replay, self._clock = replay, clock

    async def check(self, proof: str | None, *, method: str, url: str, token: str | None = None) -> str:
        """The thumbprint of the key that made the proof. `Unauthenticated` dpop-missing, -invalid, -clock,
        -before-start or -replayed.
        """
        shown = self.read(proof, method=method, url=url, token=token)
        if not await first(self._replay, shown):
            raise Unauthenticated("dpop-replayed")
        return shown.issuer

    def read(self, proof: str | None, *, method: str, url: str, token: str | None = None) -> Shown:
        """What is shown, by the thumbprint of the key that made the proof: all of the check but whether it is shown for
        the first time.
        """
        if proof is None:
            raise Unauthenticated("dpop-missing")
        try:
            verified = _verify(proof)
            claims = verified.claims
            jti, issued = text(claims, "jti"), moment(claims, "iat")
            if claims.get("htm") != method or normal(claims.get("htu")) != normal(url):
                raise CryptoError("a proof for another request")
            if token is not None and not _matches(claims, token):
                raise CryptoError("a proof for another token")
        except CryptoError as error:
            raise Unauthenticated("dpop-invalid", log=str(error)) from None
        now = int(self._clock.now().timestamp())
        if not -PROOF_AGE <= issued - now <= AHEAD:
            raise Unauthenticated("dpop-clock", skew=issued - now)
        if issued <= self._replay.refuses_until:
            raise Unauthenticated("dpop-before-start")
        return Shown("proof", verified.key.thumbprint, jti, issued + PROOF_AGE, now)


async def first(replay: Replay, shown: Shown) -> bool:
    """Whether it is shown for the first time, and it was not before."""
    return await replay.first(shown.kind, shown.issuer, shown.jti, expires=shown.expires, now=shown.now)


def normal(url: object) -> str:
    """A URL without query and fragment, normalised by RFC 3986 section 6.2.2 and 6.2.3; `CryptoError` where it is
    none.
    """
    if not isinstance(url, str) or not url.isascii() or not url.isprintable():
        raise CryptoError("not a URL")
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        raise CryptoError("not a URL") from None
    if scheme not in _PORTS or not host or "@" in parts.netloc:
        raise CryptoError("not a URL of ours")
    place = f"[{host}]" if ":" in host else host
    place += "" if port in (None, _PORTS[scheme]) else f":{port}"
    path = _UNRESERVED.sub(lambda found: chr(int(found[1], 16)), parts.path or "/")
    return f"{scheme}://{place}{re.sub('%[0-9a-f]{2}', lambda found: found[0].upper(), path, flags=re.IGNORECASE)}"


def _verify(proof: str) -> Verified:
    compact = read(proof, segments=3)
    jwk: Any = compact.header.get("jwk")
    return verify_by(compact, public_key(jwk), types=(TYPE,), algorithms=ALGORITHMS)


def _matches(claims: Mapping[str, Any], token: str) -> bool:
    expected = encode(sha256(token.encode()).digest())
    return hmac.compare_digest(text(claims, "ath").encode(), expected.encode())
