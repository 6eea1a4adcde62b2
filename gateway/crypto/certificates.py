"""Certificates of others that the operator trusts, from a PEM file."""

from pathlib import Path

from cryptography import x509

from gateway.crypto.errors import CryptoError


def read_certificates(path: Path) -> list[x509.Certificate]:
    """At least one certificate. Raises `CryptoError`, and `OSError` where the file cannot be read."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError as error:
        raise CryptoError(f"no certificates in {path.name}") from error
