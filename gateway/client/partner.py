"""A partner's own keys and what it proves with them: client assertions (RFC 7523), DPoP proofs (RFC 9449), the reading
of what is sealed to it.
"""

import base64
import hashlib
import json
import secrets
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from joserfc import jws
from joserfc.jwk import ECKey

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFETIME = 60


@dataclass(frozen=True, slots=True)
class Partner:
    """`signing` and `decryption` are private P-256 JWKs; `dpop` is made anew for each process, so that a stolen token
    is worth nothing.
    """

    client_id: str
    oin: str
    signing: ECKey = field(repr=False)
    decryption: ECKey = field(repr=False)
    dpop: ECKey = field(repr=False)

    @classmethod
    def of(cls, client_id: str, oin: str, signing: Mapping[str, Any], decryption: Mapping[str, Any]) -> Self:
        return cls(
            client_id,
            oin,
            ECKey.import_key(dict(signing)),
            ECKey.import_key(dict(decryption)),
            ECKey.generate_key("P-256"),
        )

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read `{"client_id": …, "oin": …, "signing": JWK, "decryption": JWK}`, a file for its owner alone."""
        document = json.loads(Path(path).read_text())
        return cls.of(document["client_id"], document["oin"], document["signing"], document["decryption"])

    def assertion(self, issuer: str) -> str:
        """A client assertion for one use (RFC 7523 section 3): `aud` is the issuer as a single string."""
        now = int(time.time())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": issuer,
            "iat": now,
            "exp": now + ASSERTION_LIFETIME,
        }
        header = {"alg": "ES256", "kid": self.signing.thumbprint()}
        return _sign(header, claims | {"jti": str(uuid.uuid4())}, self.signing)

    def proof(self, method: str, url: str, token: str | None = None) -> str:
        """A DPoP proof for one request (RFC 9449 section 4.2), bound to `token` where one goes with it."""
        claims: dict[str, Any] = {"jti": secrets.token_urlsafe(24), "htm": method, "htu": url, "iat": int(time.time())}
        if token is not None:
            digest = hashlib.sha256(token.encode()).digest()
            claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.dpop.as_dict(private=False)}
        return _sign(header, claims, self.dpop)


def _sign(header: dict[str, Any], claims: Mapping[str, Any], key: ECKey) -> str:
    return jws.serialize_compact(header, json.dumps(claims).encode(), key, algorithms=["ES256"])
