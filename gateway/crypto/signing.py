"""Signatures: compact JWS (RFC 7515) for parties; signed notes: notes.py.

Rules: algorithms are pinned by the caller and by the kind of key, never taken from the header alone; each kind of
token has its own `typ`, checked, so that none passes for another (RFC 8725 section 3.11); whatever is wrong is
`CryptoError`.
"""

import warnings
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import SecurityWarning

from gateway.crypto.compact import TOKEN_LIMIT, Compact, read, refusing
from gateway.crypto.errors import CryptoError
from gateway.crypto.keys import PrivateKey, native
from gateway.model.parties import PublicKey

ALGORITHMS = ("ES256", "PS256", "Ed25519", "EdDSA")
LARGE = 32 * 1024 * 1024
# The older name of Ed25519 (RFC 9864), and the only one that many libraries know; the kinds of keys keep Ed448 out.
warnings.filterwarnings("ignore", message="EdDSA is deprecated", category=SecurityWarning)


class _Registry(jws.JWSRegistry):
    max_header_length = TOKEN_LIMIT
    max_payload_length = LARGE


_REGISTRY = _Registry(algorithms=ALGORITHMS, strict_check_header=False)


@dataclass(frozen=True, slots=True)
class JwsSigner:
    """Signs claims with one key."""

    key: PrivateKey

    def sign(self, claims: Mapping[str, Any], *, typ: str, header: Mapping[str, Any] | None = None) -> str:
        """A compact JWS over the claims as canonical JSON. `header` adds members, e.g. the `jwk` of a DPoP proof."""
        fresh = {"alg": self.key.algorithm, "typ": typ, "kid": self.key.kid, **(header or {})}
        return jws.serialize_compact(
            fresh, orjson.dumps(claims, option=orjson.OPT_SORT_KEYS), self.key.native, registry=_REGISTRY
        )


@dataclass(frozen=True, slots=True)
class Verified:
    """What a signature was found good for. `key`: the one that made it."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any] = field(repr=False)
    key: PublicKey


def verify(
    token: str | bytes,
    keys: Iterable[PublicKey],
    *,
    types: Collection[str | None],
    algorithms: Collection[str] = ("ES256",),
    limit: int = TOKEN_LIMIT,
) -> Verified:
    """Check a JWS by the one key of `keys` that its `kid` names: a partner's own name or the thumbprint. Without a
    `kid` there must be a single key.

    `types`: the values of `typ` that are accepted, in lower case; None where it may be absent.
    """
    compact = read(token, segments=3, limit=limit)
    return verify_by(compact, _named(compact.kid, tuple(keys)), types=types, algorithms=algorithms)


def verify_by(
    compact: Compact, key: PublicKey, *, types: Collection[str | None], algorithms: Collection[str]
) -> Verified:
    """Check a JWS that was read already by exactly this key, whatever its `kid`. The library holds algorithm, kind,
    `use` and `alg` of the key against each other.
    """
    if compact.typ not in types:
        raise CryptoError("another kind of token")
    if compact.algorithm not in algorithms:
        raise CryptoError("an algorithm that is not accepted here")
    _check(b".".join(compact.segments), key)
    return Verified(compact.header, compact.document(), key)


@refusing("signature")
def _check(token: bytes, key: PublicKey) -> None:
    jws.deserialize_compact(token, native(key), registry=_REGISTRY)


def _named(kid: str | None, keys: tuple[PublicKey, ...]) -> PublicKey:
    found = keys if kid is None else tuple(key for key in keys if kid in (key.jwk.get("kid"), key.thumbprint))
    if len(found) != 1:
        raise CryptoError("no such key")
    return found[0]
