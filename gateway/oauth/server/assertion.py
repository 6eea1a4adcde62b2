"""Client authentication by `private_key_jwt` (RFC 7523 section 3, profile fapi2), instead of Authlib's, which takes
an `aud` list, no `iat` and any lifetime.

Rules: signed by a registered key of the client in PS256, ES256 or Ed25519; `iss` = `sub` = the client; `aud` is the
issuer, one string; `iat` and `exp` are there, at most 300 seconds apart and of this time; `jti` is used once. The
signature is checked before any claim is believed.
"""

from collections.abc import Mapping
from typing import Any

from gateway.crypto.compact import read
from gateway.crypto.errors import CryptoError
from gateway.crypto.signing import ALGORITHMS, verify
from gateway.model.parties import Client
from gateway.oauth.claims import AHEAD, ASSERTION_LIFETIME, moment, text
from gateway.oauth.ports import Clock, Replay, Shown
from gateway.oauth.server.errors import TokenRefused

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TYPES = (None, "jwt", "client-authentication+jwt")


def claimed_client(assertion: str) -> tuple[str | None, str | None]:
    """Whose assertion it says it is, and by which key: only to look the client up, nothing is proved yet."""
    try:
        compact = read(assertion, segments=3)
        return text(compact.document(), "sub"), compact.kid
    except CryptoError:
        return None, None


class Assertions:
    def __init__(self, issuer: str, replay: Replay, clock: Clock) -> None:
        self._issuer, self._replay, self._clock = issuer, replay, clock

    def read(self, assertion: str, client: Client | None) -> tuple[Client, Shown]:
        """The client, once proved, and what it showed: whether for the first time is still to be asked. `TokenRefused`
        otherwise.
        """
        if client is None:
            raise TokenRefused("client-unproved", reason="no such client")
        try:
            claims = verify(assertion, client.keys, types=TYPES, algorithms=ALGORITHMS).claims
        except CryptoError as error:
            raise TokenRefused("client-unproved", reason=str(error)) from None
        try:
            shown = self._check_claims(claims, client)
        except CryptoError as error:
            raise TokenRefused("assertion-invalid", reason=str(error)) from None
        return client, shown

    def _check_claims(self, claims: Mapping[str, Any], client: Client) -> Shown:
        jti, issued, expires = text(claims, "jti"), moment(claims, "iat"), moment(claims, "exp")
        if text(claims, "iss") != client.id or text(claims, "sub") != client.id:
            raise CryptoError("iss and sub are not the client")
        if claims.get("aud") != self._issuer:
            raise TokenRefused("assertion-audience")
        now = int(self._clock.now().timestamp())
        starts = max(issued, moment(claims, "nbf")) if "nbf" in claims else issued
        if starts > now + AHEAD or expires <= now:
            raise TokenRefused("assertion-clock", skew=issued - now)
        if not 0 < expires - issued <= ASSERTION_LIFETIME:
            raise TokenRefused("assertion-lifetime")
        if issued <= self._replay.refuses_until:
            raise TokenRefused("assertion-before-start")
        return Shown("assertion", client.id, jti, expires, now)
