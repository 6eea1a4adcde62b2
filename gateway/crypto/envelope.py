"""The envelope of a disclosure: signed by the gateway, then encrypted to the recipient (RFC 7515 inside RFC 7516).

Rules:
- The inner JWS (ES256, `typ` sluis-disclosure+jwt) says who sealed what for whom: `iss`, `aud` (the recipient's OIN),
  `iat`, `exp`, `jti` (the disclosure's id), `recipient_jkt` (the thumbprint of the key it was sealed to) and
  `disclosure`.
- The thumbprint inside keeps a recipient from sealing our signature anew to somebody else, as if we had sent it
  there.
- The outer JWE is ECDH-ES+A256KW with A256GCM to a P-256 key, `cty` JWT. A key of another kind is a fault: nothing is
  sealed to it.
- Opening checks all of that, with the algorithms pinned, and believes nothing before the signature.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from gateway.crypto.encryption import CONTENT, LARGE, decrypt, encrypt
from gateway.crypto.errors import CryptoError
from gateway.crypto.keys import ENCRYPTION, PrivateKey, public_key
from gateway.crypto.signing import JwsSigner, verify
from gateway.errors import Fault
from gateway.model.disclosure import Sealed, SealRequest

TYPE = "sluis-disclosure+jwt"
SUITE = f"ES256+{ENCRYPTION}+{CONTENT}"
LIFETIME = 25 * 60 * 60
AHEAD = 60


class Clock(Protocol):
    def now(self) -> datetime: ...


class ReleaseKeys(Protocol):
    def signer(self, purpose: str) -> JwsSigner: ...


class Envelopes:
    """Satisfies `exchange.ports.Sealer`. `issuer`: the gateway's public URL. Envelopes may be opened for `LIFETIME`
    seconds, longer than answers are kept.
    """

    def __init__(self, issuer: str, keys: ReleaseKeys, clock: Clock) -> None:
        self._issuer, self._keys, self._clock = issuer, keys, clock

    def check(self) -> None:
        """`Fault` key-missing where there is no key to sign with."""
        self._keys.signer("release")

    def seal(self, request: SealRequest) -> Sealed:
        """`Fault` recipient-key-unusable or key-missing; then nothing was sealed."""
        issued = int(self._clock.now().timestamp())
        claims = {
            "iss": self._issuer,
            "aud": request.question.recipient.oin,
            "iat": issued,
            "exp": issued + LIFETIME,
            "jti": request.question.id,
            "recipient_jkt": request.key.thumbprint,
            "disclosure": _disclosure(request),
        }
        signed = self._keys.signer("release").sign(claims, typ=TYPE)
        try:
            jwe = encrypt(signed.encode(), request.key, cty="JWT")
        except CryptoError as error:
            raise Fault("recipient-key-unusable", log=str(error)) from None
        return Sealed(jwe.encode(), SUITE, request.key.thumbprint)


def open_sealed(
    jwe: str | bytes,
    key: Mapping[str, Any] | PrivateKey,
    release_keys: Iterable[Mapping[str, Any]],
    *,
    issuer: str,
    audience: str,
    disclosure_id: str,
    now: datetime,
) -> Mapping[str, Any]:
    """What was disclosed: `{basis, case, activity, holder: {oin, source}, requester, simulation, at, obligations,
    fields}`.

    `key`: the recipient's private JWK; `release_keys`: the gateway's published ones; `audience`: the recipient's OIN.
    `CryptoError` when anything is not as it should be, and then nothing of it is returned.
    """
    private = key if isinstance(key, PrivateKey) else PrivateKey.from_jwk({**dict(key), "use": "enc"})
    known = [public_key(jwk) for jwk in release_keys]
    claims = verify(decrypt(jwe, private, cty="JWT"), known, types=(TYPE,), limit=LARGE).claims
    expected = {"iss": issuer, "aud": audience, "jti": disclosure_id, "recipient_jkt": private.public.thumbprint}
    for name, value in expected.items():
        if claims.get(name) != value:
            raise CryptoError(f"the envelope's {name} is another one")
    issued, expires, moment = claims.get("iat"), claims.get("exp"), now.timestamp()
    if type(issued) is not int or type(expires) is not int or issued > moment + AHEAD or expires <= moment:
        raise CryptoError("the envelope is not of this time")
    if not isinstance(claims.get("disclosure"), dict) or not isinstance(claims["disclosure"].get("fields"), dict):
        raise CryptoError("there is no disclosure in the envelope")
    return claims["disclosure"]


def _disclosure(request: SealRequest) -> dict[str, Any]:
    question, decision = request.question, request.decision
    return {
        "basis": question.ask.basis,
        "case": question.ask.case,
        "activity": question.ask.activity,
        "requester": question.requester.organisation.oin,
        "holder": {"oin": question.source.oin, "source": question.source.name},
        "simulation": decision.simulation,
        "at": question.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "obligations": [{"code": o.code} | ({"on": o.on} if o.on else {}) for o in decision.obligations],
        "fields": dict(request.payload.values),
    }
