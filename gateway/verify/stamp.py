"""Time stamps: the word of an authority that a checkpoint existed at a moment, checked without a network.

Specification: RFC 3161 (response and token), RFC 5652 section 5 (signed data), RFC 5035 and RFC 2634 (which certificate
signed).

Rules:
- Either a whole response or the token alone is read, strictly as DER; one signer, no unsigned attributes.
- What was stamped is the SHA-256 of the bytes that are held against it, and the moment is believed only after the
  signature, the certificate's purpose and its path to a root that the reader gave.
- Without roots only the signature is checked: whoever calls must say so.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from . import der
from .archive.errors import MalformedStamp, WrongStamp
from .chain import require_path, require_purpose

_SIGNED_DATA, _TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE, _DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNER_V1, _SIGNER_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
_SHA1, _SHA256 = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1"
_SHA384, _SHA512 = "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"
_HASHES = {_SHA256: hashes.SHA256(), _SHA384: hashes.SHA384(), _SHA512: hashes.SHA512()}
_RSA = ("1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13")
_ECDSA = ("1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4")
_ALGORITHMS = dict(zip((*_RSA[1:], *_ECDSA), (*_HASHES, *_HASHES), strict=True))
_GRANTED = 0
_OPTIONAL = (der.SEQUENCE, der.BOOLEAN, der.INTEGER, 0xA0)  # accuracy, ordering, nonce, the authority's name
_DER = serialization.Encoding.DER


@dataclass(frozen=True, slots=True)
class Roots:
    """The roots of the time-stamping authorities that a reader trusts."""

    certificates: tuple[x509.Certificate, ...]

    @classmethod
    def parse(cls, pem: bytes) -> Roots:
        """Read certificates in PEM, at least one. `ValueError` for anything else."""
        return cls(tuple(x509.load_pem_x509_certificates(pem)))


@dataclass(frozen=True, slots=True)
class _Token:
    info: bytes
    certificates: tuple[x509.Certificate, ...]
    signer: der.Value
    digests: der.Value


def verify_stamp(token: bytes, stamped: bytes, roots: Roots | None) -> datetime:
    """When `stamped` existed, UTC, by a response or token (DER). Raises `MalformedStamp`, `WrongStamp`."""
    try:
        with warnings.catch_warnings(action="error", category=UserWarning):  # of certificates that break a rule
            return _verify(_open(token), stamped, roots)
    except (ValueError, IndexError, OverflowError, UnsupportedAlgorithm, x509.InvalidVersion, UserWarning) as error:
        raise MalformedStamp(str(error) or type(error).__name__) from error


def _open(token: bytes) -> _Token:
    outer = der.read(token).parts()
    if outer[0].tag == der.SEQUENCE:
        status, content = outer
        if status.parts()[0].integer() != _GRANTED:
            raise WrongStamp("the authority did not grant the stamp")
        outer = content.parts()
    kind, content = outer
    if kind.oid() != _SIGNED_DATA:
        raise ValueError("not signed data")
    version, digests, encapsulated, *rest, signers = content.only(0xA0).parts()
    given = rest.pop(0).parts(0xA0) if rest and rest[0].tag == 0xA0 else []
    if version.integer() != 3 or rest:
        raise ValueError("not signed data of version 3 with certificates alone")
    info_kind, info = encapsulated.parts()
    if info_kind.oid() != _TST_INFO:
        raise ValueError("no time stamp within")
    certificates = tuple(x509.load_der_x509_certificate(each.encoded) for each in given)
    return _Token(info.only(0xA0).octets(), certificates, signers.only(der.SET), digests)


def _verify(token: _Token, stamped: bytes, roots: Roots | None) -> datetime:
    version, signer_id, algorithm, attributes, signature_algorithm, signature = token.signer.parts()
    if version.integer() != 1:
        raise ValueError("a signer of another version")
    digest_name = _algorithm(algorithm)
    if [_algorithm(each) for each in token.digests.parts(der.SET)] != [digest_name] or digest_name not in _HASHES:
        raise ValueError("a digest that is not understood")
    certificate = _signer(signer_id, token.certificates)
    _require_attributes(attributes, token.info, certificate, digest_name)
    signed = bytes([der.SET]) + attributes.encoded[1:]
    _require_signature(certificate, signature_algorithm, digest_name, signature.octets(), signed)
    moment = _moment(token.info, stamped)
    require_purpose(certificate)
    if roots is not None:
        require_path(certificate, token.certificates, roots.certificates, moment)
    return moment


def _signer(signer_id: der.Value, certificates: Sequence[x509.Certificate]) -> x509.Certificate:
    issuer, serial = signer_id.parts()
    for each in certificates:
        if each.issuer.public_bytes() == issuer.encoded and each.serial_number == serial.integer():
            return each
    raise WrongStamp("the signer's certificate is missing")


def _require_attributes(attributes: der.Value, info: bytes, certificate: x509.Certificate, digest: str) -> None:
    values = {}
    for attribute in attributes.parts(0xA0):
        kind, contents = attribute.parts()
        if kind.oid() in values:
            raise ValueError("an attribute twice")
        values[kind.oid()] = contents.only(der.SET)
    if not values.keys() >= {_CONTENT_TYPE, _DIGEST} or values[_CONTENT_TYPE].oid() != _TST_INFO:
        raise WrongStamp("the signature does not say what it is over")
    if values[_DIGEST].octets() != _hash(digest, info):
        raise WrongStamp("the signature is over another time stamp")
    encoded = certificate.public_bytes(_DER)
    for name in (_SIGNER_V1, _SIGNER_V2):
        if name in values and not _is_certificate(values[name], encoded, name):
            raise WrongStamp("the signature names another certificate")
    if not values.keys() & {_SIGNER_V1, _SIGNER_V2}:
        raise WrongStamp("the signature does not name its certificate")


def _is_certificate(attribute: der.Value, encoded: bytes, name: str) -> bool:
    """Whether the first ESSCertID of a signing-certificate attribute is the hash of this certificate."""
    first = attribute.parts()[0].parts()[0].parts()
    digest = _SHA1 if name == _SIGNER_V1 else _SHA256
    if name == _SIGNER_V2 and first[0].tag == der.SEQUENCE:
        digest = _algorithm(first.pop(0))
    return first[0].octets() == _hash(digest, encoded)


def _require_signature(
    certificate: x509.Certificate, algorithm: der.Value, digest: str, signature: bytes, signed: bytes
) -> None:
    name, key = _algorithm(algorithm), certificate.public_key()
    if _ALGORITHMS.get(name, digest) != digest:
        raise WrongStamp("the signature goes by another digest than it says")
    try:
        if isinstance(key, rsa.RSAPublicKey) and name in _RSA:
            key.verify(signature, signed, padding.PKCS1v15(), _HASHES[digest])
        elif isinstance(key, ec.EllipticCurvePublicKey) and name in _ECDSA:
            key.verify(signature, signed, ec.ECDSA(_HASHES[digest]))
        else:
            raise WrongStamp("a signature of a kind that is not understood")
    except InvalidSignature as error:
        raise WrongStamp("the signature of the authority is wrong") from error


def _moment(info: bytes, stamped: bytes) -> datetime:
    version, _policy, imprint, serial, time, *rest = der.read(info).parts()
    algorithm, digest = imprint.parts()
    if version.integer() != 1 or any(each.tag not in _OPTIONAL for each in rest):
        raise ValueError("not a time stamp of version 1")
    serial.integer()
    if _algorithm(algorithm) != _SHA256 or digest.octets() != hashlib.sha256(stamped).digest():
        raise WrongStamp("it is over other bytes")
    return time.time()


def _algorithm(value: der.Value) -> str:
    """The name of an algorithm that takes no parameters."""
    name, *parameters = value.parts()
    if parameters and [each.encoded for each in parameters] != [b"\x05\x00"]:
        raise ValueError("an algorithm with parameters")
    return name.oid()


def _hash(name: str, data: bytes) -> bytes:
    if name == _SHA1:
        return hashlib.sha1(data, usedforsecurity=False).digest()
    if name not in _HASHES:
        raise ValueError("a digest that is not understood")
    return hashlib.new(_HASHES[name].name, data).digest()
