"""From the certificate of a time-stamping authority to a root that the reader trusts, as of the stamped moment.

Specification: RFC 5280 section 6.1 (paths), RFC 3161 section 2.3 (the purpose of the certificate).

Rules:
- The first certificate is for time stamping and for nothing else, and says so critically.
- Each certificate was valid at the moment, and each issuer may issue; an unknown critical extension spoils the path.
- Revocation is not looked up: there is no network here. A stamp says when something was at the latest, no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import ExtendedKeyUsageOID

from .archive.errors import WrongStamp

MAX_PATH = 8
_UNDERSTOOD = (x509.BasicConstraints, x509.KeyUsage, x509.ExtendedKeyUsage)
Certificates = Sequence[x509.Certificate]


def require_purpose(certificate: x509.Certificate) -> None:
    """Raises `WrongStamp` unless the certificate is for time stamping alone."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError) as error:
        raise WrongStamp("the signer's certificate is not for time stamping") from error
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise WrongStamp("the signer's certificate is not for time stamping alone")


def require_path(signer: x509.Certificate, given: Certificates, roots: Certificates, moment: datetime) -> None:
    """Check that a path leads from `signer` over `given` to one of `roots`. Raises `WrongStamp`."""
    if not _reaches(signer, given, roots, moment, 0):
        raise WrongStamp("no valid path leads to a root that you trust")


def _reaches(
    certificate: x509.Certificate, given: Certificates, roots: Certificates, moment: datetime, below: int
) -> bool:
    if below > MAX_PATH or not _valid(certificate, moment):
        return False
    if certificate in roots:
        return True
    return any(
        issuer != certificate
        and _issued(certificate, issuer, below)
        and _reaches(issuer, given, roots, moment, below + 1)
        for issuer in (*roots, *given)
    )


def _valid(certificate: x509.Certificate, moment: datetime) -> bool:
    try:
        known = all(isinstance(each.value, _UNDERSTOOD) for each in certificate.extensions if each.critical)
    except ValueError:
        return False
    return known and certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, below: int) -> bool:
    """Whether `issuer` signed it and may, with `below` certificates of issuers underneath."""
    try:
        certificate.verify_directly_issued_by(issuer)
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound as error:
        if error.oid != x509.KeyUsage.oid:
            return False
        usage = True
    except (ValueError, TypeError, InvalidSignature):
        return False
    return usage and constraints.ca and (constraints.path_length is None or below <= constraints.path_length)
