"""Public and private keys as JWKs (RFC 7517), and which kinds are used at all.

Rules:
- Three kinds: EC P-256, OKP Ed25519, and RSA of 2048 to 4096 bits; of our own for notes a fourth, ML-DSA-44
  (postquantum.py), which is read from nobody. All else is refused with `InvalidKey`, as is any
  private member in what should be public, and any member not in its canonical spelling (one key, one thumbprint).
- One key, one use: the kind fixes the signature algorithm; a P-256 key with `use: enc` encrypts and never signs.
- A `kid` is the RFC 7638 thumbprint, of our own keys; a partner may name its keys as it likes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson
from cryptography.hazmat.primitives import serialization
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from gateway.crypto.compact import NAME, decode, encode, refusing
from gateway.crypto.errors import InvalidKey
from gateway.crypto.postquantum import ML_DSA_44, AkpKey
from gateway.model.parties import PublicKey

SIGNING = {"EC": ("ES256",), "RSA": ("PS256",), "OKP": ("Ed25519", "EdDSA")}
ENCRYPTION = "ECDH-ES+A256KW"
_KINDS: dict[str, type[ECKey | OKPKey | RSAKey]] = {"EC": ECKey, "OKP": OKPKey, "RSA": RSAKey}
_MEMBERS = {"EC": ("crv", "x", "y"), "OKP": ("crv", "x"), "RSA": ("e", "n"), "AKP": ("alg", "pub")}
_CURVES = {"EC": "P-256", "OKP": "Ed25519"}
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_RSA_BITS = range(2048, 4097)
_RSA_EXPONENTS = range(65537, 2**32)


@refusing("key")
def public_key(jwk: Mapping[str, Any]) -> PublicKey:
    """Read a partner's public JWK. Keeps the members that say which key it is, and `kid`, `use`, `alg`; `InvalidKey`
    for what we do not use.
    """
    if not isinstance(jwk, Mapping) or _PRIVATE & jwk.keys():
        raise InvalidKey("not a public JWK")
    kind = jwk.get("kty")
    if kind not in _KINDS or jwk.get("crv") != _CURVES.get(kind):
        raise InvalidKey("a kind of key that is not used here")
    material = {"kty": kind, **{name: jwk[name] for name in _MEMBERS[kind]}}
    for name in _MEMBERS[kind]:
        if name != "crv" and not decode(material[name]):
            raise InvalidKey("an empty member")
    if kind == "RSA" and (_number(jwk["n"]).bit_length() not in _RSA_BITS or _number(jwk["e"]) not in _RSA_EXPONENTS):
        raise InvalidKey("an RSA key that is too weak or too large")
    described = {name: jwk[name] for name in ("kid", "use", "alg") if name in jwk}
    if not all(isinstance(value, str) and NAME.fullmatch(value) for value in described.values()):
        raise InvalidKey("a member of the key has a wrong form")
    key = PublicKey({**material, **described}, thumbprint(material))
    native(key)
    return key


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """RFC 7638 with SHA-256, base64url."""
    members = {name: jwk[name] for name in ("kty", *_MEMBERS[jwk["kty"]])}
    return encode(sha256(orjson.dumps(members, option=orjson.OPT_SORT_KEYS)).digest())


def native(key: PublicKey) -> Key:
    """The library's key for a public key; remembered, since reading one costs as much as a hash of a page."""
    return _native(tuple(sorted(key.jwk.items())))


def pem(key: PublicKey) -> str:
    """A public key as SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) in PEM (RFC 7468)."""
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return native(key).public_key.public_bytes(encoding, form).decode()


@lru_cache(maxsize=2048)
def _native(members: tuple[tuple[str, Any], ...]) -> Key:
    jwk = dict(members)
    return _KINDS[jwk["kty"]].import_key(jwk)


def _number(member: str) -> int:
    return int.from_bytes(decode(member))


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key, held in memory. `algorithm`: ES256, PS256, Ed25519, ML-DSA-44, or ECDH-ES+A256KW for one that
    opens; `public` names it by `kid`.
    """

    algorithm: str
    kid: str
    public: PublicKey
    native: Key | AkpKey = field(repr=False, compare=False)

    @classmethod
    def generate(cls, algorithm: str, *, prefix: str = "") -> "PrivateKey":
        """A fresh key; its `kid` is `prefix` and the thumbprint."""
        if algorithm == "Ed25519":
            key: Key | AkpKey = OKPKey.generate_key("Ed25519", private=True)
        elif algorithm == "PS256":
            key = RSAKey.generate_key(2048, private=True)
        elif algorithm in ("ES256", ENCRYPTION):
            key = ECKey.generate_key("P-256", private=True)
        elif algorithm == ML_DSA_44:
            key = AkpKey.generate()
        else:
            raise InvalidKey("an algorithm that is not used here")
        return cls._of(key, algorithm, prefix + thumbprint(key.as_dict(private=False)))

    @classmethod
    @refusing("private key")
    def from_jwk(cls, jwk: Mapping[str, Any]) -> "PrivateKey":
        """Read a private JWK; what it does follows from `alg`, or from its kind and `use`."""
        jwk = dict(jwk)
        if jwk.get("kty") not in _KINDS or "d" not in jwk:
            raise InvalidKey("not a private JWK")
        key = _KINDS[jwk["kty"]].import_key(
            {name: value for name, value in jwk.items() if name not in ("key_ops", "alg", "use")}
        )
        algorithm = ENCRYPTION if jwk.get("use") == "enc" else jwk.get("alg", SIGNING[jwk["kty"]][0])
        if algorithm not in (*SIGNING[jwk["kty"]], ENCRYPTION):
            raise InvalidKey("an algorithm that does not fit the key")
        return cls._of(key, algorithm, jwk.get("kid") or thumbprint(jwk))

    @classmethod
    @refusing("private key")
    def from_pkcs8(cls, data: bytes, *, algorithm: str, kid: str) -> "PrivateKey":
        if algorithm == ML_DSA_44:
            return cls._of(AkpKey.import_key(data), algorithm, kid)
        kind = "OKP" if algorithm == "Ed25519" else "RSA" if algorithm == "PS256" else "EC"
        return cls._of(_KINDS[kind].import_key(data), algorithm, kid)

    @classmethod
    def _of(cls, key: Key | AkpKey, algorithm: str, kid: str) -> "PrivateKey":
        described = {"kid": kid, "alg": algorithm, "use": "enc" if algorithm == ENCRYPTION else "sig"}
        jwk = {**key.as_dict(private=False), **described}
        public = PublicKey(jwk, thumbprint(jwk)) if isinstance(key, AkpKey) else public_key(jwk)
        return cls(algorithm, kid, public, key)

    @property
    def raw_public(self) -> bytes:
        """The public key's own bytes: 32 of Ed25519, 1312 of ML-DSA-44; the other kinds have none."""
        return self.native.public_key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)

    def to_jwk(self) -> dict[str, Any]:
        """The private JWK: for development files of partners, never for our own keys."""
        return {**self.native.as_dict(private=True), **self.public.jwk}

    def to_pkcs8(self) -> bytes:
        return self.native.private_key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
