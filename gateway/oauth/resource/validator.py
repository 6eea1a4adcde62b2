"""Who stands at the gate: an access token of ours (RFC 9068) together with a proof of the key that it is bound to
(RFC 9449 section 7).

Rules: scheme DPoP alone; a bearer token, bound or not, is refused, as is one in a URL (nobody looks there). The token
is checked whole: `typ`, algorithm, key, issuer, audience, times, `cnf`. Then the proof: method, URL, `ath`, the same
key, once. Then the register: a client or organisation that was taken out is unknown at once, however long its token
lives.
"""

import hmac
from collections.abc import Mapping
from typing import Any

from gateway.crypto.errors import CryptoError
from gateway.crypto.signing import verify
from gateway.errors import Unauthenticated
from gateway.model.parties import Credentials, Requester
from gateway.oauth.claims import TOKEN_TYPE, moment, text
from gateway.oauth.dpop import Proofs
from gateway.oauth.ports import Clients, Clock, Replay, TokenKeys


class TokenValidator:
    """Satisfies `exchange.ports.Tokens`."""

    def __init__(self, issuer: str, *, keys: TokenKeys, clients: Clients, replay: Replay, clock: Clock) -> None:
        self._issuer, self._keys, self._clients, self._clock = issuer, keys, clients, clock
        self._proofs = Proofs(replay, clock)

    async def authenticate(self, credentials: Credentials) -> Requester:
        """The requester; `Unauthenticated` with token-missing, -invalid, -expired, -audience, -unbound,
        client-unknown, or what `Proofs.check` says.
        """
        token = _presented(credentials.authorization)
        bound, client_id = self._check(token)
        thumbprint = await self._proofs.check(
            credentials.dpop, method=credentials.method, url=credentials.url, token=token
        )
        if not hmac.compare_digest(bound.encode(), thumbprint.encode()):
            raise Unauthenticated("token-unbound", log="the proof is by another key")
        requester = await self._clients.requester(client_id)
        if requester is None:
            raise Unauthenticated("client-unknown")
        return requester

    def _check(self, token: str) -> tuple[str, str]:
        try:
            verified = verify(token, self._keys.verifying("token"), types=(TOKEN_TYPE,))
            if "kid" not in verified.header:
                raise CryptoError("no kid")
            claims = verified.claims
            client, expires = text(claims, "client_id"), moment(claims, "exp")
            starts = max(moment(claims, name) for name in ("iat", "nbf") if name == "iat" or name in claims)
            text(claims, "jti")
            if text(claims, "iss") != self._issuer or text(claims, "sub") != client:
                raise CryptoError("a token of another issuer")
        except CryptoError as error:
            raise Unauthenticated("token-invalid", log=str(error)) from None
        if claims.get("aud") != self._issuer:
            raise Unauthenticated("token-audience")
        now = self._clock.now().timestamp()
        if expires <= now or starts > now + 1:
            raise Unauthenticated("token-expired")
        return _binding(claims), client


def _presented(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        raise Unauthenticated("token-unbound", log="a bearer token")
    if scheme.lower() != "dpop" or not token:
        raise Unauthenticated("token-missing")
    return token


def _binding(claims: Mapping[str, Any]) -> str:
    confirmation = claims.get("cnf")
    bound = confirmation.get("jkt") if isinstance(confirmation, dict) else None
    if not isinstance(bound, str):
        raise Unauthenticated("token-unbound")
    return bound
