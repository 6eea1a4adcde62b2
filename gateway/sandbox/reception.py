"""What a holder checks before it answers: that the gateway asks, now, once, this source (`holders/protocol.py`).

Rules: `typ` and ES256 pinned, `iss` and `aud` exact, at most 60 s old, `jti` once; whoever fails learns that it
failed, not why. Any holder can start from this file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateway.crypto.errors import CryptoError
from gateway.crypto.keys import PrivateKey
from gateway.crypto.signing import verify
from gateway.crypto.subject import open_subject
from gateway.holders.protocol import AHEAD, LIFETIME, REQUEST_TYPE, Call
from gateway.sandbox.keys import Trusted

LIMIT = 64 * 1024


class Refused(Exception):
    """Not a request that counts. The text is for the holder's own log and names no value."""


@dataclass(frozen=True, slots=True)
class Received:
    """A request that counts, with its subject opened."""

    claims: Mapping[str, Any]
    bsn: str = field(repr=False)
    nonce: str = field(repr=False)

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.claims["fields"])


class Reception:
    """The door of one source. It remembers the `jti` of each request for as long as that could be shown again."""

    def __init__(self, oin: str, source: str, trusted: Trusted, opens: PrivateKey) -> None:
        self._oin, self._source = oin, source
        self._trusted = trusted
        self._opens = opens
        self._seen: dict[str, int] = {}

    def receive(self, token: bytes, call: Call, now: datetime) -> Received:
        """Read one call. Raises `Refused`."""
        moment = int(now.timestamp())
        try:
            claims = verify(token, self._trusted.keys, types=(REQUEST_TYPE,), algorithms=("ES256",), limit=LIMIT).claims
            self._check(claims, call, moment)
            bsn, nonce = open_subject(claims["subject"], self._opens)
        except CryptoError as error:
            raise Refused(str(error)) from None
        return Received(claims, bsn, nonce)

    def _check(self, claims: Mapping[str, Any], call: Call, moment: int) -> None:
        expected = {"iss": self._trusted.issuer, "aud": self._oin, "source": self._source, "call": call.value}
        for name, value in expected.items():
            if claims.get(name) != value:
                raise Refused(f"another {name}")
        issued, expires, fields = claims.get("iat"), claims.get("exp"), claims.get("fields")
        if type(issued) is not int or type(expires) is not int or not 0 < expires - issued <= LIFETIME:
            raise Refused("no lifetime, or one that is too long")
        if not (issued <= moment + AHEAD and moment < expires):
            raise Refused("not now")
        if not isinstance(fields, list) or not all(isinstance(name, str) for name in fields):
            raise Refused("no fields")
        for name in ("jti", "request_id", "subject"):
            if not isinstance(claims.get(name), str):
                raise Refused(f"no {name}")
        self._once(claims["jti"], expires, moment)

    def _once(self, jti: str, expires: int, moment: int) -> None:
        if jti in self._seen:
            raise Refused("shown before")
        self._seen = {known: until for known, until in self._seen.items() if until > moment}
        self._seen[jti] = expires
